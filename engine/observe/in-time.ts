import type { Clock } from "../contract/clock.ts";
import type { CallContext } from "../contract/provider.ts";
import type { EventSink } from "../events/event.ts";

export interface TimePorts {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly emit: EventSink;
  /** Longest time one provider may take. */
  readonly timeoutMs: number;
}

/** Asks one provider; undefined when the time was up or the run was stopped first. */
export async function inTime<Answer>(
  name: string,
  ask: (context: CallContext) => Promise<Answer>,
  { clock, signal, timeoutMs, emit }: TimePorts,
): Promise<Answer | undefined> {
  const call = new AbortController();
  const timer = new AbortController();
  const stop = (): void => timer.abort();
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();
  const log: CallContext["log"] = ({ phase, detail }) =>
    emit({ type: "log", text: `${name}: ${detail ?? phase}` });
  try {
    const answer = ask({ clock, signal: call.signal, log });
    return await Promise.race([answer, clock.sleep(timeoutMs, timer.signal).then(() => undefined)]);
  } finally {
    signal.removeEventListener("abort", stop);
    timer.abort();
    call.abort();
  }
}
