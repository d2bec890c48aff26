/** The frames of libvirt's transport: a length that counts itself, six words of header, a body. */
import { XdrError, XdrReader, XdrWriter } from "./xdr.ts";

/** VIR_NET_MESSAGE_MAX of libvirt 9 and the length word that it does not count. */
const FRAME_BYTES_MAX: number = 33_554_432 + 4;
const HEADER_BYTES = 28;

export const MESSAGE_TYPE = { call: 0, reply: 1, event: 2, stream: 3 } as const;
export const STATUS = { ok: 0, error: 1, more: 2 } as const;

export interface FrameHeader {
  readonly program: number;
  readonly version: number;
  readonly procedure: number;
  readonly type: number;
  /** That of the call for replies and streams, 0 for events. */
  readonly serial: number;
  readonly status: number;
}

export interface Frame extends FrameHeader {
  readonly body: Uint8Array;
}

/** One frame with its body written by `writeBody`; throws `XdrError` when it does not fit. */
export function encodeFrame(
  header: FrameHeader,
  writeBody?: (writer: XdrWriter) => void,
): Uint8Array {
  const writer = new XdrWriter();
  writer.uint(0);
  writer.uint(header.program);
  writer.uint(header.version);
  writer.int(header.procedure);
  writer.uint(header.type);
  writer.uint(header.serial);
  writer.uint(header.status);
  writeBody?.(writer);
  return withLength(writer.bytes);
}

/** One frame of a stream: raw bytes, which XDR would have padded. */
export function encodeStreamFrame(header: FrameHeader, data: Uint8Array): Uint8Array {
  const head = encodeFrame(header);
  const frame = Buffer.allocUnsafe(head.length + data.length);
  frame.set(head);
  frame.set(data, head.length);
  return withLength(frame);
}

function withLength(frame: Uint8Array): Uint8Array {
  if (frame.length > FRAME_BYTES_MAX) {
    throw new XdrError(`a message of ${frame.length} bytes is over the limit`);
  }
  new DataView(frame.buffer, frame.byteOffset).setUint32(0, frame.length);
  return frame;
}

/** Cuts a stream of bytes into frames. Holds at most one frame and what the socket gave with it. */
export class FrameSplitter {
  readonly #frameBytesMax: number;
  #chunks: Uint8Array[] = [];
  #bytesHeld = 0;
  /** Length of the frame that is under way; 0 while its length word is not complete. */
  #expected = 0;

  constructor(frameBytesMax: number = FRAME_BYTES_MAX) {
    this.#frameBytesMax = frameBytesMax;
  }

  /** The frames that the chunk completes; throws `XdrError` on a length that cannot be. */
  push(chunk: Uint8Array): readonly Frame[] {
    this.#chunks.push(chunk);
    this.#bytesHeld += chunk.length;
    const frames: Frame[] = [];
    while (this.#frameIsHere()) {
      const bytes = this.#take(this.#expected);
      this.#expected = 0;
      frames.push(decode(bytes));
    }
    return frames;
  }

  #frameIsHere(): boolean {
    if (this.#expected === 0) {
      if (this.#bytesHeld < 4) return false;
      const length = new XdrReader(this.#peek(4)).uint();
      if (length < HEADER_BYTES || length > this.#frameBytesMax) {
        throw new XdrError(
          `a frame of ${length} bytes is outside ${HEADER_BYTES} to ${this.#frameBytesMax}`,
        );
      }
      this.#expected = length;
    }
    return this.#bytesHeld >= this.#expected;
  }

  #peek(length: number): Uint8Array {
    const first = this.#chunks[0];
    if (first !== undefined && first.length >= length) return first;
    this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0] ?? new Uint8Array();
  }

  #take(length: number): Uint8Array {
    const held = this.#peek(length);
    const rest = held.subarray(length);
    if (rest.length > 0) this.#chunks[0] = rest;
    else this.#chunks.shift();
    this.#bytesHeld -= length;
    return held.subarray(0, length);
  }
}

function decode(bytes: Uint8Array): Frame {
  const reader = new XdrReader(bytes.subarray(4, HEADER_BYTES));
  return {
    program: reader.uint(),
    version: reader.uint(),
    procedure: reader.int(),
    type: reader.uint(),
    serial: reader.uint(),
    status: reader.uint(),
    body: bytes.subarray(HEADER_BYTES),
  };
}
