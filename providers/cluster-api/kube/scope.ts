import type { Clock } from "../../../engine/contract/clock.ts";
import type { CallOptions } from "./types.ts";

/** The bounds of one call: ends at its deadline, with its caller's signal or when it is done. */
export class CallScope {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly #abort = new AbortController();
  readonly #done = new AbortController();
  #ended: "deadline" | "cancelled" | undefined;

  constructor(clock: Clock, call: CallOptions, deadlineMs: number) {
    this.clock = clock;
    this.signal = this.#abort.signal;
    const { signal } = call;
    const follow = (): void => this.#end(isTimeout(signal?.reason) ? "deadline" : "cancelled");
    if (signal?.aborted === true) follow();
    signal?.addEventListener("abort", follow, { signal: this.#done.signal });
    void clock.sleep(call.deadlineMs ?? deadlineMs, this.#done.signal).then(() => {
      if (!this.#done.signal.aborted) this.#end("deadline");
    });
  }

  /** Why the signal fired; undefined while it has not. */
  get ended(): "deadline" | "cancelled" | undefined {
    return this.#ended;
  }

  /** Lets go of the clock and the caller's signal; every scope must be closed. */
  close(): void {
    this.#done.abort();
  }

  #end(why: "deadline" | "cancelled"): void {
    if (this.#ended !== undefined || this.#done.signal.aborted) return;
    this.#ended = why;
    // Scopes within this one end for the same reason.
    this.#abort.abort(
      why === "deadline" ? new DOMException("too late", "TimeoutError") : undefined,
    );
  }
}

const isTimeout = (reason: unknown): boolean =>
  reason instanceof DOMException && reason.name === "TimeoutError";
