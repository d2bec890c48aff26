import type { Clock } from "../contract/clock.ts";
import type { Entropy } from "../contract/entropy.ts";
import type { Outcome } from "../contract/provider.ts";

/** Calls made for one step before it is given up. */
export const ATTEMPTS_MAX = 5;

const DELAY_FIRST_MS = 500;
const DELAY_MAX_MS = 30_000;

export interface RetryPorts {
  readonly clock: Clock;
  readonly entropy: Entropy;
  /** Once it fires, no attempt is repeated. */
  readonly stop: AbortSignal;
  readonly onRetry: (retry: {
    readonly attempt: number;
    readonly delayMs: number;
    readonly code: string;
  }) => void;
}

/**
 * Repeats a call until its outcome is settled. Every call is idempotent by object id, so an
 * unknown outcome is asked for again by sending the same call, never guessed; a failure is
 * repeated only when the provider calls it transient.
 */
export async function repeat(call: () => Promise<Outcome>, ports: RetryPorts): Promise<Outcome> {
  const { clock, entropy, stop, onRetry } = ports;
  let mayHaveEffect = false;
  for (let attempt = 1; ; attempt++) {
    const outcome = await call();
    if (outcome.is === "done") return outcome;
    mayHaveEffect ||= outcome.is === "unknown";
    const isWorthIt = outcome.is === "unknown" || outcome.why.type === "transient";
    if (!isWorthIt || attempt === ATTEMPTS_MAX || stop.aborted)
      return given(outcome, mayHaveEffect);
    const delayMs = delayBefore(attempt, outcome.why.retryAfterMs ?? 0, entropy);
    onRetry({ attempt: attempt + 1, delayMs, code: outcome.why.code });
    await clock.sleep(delayMs, stop);
    if (stop.aborted) return given(outcome, mayHaveEffect);
  }
}

/** A later "no effect" says nothing about an earlier call whose outcome is not known. */
function given(outcome: Exclude<Outcome, { is: "done" }>, mayHaveEffect: boolean): Outcome {
  return mayHaveEffect ? { is: "unknown", why: outcome.why } : outcome;
}

/** Doubles with each attempt; between half and all of it by chance, never less than asked for. */
function delayBefore(attempt: number, retryAfterMs: number, entropy: Entropy): number {
  const fullMs = Math.min(DELAY_FIRST_MS * 2 ** (attempt - 1), DELAY_MAX_MS);
  const halfMs = fullMs / 2;
  const jitterMs = Math.floor((entropy.u32() / 2 ** 32) * halfMs);
  return Math.max(halfMs + jitterMs, retryAfterMs);
}
