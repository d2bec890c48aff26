/** Bytes that are not what the protocol says, or a value that it cannot carry. */
export class XdrError extends Error {
  override readonly name = "XdrError";
}

/** Longest string or byte field of libvirt's protocol, in bytes (REMOTE_STRING_MAX). */
const STRING_BYTES_MAX = 4_194_304;

const padding = (length: number): number => (4 - (length % 4)) % 4;

/**
 * Reads XDR (RFC 4506) from one message. Every length is checked against its limit and against the
 * bytes that are left before anything is allocated.
 */
export class XdrReader {
  readonly #bytes: Buffer;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get bytesLeft(): number {
    return this.#bytes.length - this.#offset;
  }

  int(): number {
    return this.#bytes.readInt32BE(this.#take(4));
  }

  uint(): number {
    return this.#bytes.readUInt32BE(this.#take(4));
  }

  hyper(): bigint {
    return this.#bytes.readBigInt64BE(this.#take(8));
  }

  unsignedHyper(): bigint {
    return this.#bytes.readBigUInt64BE(this.#take(8));
  }

  double(): number {
    return this.#bytes.readDoubleBE(this.#take(8));
  }

  /** The flag before an optional value. */
  flag(): boolean {
    const value = this.uint();
    if (value > 1) throw new XdrError(`a flag is 0 or 1, not ${value}`);
    return value === 1;
  }

  /** A view of `length` bytes without their padding; not a copy. */
  fixed(length: number): Uint8Array {
    const start = this.#take(length + padding(length));
    return this.#bytes.subarray(start, start + length);
  }

  opaque(bytesMax: number = STRING_BYTES_MAX): Uint8Array {
    return this.fixed(this.#length(bytesMax));
  }

  /** Bytes that are not UTF-8 become U+FFFD: a text from outside must not end a connection. */
  string(bytesMax: number = STRING_BYTES_MAX): string {
    const length = this.#length(bytesMax);
    const start = this.#take(length + padding(length));
    return this.#bytes.toString("utf8", start, start + length);
  }

  /** The number of elements of a list, each of which takes at least four bytes. */
  count(elementsMax: number): number {
    const count = this.#length(elementsMax);
    if (count * 4 > this.bytesLeft) {
      throw new XdrError(`a list of ${count} elements does not fit in ${this.bytesLeft} bytes`);
    }
    return count;
  }

  /** What is left when a message was read whole is a sign that it was read wrongly. */
  end(): void {
    if (this.bytesLeft > 0) throw new XdrError(`${this.bytesLeft} bytes follow the last field`);
  }

  #length(max: number): number {
    const length = this.uint();
    if (length > max) throw new XdrError(`a length of ${length} is over the limit of ${max}`);
    return length;
  }

  #take(length: number): number {
    const start = this.#offset;
    if (length > this.#bytes.length - start) {
      throw new XdrError(`${length} bytes expected, ${this.#bytes.length - start} left`);
    }
    this.#offset = start + length;
    return start;
  }
}

const FIRST_BYTES = 512;

/** Writes XDR (RFC 4506) into one growing message. */
export class XdrWriter {
  #bytes: Buffer;
  #length = 0;

  constructor(bytesExpected: number = FIRST_BYTES) {
    this.#bytes = Buffer.allocUnsafe(bytesExpected);
  }

  /** What was written so far; a view that the next write may leave behind. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  int(value: number): void {
    if (!Number.isInteger(value) || value < -0x8000_0000 || value > 0x7fff_ffff) {
      throw new XdrError(`${value} is no 32-bit integer`);
    }
    const start = this.#grow(4);
    this.#bytes.writeInt32BE(value, start);
  }

  uint(value: number): void {
    if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff) {
      throw new XdrError(`${value} is no unsigned 32-bit integer`);
    }
    const start = this.#grow(4);
    this.#bytes.writeUInt32BE(value, start);
  }

  hyper(value: bigint): void {
    if (BigInt.asIntN(64, value) !== value) throw new XdrError(`${value} is no 64-bit integer`);
    const start = this.#grow(8);
    this.#bytes.writeBigInt64BE(value, start);
  }

  unsignedHyper(value: bigint): void {
    if (BigInt.asUintN(64, value) !== value) {
      throw new XdrError(`${value} is no unsigned 64-bit integer`);
    }
    const start = this.#grow(8);
    this.#bytes.writeBigUInt64BE(value, start);
  }

  double(value: number): void {
    const start = this.#grow(8);
    this.#bytes.writeDoubleBE(value, start);
  }

  flag(value: boolean): void {
    this.uint(value ? 1 : 0);
  }

  fixed(value: Uint8Array): void {
    const length = value.byteLength;
    const start = this.#grow(length + padding(length));
    this.#bytes.set(value, start);
    this.#bytes.fill(0, start + length, this.#length);
  }

  opaque(value: Uint8Array, bytesMax: number = STRING_BYTES_MAX): void {
    if (value.byteLength > bytesMax) {
      throw new XdrError(`${value.byteLength} bytes are over the limit of ${bytesMax}`);
    }
    this.uint(value.byteLength);
    this.fixed(value);
  }

  /** A NUL is refused: the other side would take what stands before it for the whole. */
  string(value: string, bytesMax: number = STRING_BYTES_MAX): void {
    if (value.includes("\0")) throw new XdrError("a text must not hold a NUL character");
    this.opaque(Buffer.from(value, "utf8"), bytesMax);
  }

  #grow(length: number): number {
    const start = this.#length;
    const needed = start + length;
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, start));
      this.#bytes = larger;
    }
    this.#length = needed;
    return start;
  }
}
