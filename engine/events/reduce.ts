/**
 * In: what is known of a run, and one event. Out: what is known afterwards. The line interface and
 * the full screen both read this, so they cannot disagree. It prints nothing and knows no clock.
 */
import type { Address } from "../model/address.ts";
import type { EngineEvent, StepFacts } from "./event.ts";
import { itemAt, itemsOf, withItem } from "./list.ts";
import {
  type Progress,
  type ProgressCounts,
  type ProgressLine,
  type ProgressRow,
  type RowState,
  waitingRow,
} from "./progress.ts";

export {
  type Progress,
  type ProgressRow,
  type RowState,
  startProgress,
} from "./progress.ts";

/** Lines kept per step, and of all. */
const STEP_LINES_MAX = 200;
const LINES_MAX = 1000;

type StepEvent = Extract<EngineEvent, StepFacts>;

/** The next progress; `atMs` is when the event happened, where the caller knows it. */
export function reduce(progress: Progress, event: EngineEvent, atMs?: number): Progress {
  if ("step" in event) return stepped(progress, event, atMs);
  switch (event.type) {
    case "run_start":
      return { ...progress, run: event.run, end: undefined };
    case "gate_wait":
      return { ...progress, gate: event.gate };
    case "gate_open":
      return { ...progress, gate: undefined };
    case "checkpoint":
      return { ...progress, serial: event.serial };
    case "log":
      return logged(progress, event.address, event.text);
    case "run_end": {
      const { type: _type, run, ...end } = event;
      return { ...progress, run, end };
    }
    default:
      return progress;
  }
}

/** Rows in the order of the plan. */
export const rowsOf = (progress: Progress): readonly ProgressRow[] => itemsOf(progress.list);

export function rowOf(progress: Progress, step: string): ProgressRow | undefined {
  const position = progress.positions.get(step);
  return position === undefined ? undefined : itemAt(progress.list, position);
}

function stepped(progress: Progress, event: StepEvent, atMs: number | undefined): Progress {
  const position = progress.positions.get(event.step) ?? progress.list.length;
  const known = itemAt(progress.list, position);
  const before = known ?? waitingRow(event, []);
  const after = { ...before, ...changeOf(before, event, atMs), host: event.host ?? before.host };
  const moved = {
    ...(known === undefined ? withRow(progress, event, position) : progress),
    counts: counted(progress.counts, known?.state, after.state),
    list: withItem(progress.list, position, after),
  };
  const line = lineOf(before, event);
  return line === undefined ? moved : logged(moved, event.address, line);
}

/** A step that the plan did not announce; only replayed runs have them. */
function withRow(progress: Progress, { step, address }: StepEvent, position: number): Progress {
  const positions = new Map(progress.positions).set(step, position);
  const here = [...(progress.atAddress.get(address) ?? []), position];
  return { ...progress, positions, atAddress: new Map(progress.atAddress).set(address, here) };
}

function changeOf(
  row: ProgressRow,
  event: StepEvent,
  atMs: number | undefined,
): Partial<ProgressRow> {
  switch (event.type) {
    case "apply_start":
      return { state: "running", startedAtMs: atMs, waitsFor: [], retry: undefined };
    case "apply_progress": {
      const startedAtMs = atMs === undefined ? row.startedAtMs : atMs - event.elapsedMs;
      const { phase, percent, waitsFor, elapsedMs } = event;
      return {
        state: "running",
        phase,
        percent,
        waitsFor,
        elapsedMs,
        startedAtMs,
        retry: undefined,
      };
    }
    case "apply_retry": {
      const { attempt, of, delayMs, code } = event;
      return { state: "retrying", retry: { attempt, of, delayMs, code } };
    }
    case "apply_complete":
      return { state: "done", elapsedMs: event.elapsedMs, percent: 100, ...SETTLED };
    case "apply_errored": {
      const { elapsedMs, diagnostic } = event;
      return { state: "failed", elapsedMs, diagnostic, ...SETTLED };
    }
    case "apply_skipped":
      return { state: "skipped", retry: undefined, waitsFor: event.waitsFor };
  }
}

const SETTLED: Pick<ProgressRow, "retry" | "waitsFor"> = { retry: undefined, waitsFor: [] };

/** What a step event adds to the log; a repeated phase adds nothing. */
function lineOf(before: ProgressRow, event: StepEvent): string | undefined {
  switch (event.type) {
    case "apply_start":
      return `${event.action} started`;
    case "apply_progress":
      return event.phase === before.phase ? undefined : event.phase;
    case "apply_retry":
      return `retry ${event.attempt} of ${event.of} in ${event.delayMs} ms (${event.code})`;
    case "apply_complete":
      return `${event.action} done in ${event.elapsedMs} ms`;
    case "apply_errored":
      return `${event.diagnostic.code} ${event.diagnostic.summary}`;
    case "apply_skipped":
      return "skipped";
  }
}

function logged(progress: Progress, address: Address | undefined, text: string): Progress {
  const line: ProgressLine = { address, text };
  const log = appended(progress.log, line, LINES_MAX);
  const position = address === undefined ? undefined : positionAt(progress, address);
  const row = position === undefined ? undefined : itemAt(progress.list, position);
  if (position === undefined || row === undefined) return { ...progress, log };
  const noted = { ...row, log: appended(row.log, text, STEP_LINES_MAX) };
  return { ...progress, log, list: withItem(progress.list, position, noted) };
}

/** The last step of the address that has begun; before that a line belongs to nobody's row. */
const positionAt = ({ atAddress, list }: Progress, address: Address): number | undefined =>
  atAddress.get(address)?.findLast((position) => itemAt(list, position)?.state !== "waiting");

const appended = <Item>(items: readonly Item[], item: Item, max: number): readonly Item[] =>
  items.length < max ? [...items, item] : [...items.slice(items.length - max + 1), item];

const COUNTED_AS: Readonly<Record<RowState, Exclude<keyof ProgressCounts, "total">>> = {
  waiting: "waiting",
  running: "running",
  retrying: "running",
  done: "done",
  failed: "failed",
  skipped: "skipped",
};

function counted(
  counts: ProgressCounts,
  before: RowState | undefined,
  after: RowState,
): ProgressCounts {
  const next = { ...counts };
  if (before === undefined) next.total++;
  else next[COUNTED_AS[before]]--;
  next[COUNTED_AS[after]]++;
  return next;
}
