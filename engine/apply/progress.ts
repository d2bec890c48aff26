import type { Clock } from "../contract/clock.ts";
import type { ProviderProgress } from "../contract/provider.ts";
import type { EventSink, StepFacts } from "../events/event.ts";

/** A long step is heard of at least every 10 s: looked at twice as often as that. */
const HEARTBEAT_MS = 5_000;

/** Tells how running steps get on, and that they still run. */
export interface ProgressTeller {
  logOf(facts: StepFacts): (progress: ProviderProgress) => void;
  ended(facts: StepFacts): void;
  /** Milliseconds since the step was first heard of. */
  elapsedMs(facts: StepFacts): number;
  stop(): void;
}

interface Watched {
  readonly facts: StepFacts;
  readonly startMs: number;
  toldMs: number;
  phase: string;
}

export function startProgress(clock: Clock, emit: EventSink): ProgressTeller {
  const watched = new Map<string, Watched>();
  const ending = new AbortController();
  const tell = (entry: Watched, percent: number | undefined): void => {
    const nowMs = clock.now();
    entry.toldMs = nowMs;
    emit({
      type: "apply_progress",
      ...entry.facts,
      phase: entry.phase,
      ...(percent === undefined ? {} : { percent }),
      waitsFor: [],
      elapsedMs: nowMs - entry.startMs,
    });
  };
  const beat = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      await clock.sleep(HEARTBEAT_MS, ending.signal);
      const nowMs = clock.now();
      for (const entry of watched.values()) {
        if (!ending.signal.aborted && nowMs - entry.toldMs >= HEARTBEAT_MS) tell(entry, undefined);
      }
    }
  };
  void beat();
  return {
    logOf: (facts) => {
      const nowMs = clock.now();
      const entry: Watched = { facts, startMs: nowMs, toldMs: nowMs, phase: "running" };
      watched.set(facts.step, entry);
      return ({ phase, percent }) => {
        entry.phase = phase;
        if (watched.get(facts.step) === entry) tell(entry, percent);
      };
    },
    ended: ({ step }) => {
      watched.delete(step);
    },
    elapsedMs: ({ step }) => {
      const entry = watched.get(step);
      return entry === undefined ? 0 : clock.now() - entry.startMs;
    },
    stop: () => ending.abort(),
  };
}
