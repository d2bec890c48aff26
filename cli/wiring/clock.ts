import type { Clock } from "../../engine/contract/clock.ts";

/**
 * The clock of this machine. `VPAC_TEST_NOW`, an RFC 3339 time, freezes what it shows, so that
 * two runs print the same bytes; waiting takes its time all the same.
 */
export function systemClock(env: Readonly<Record<string, string | undefined>>): Clock {
  const frozenAt = Date.parse(env["VPAC_TEST_NOW"] ?? "");
  const now = Number.isNaN(frozenAt) ? () => Date.now() : () => frozenAt;
  return { now, sleep };
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener("abort", end, { once: true });
  });
}
