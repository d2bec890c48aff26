import type { Clock } from "../../../engine/contract/clock.ts";
import { CallCancelled, DeadlineExceeded, type NoAnswer } from "./errors.ts";

export interface CallOptions {
  /** Counted from the call on, waiting for a place among the open calls included. */
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
}

export interface Limits {
  readonly clock: Clock;
  readonly deadlineMs: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Watches deadline and signal of one piece of work and calls `over` when one of them ends it.
 * Returns what stops the watch. `over` gets a maker, as only the work knows what left.
 */
export function watchLimits(
  limits: Limits,
  over: (why: (procedure: string, sent: boolean) => NoAnswer) => void,
): () => void {
  const { clock, deadlineMs, signal } = limits;
  const cancel = (): void => over((procedure, sent) => new CallCancelled(procedure, sent));
  if (signal?.aborted === true) {
    cancel();
    return () => undefined;
  }
  const done = new AbortController();
  signal?.addEventListener("abort", cancel, { once: true });
  void clock.sleep(deadlineMs, done.signal).then(() => {
    if (done.signal.aborted) return;
    over((procedure, sent) => new DeadlineExceeded(procedure, sent, deadlineMs));
  });
  return () => {
    signal?.removeEventListener("abort", cancel);
    done.abort();
  };
}

/** The same for work made of several waits: every wait goes through `race`. */
export interface Watch {
  race<T>(wait: Promise<T>): Promise<T>;
  end(): void;
}

export function watchWork(limits: Limits, procedure: string, isSent: () => boolean): Watch {
  let stop: () => void = () => undefined;
  const over = new Promise<never>((_, reject) => {
    stop = watchLimits(limits, (why) => reject(why(procedure, isSent())));
  });
  // A limit that passes between two waits is met by the next one.
  over.catch(() => undefined);
  return { race: (wait) => Promise.race([over, wait]), end: () => stop() };
}
