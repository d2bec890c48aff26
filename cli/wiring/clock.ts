import type { Clock } from "../../engine/contract/clock.ts";

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The clock of this machine. `SOURCE_DATE_EPOCH` (seconds, as for reproducible builds) or
 * `VPAC_TEST_NOW` (RFC 3339) freezes what it shows, so that two runs print the same bytes; waiting
 * takes its time all the same.
 */
export function systemClock(env: Env): Clock {
  const frozenAt = frozenTime(env);
  const now = frozenAt === undefined ? () => Date.now() : () => frozenAt;
  return { now, sleep };
}

function frozenTime(env: Env): number | undefined {
  const epoch = env["SOURCE_DATE_EPOCH"] ?? "";
  if (/^\d{1,12}$/.test(epoch)) return Number(epoch) * 1000;
  const time = Date.parse(env["VPAC_TEST_NOW"] ?? "");
  return Number.isNaN(time) ? undefined : time;
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
