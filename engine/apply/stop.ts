import type { Clock } from "../contract/clock.ts";

/** The two stages of stopping, from whatever side they are asked for. */
export interface Stopping {
  /** Start nothing new. */
  readonly stop: AbortSignal;
  /** Wait for nothing. */
  readonly cut: AbortSignal;
  /** Stops from inside: after a failure with fail-fast, or when the disk takes no records. */
  readonly stopNow: () => void;
  readonly dispose: () => void;
}

/** The first signal stops and gives running calls their grace; the second cuts at once. */
export function watchStop(request: {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly options: { readonly graceMs: number; readonly abort?: AbortSignal };
}): Stopping {
  const { clock, signal, options } = request;
  const stop = new AbortController();
  const cut = new AbortController();
  const ended = new AbortController();
  const onSignal = (): void => {
    stop.abort();
    void clock.sleep(options.graceMs, ended.signal).then(() => cut.abort());
  };
  const onAbort = (): void => {
    stop.abort();
    cut.abort();
  };
  signal.addEventListener("abort", onSignal, { once: true });
  options.abort?.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onSignal();
  if (options.abort?.aborted === true) onAbort();
  return {
    stop: stop.signal,
    cut: cut.signal,
    stopNow: () => stop.abort(),
    dispose: () => {
      signal.removeEventListener("abort", onSignal);
      options.abort?.removeEventListener("abort", onAbort);
      ended.abort();
    },
  };
}
