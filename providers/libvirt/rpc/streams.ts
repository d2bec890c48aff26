import type { Clock } from "../../../engine/contract/clock.ts";
import type { Channel, OpenStream, StreamEnd } from "./channel.ts";
import { ConnectionLost, type Loss, readError } from "./errors.ts";
import { type Frame, STATUS } from "./frames.ts";
import { type CallOptions, type Watch, watchWork } from "./limits.ts";
import type { AnyProcedureName } from "./protocol.ts";
import type { StorageVolume } from "./shapes.ts";
import { XdrError } from "./xdr.ts";

/** Most data of one frame that every daemon takes (VIR_NET_MESSAGE_LEGACY_PAYLOAD_MAX). */
const CHUNK_BYTES_MAX = 262_120;
/** Received data that waits for its reader; beyond it the socket is not read. */
const WAITING_BYTES_MAX = 4 * 1_048_576;

export type Content = Uint8Array | AsyncIterable<Uint8Array>;

export interface StreamOptions extends CallOptions {
  /** First byte of the volume; 0 unless given. */
  readonly offset?: number;
}

export interface DownloadOptions extends StreamOptions {
  /** Bytes wanted; up to the end of the volume unless given. */
  readonly length?: number;
}

/** What a stream needs of its connection. */
export interface StreamBase {
  readonly channel: Channel;
  readonly clock: Clock;
  readonly deadlineMs: number;
}

/** Receives the frames of one stream and knows how it ended. */
class Receiver implements StreamEnd {
  readonly #procedure: AnyProcedureName;
  readonly #channel: Channel;
  readonly #chunks: Uint8Array[] = [];
  #bytesWaiting = 0;
  #end: { readonly error?: Error } | undefined;
  #wake: () => void = () => undefined;

  constructor(procedure: AnyProcedureName, channel: Channel) {
    this.#procedure = procedure;
    this.#channel = channel;
  }

  receive(frame: Frame): void {
    if (frame.status === STATUS.more) this.#keep(frame.body);
    else if (frame.status === STATUS.ok) this.#end ??= {};
    else if (frame.status === STATUS.error) {
      this.#end ??= { error: readError(this.#procedure, frame.body) };
    } else throw new XdrError(`a stream has the unknown status ${frame.status}`);
    this.#wake();
  }

  lost(loss: Loss): void {
    this.#end ??= { error: new ConnectionLost(this.#procedure, true, loss) };
    this.#wake();
  }

  /** Throws the error that ended the stream, if one did. */
  check(): void {
    if (this.#end?.error !== undefined) throw this.#end.error;
  }

  /** The next data, empty at the end of the volume; undefined when the stream has ended. */
  async next(): Promise<Uint8Array | undefined> {
    while (this.#chunks.length === 0 && this.#end === undefined) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const chunk = this.#chunks.shift();
    if (chunk === undefined) this.check();
    this.#bytesWaiting -= chunk?.length ?? 0;
    if (this.#bytesWaiting <= WAITING_BYTES_MAX) this.#channel.pause(false);
    return chunk;
  }

  #keep(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#bytesWaiting += chunk.length;
    if (this.#bytesWaiting > WAITING_BYTES_MAX) this.#channel.pause(true);
  }
}

/** Writes a volume; resolves when the daemon has confirmed the end of the stream. */
export async function upload(
  base: StreamBase,
  volume: StorageVolume,
  content: Content,
  options: StreamOptions,
): Promise<void> {
  const { channel, clock, deadlineMs } = base;
  const receiver = new Receiver("StorageVolUpload", channel);
  const args = { volume, offset: options.offset ?? 0, length: 0, flags: 0 };
  const request = { name: "StorageVolUpload", args, streamEnd: receiver } as const;
  const { stream } = await channel.request(request, options);
  const limits = { clock, deadlineMs: options.deadlineMs ?? deadlineMs, signal: options.signal };
  const watch = watchWork(limits, "StorageVolUpload", () => true);
  const source = pieces(content);
  try {
    await sendPieces({ channel, stream, receiver, watch }, source);
    await channel.sendStream(stream, STATUS.ok);
    while ((await watch.race(receiver.next())) !== undefined);
  } catch (error) {
    void channel.sendStream(stream, STATUS.error);
    throw error;
  } finally {
    watch.end();
    channel.closeStream(stream);
    // Not awaited: a source that hangs would hold the answer back.
    source.return(undefined).catch(() => undefined);
  }
}

interface Sending {
  readonly channel: Channel;
  readonly stream: OpenStream;
  readonly receiver: Receiver;
  readonly watch: Watch;
}

async function sendPieces(
  { channel, stream, receiver, watch }: Sending,
  source: AsyncGenerator<Uint8Array>,
): Promise<void> {
  for (;;) {
    const { done, value } = await watch.race(source.next());
    receiver.check();
    if (done === true) return;
    await watch.race(channel.sendStream(stream, STATUS.more, value));
  }
}

async function* pieces(content: Content): AsyncGenerator<Uint8Array> {
  const chunks = content instanceof Uint8Array ? [content] : content;
  for await (const chunk of chunks) {
    for (let start = 0; start < chunk.length; start += CHUNK_BYTES_MAX) {
      yield chunk.subarray(start, start + CHUNK_BYTES_MAX);
    }
  }
}

/** Reads a volume in chunks; leaving the loop early aborts the stream at the daemon. */
export async function* download(
  base: StreamBase,
  volume: StorageVolume,
  options: DownloadOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { channel, clock, deadlineMs } = base;
  const receiver = new Receiver("StorageVolDownload", channel);
  const args = { volume, offset: options.offset ?? 0, length: options.length ?? 0, flags: 0 };
  const request = { name: "StorageVolDownload", args, streamEnd: receiver } as const;
  const { stream } = await channel.request(request, options);
  const limits = { clock, deadlineMs: options.deadlineMs ?? deadlineMs, signal: options.signal };
  const watch = watchWork(limits, "StorageVolDownload", () => true);
  let isWhole = false;
  try {
    for (;;) {
      const chunk = await watch.race(receiver.next());
      if (chunk === undefined || chunk.length === 0) break;
      yield chunk;
    }
    await channel.sendStream(stream, STATUS.ok);
    while ((await watch.race(receiver.next())) !== undefined);
    isWhole = true;
  } finally {
    watch.end();
    channel.closeStream(stream);
    channel.pause(false);
    if (!isWhole) void channel.sendStream(stream, STATUS.error);
  }
}
