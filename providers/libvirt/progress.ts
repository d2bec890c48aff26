import { CODES } from "./codes.ts";
import { type Operation, refusal } from "./operation.ts";

/** A copy under way. */
export interface Copy {
  /** What is copied, in words. */
  readonly what: string;
  /** About how many bytes there are; 0 where nobody knows. */
  readonly totalBytes: number;
  /** Longest time without a byte. */
  readonly stallMs: number;
  /** Where the bytes come from; ends early when the signal fires. */
  readonly read: (signal: AbortSignal) => AsyncIterable<Uint8Array>;
  /** Where they go; resolves when all are there. */
  readonly write: (bytes: AsyncIterable<Uint8Array>, signal: AbortSignal) => Promise<void>;
}

/**
 * Copies for as long as bytes flow, and tells how far it is. Throws a transient refusal when none
 * has passed for too long, and what `read` and `write` throw.
 */
export async function copyWithProgress(copy: Copy, operation: Operation): Promise<void> {
  const { stallMs, what } = copy;
  const stalled = new AbortController();
  const ended = new AbortController();
  const signal = AbortSignal.any([operation.signal, stalled.signal]);
  const passed = { bytes: 0 };
  const watch = watchStall(passed, { stallMs, stalled, ended: ended.signal }, operation);
  try {
    await copy.write(counted(copy, passed, { signal, operation }), signal);
  } catch (error) {
    if (!stalled.signal.aborted || operation.signal.aborted) throw error;
    const why = `no byte of ${what} has come across for ${Math.round(stallMs / 1000)} s`;
    throw refusal("transient", CODES.noAnswer, why);
  } finally {
    ended.abort();
    await watch;
  }
}

async function watchStall(
  passed: { readonly bytes: number },
  limits: {
    readonly stallMs: number;
    readonly stalled: AbortController;
    readonly ended: AbortSignal;
  },
  { clock }: Operation,
): Promise<void> {
  const { stallMs, stalled, ended } = limits;
  for (;;) {
    const before = passed.bytes;
    await clock.sleep(stallMs, ended);
    if (ended.aborted) return;
    if (passed.bytes === before) return stalled.abort();
  }
}

async function* counted(
  { read, totalBytes }: Copy,
  passed: { bytes: number },
  { signal, operation }: { readonly signal: AbortSignal; readonly operation: Operation },
): AsyncGenerator<Uint8Array, void, undefined> {
  let told = -1;
  for await (const chunk of read(signal)) {
    yield chunk;
    passed.bytes += chunk.length;
    if (totalBytes === 0) continue;
    const percent = Math.min(99, Math.floor((passed.bytes * 100) / totalBytes));
    if (percent === told) continue;
    told = percent;
    operation.log({ phase: "copy", percent });
  }
}
