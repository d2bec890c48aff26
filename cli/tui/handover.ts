import type { EngineEvent } from "../../engine/events/event.ts";
import { type Progress, type ProgressRow, rowsOf } from "../../engine/events/reduce.ts";

/**
 * What happened so far, told once more for a view that starts in the middle of a run. Settled steps
 * come first, then what runs; what waits has nothing to tell.
 */
export function eventsOf(progress: Progress): EngineEvent[] {
  const rows = rowsOf(progress);
  const isOpen = ({ state }: ProgressRow): boolean => state === "running" || state === "retrying";
  return [
    ...rows.filter((row) => !isOpen(row)).flatMap(settled),
    ...rows.filter(isOpen).flatMap(running),
  ];
}

function settled(row: ProgressRow): EngineEvent[] {
  const { elapsedMs, diagnostic, waitsFor } = row;
  if (row.state === "done") return [{ type: "apply_complete", ...factsOf(row), elapsedMs }];
  if (row.state === "skipped") return [{ type: "apply_skipped", ...factsOf(row), waitsFor }];
  if (row.state !== "failed" || diagnostic === undefined) return [];
  return [{ type: "apply_errored", ...factsOf(row), elapsedMs, diagnostic }];
}

function running(row: ProgressRow): EngineEvent[] {
  const { phase, percent, waitsFor, elapsedMs } = row;
  const start: EngineEvent = { type: "apply_start", ...factsOf(row) };
  if (phase === undefined) return [start];
  const part = percent === undefined ? {} : { percent };
  return [start, { type: "apply_progress", ...factsOf(row), phase, ...part, waitsFor, elapsedMs }];
}

const factsOf = ({ step, address, action, host, wave }: ProgressRow) => ({
  step,
  address,
  action,
  ...(host === undefined ? {} : { host }),
  wave,
});
