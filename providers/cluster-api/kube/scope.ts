import type { Clock } from "../../../engine/contract/clock.ts";
import type { CallOptions } from "./types.ts";

/** The bounds of one call: ends at its deadline, with its caller's signal or when it is done. */
export class CallScope {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly deadlineMs: number;
  readonly #abort = new AbortController();
  readonly #done = new AbortController();
  #ended: "deadline" | "cancelled" | undefined;

  constructor(clock: Clock, call: CallOptions, deadlineMs: number) {
    this.clock = clock;
    this.deadlineMs = call.deadlineMs ?? deadlineMs;
    this.signal = this.#abort.signal;
    if (call.signal?.aborted === true) this.cancel();
    call.signal?.addEventListener("abort", () => this.cancel(), { signal: this.#done.signal });
    void clock.sleep(this.deadlineMs, this.#done.signal).then(() => {
      if (!this.#done.signal.aborted) this.#end("deadline");
    });
  }

  /** Why the signal fired; undefined while it has not. */
  get ended(): "deadline" | "cancelled" | undefined {
    return this.#ended;
  }

  cancel(): void {
    this.#end("cancelled");
  }

  /** Lets go of the clock and the caller's signal; every scope must be closed. */
  close(): void {
    this.#done.abort();
  }

  #end(why: "deadline" | "cancelled"): void {
    if (this.#ended !== undefined || this.#done.signal.aborted) return;
    this.#ended = why;
    this.#abort.abort();
  }
}
