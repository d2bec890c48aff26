import type { Clock } from "../../engine/contract/clock.ts";

/** A clock that never waits: `sleep` adds to the time and yields one turn of the event loop. */
export function fakeClock(startMs = 0): Clock & { readonly sleptMs: () => number } {
  let nowMs = startMs;
  return {
    now: () => nowMs,
    sleptMs: () => nowMs - startMs,
    sleep: (ms, signal) => {
      if (signal?.aborted !== true) nowMs += ms;
      return new Promise((resolve) => setImmediate(resolve));
    },
  };
}
