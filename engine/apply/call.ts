import type { Clock } from "../contract/clock.ts";
import type { CallContext, Outcome } from "../contract/provider.ts";

export interface CallLimits {
  readonly clock: Clock;
  readonly deadlineMs: number;
  /** Once it fires, no answer is waited for. */
  readonly cut: AbortSignal;
  readonly log: CallContext["log"];
}

/**
 * One provider call that always ends: with its outcome, or as `unknown` when the deadline passes,
 * the run is cut off or the adapter throws. Whoever is called late learns it from the signal.
 */
export async function callOnce(
  call: (context: CallContext) => Promise<Outcome>,
  { clock, deadlineMs, cut, log }: CallLimits,
): Promise<Outcome> {
  if (cut.aborted) return CUT_OFF;
  const attempt = new AbortController();
  const timer = new AbortController();
  const onCut = (): void => timer.abort();
  cut.addEventListener("abort", onCut);
  const late = clock.sleep(deadlineMs, timer.signal).then(() => (cut.aborted ? CUT_OFF : LATE));
  try {
    return await Promise.race([call({ clock, signal: attempt.signal, log }), late]);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return unknown("adapter-error", `the adapter threw an error: ${why}`);
  } finally {
    cut.removeEventListener("abort", onCut);
    timer.abort(ENDED);
    attempt.abort(ENDED);
  }
}

/** Without a reason every `abort` makes an error of its own, stack included: twice per call. */
const ENDED = "the call has ended";

const unknown = (code: string, message: string): Outcome => ({
  is: "unknown",
  why: { type: "transient", code, message },
});

const LATE = unknown("deadline", "no answer came before the deadline");
const CUT_OFF = unknown("cut-off", "the run was stopped before an answer came");
