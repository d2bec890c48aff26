import type { EngineEvent, StepFacts } from "../../../engine/events/event.ts";
import type { Plan } from "../../../engine/model/plan.ts";

/** One step that runs now. */
export interface RunningRow {
  readonly facts: StepFacts;
  readonly startedMs: number;
  readonly phase: string;
  readonly percent: number | undefined;
}

/** How far a run is; made from its events, read by the views. */
export interface RunProgress {
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  readonly skipped: number;
  readonly running: ReadonlyMap<string, RunningRow>;
  readonly ended: ReadonlySet<string>;
}

export const startOfRun = (plan: Plan): RunProgress => ({
  total: plan.steps.length,
  done: 0,
  failed: 0,
  skipped: 0,
  running: new Map(),
  ended: new Set(),
});

/** Folds one event into the progress, in place of its maps: a run has thousands of them. */
export function progressAfter(
  progress: RunProgress,
  event: EngineEvent,
  nowMs: number,
): RunProgress {
  const running = progress.running as Map<string, RunningRow>;
  const ended = progress.ended as Set<string>;
  switch (event.type) {
    case "apply_start":
      running.set(event.step, { facts: event, startedMs: nowMs, phase: "", percent: undefined });
      return progress;
    case "apply_progress":
    case "apply_retry": {
      const row = running.get(event.step);
      if (row === undefined) return progress;
      const phase =
        event.type === "apply_retry"
          ? `${event.code}, retry ${event.attempt}/${event.of}`
          : event.phase;
      const percent = event.type === "apply_progress" ? event.percent : undefined;
      running.set(event.step, { ...row, phase, percent });
      return progress;
    }
    case "apply_complete":
    case "apply_errored":
    case "apply_skipped": {
      running.delete(event.step);
      ended.add(event.step);
      const count = { apply_complete: "done", apply_errored: "failed", apply_skipped: "skipped" };
      const field = count[event.type] as "done" | "failed" | "skipped";
      return { ...progress, [field]: progress[field] + 1 };
    }
    default:
      return progress;
  }
}

export const waitingCount = ({ total, done, failed, skipped, running }: RunProgress): number =>
  Math.max(0, total - done - failed - skipped - running.size);

/** Time left by the pace so far; undefined before there is one. */
export function remainingMs(progress: RunProgress, elapsedMs: number): number | undefined {
  const ended = progress.done + progress.failed + progress.skipped;
  if (ended === 0 || elapsedMs < 1000) return undefined;
  return Math.round((elapsedMs * (progress.total - ended)) / ended);
}
