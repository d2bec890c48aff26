import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** The bytes of a plain or gzipped file; which one, its first two bytes tell. */
export function readBytes(path: string): Uint8Array {
  const bytes = readFileSync(path);
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
}

/** Whole numbers parted by white space, read one after the other. */
export class NumberReader {
  readonly #bytes: Uint8Array;
  readonly #name: string;
  #offset = 0;

  constructor(bytes: Uint8Array, name: string) {
    this.#bytes = bytes;
    this.#name = name;
  }

  next(): number {
    const bytes = this.#bytes;
    let offset = this.#offset;
    while (offset < bytes.length && bytes[offset]! <= 0x20) offset++;
    const isNegative = bytes[offset] === 0x2d;
    if (isNegative) offset++;
    const start = offset;
    let value = 0;
    for (; offset < bytes.length; offset++) {
      const digit = bytes[offset]! - 0x30;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    if (offset === start) throw new Error(`${this.#name}: no whole number at byte ${offset}`);
    this.#offset = offset;
    return isNegative ? -value : value;
  }

  /** A number that indexes something with `limit` members. */
  index(limit: number, what: string): number {
    const value = this.next();
    if (value >= 0 && value < limit) return value;
    throw new Error(`${this.#name}: ${what} ${value} is not one of 0 to ${limit - 1}`);
  }

  /** How many of something follow: each takes a byte at least, so no more than are left. */
  count(what: string): number {
    const value = this.next();
    if (value >= 0 && value <= this.#bytes.length - this.#offset) return value;
    throw new Error(`${this.#name}: ${value} ${what} in what is left of the file`);
  }

  list(length: number): number[] {
    return Array.from({ length }, () => this.next());
  }

  /** Nothing but white space may be left. */
  end(): void {
    const rest = this.#bytes.subarray(this.#offset).findIndex((byte) => byte > 0x20);
    if (rest >= 0)
      throw new Error(`${this.#name}: more than expected at byte ${this.#offset + rest}`);
  }
}
