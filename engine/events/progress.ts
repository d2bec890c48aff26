/** What is known of a running apply at one moment: a row per step, counts, the end of the log. */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Address } from "../model/address.ts";
import type { Action } from "../model/change.ts";
import type { Plan } from "../model/plan.ts";
import type { StepFacts } from "./event.ts";
import { type List, listOf } from "./list.ts";

export type RowState = "waiting" | "running" | "retrying" | "done" | "failed" | "skipped";

export interface ProgressRow {
  readonly step: string;
  readonly address: Address;
  readonly action: Action;
  readonly host: string | undefined;
  readonly wave: number;
  readonly state: RowState;
  /** What the provider is doing, in its words; undefined before it has said anything. */
  readonly phase: string | undefined;
  readonly percent: number | undefined;
  /** Milliseconds since 1970; undefined until started, or where no times were given. */
  readonly startedAtMs: number | undefined;
  /** As last told; a view adds the time since. */
  readonly elapsedMs: number;
  /** Addresses it waits for, at most ten. */
  readonly waitsFor: readonly Address[];
  readonly retry: ProgressRetry | undefined;
  /** Why it failed. */
  readonly diagnostic: Diagnostic | undefined;
  /** The last lines about this step, oldest first. */
  readonly log: readonly string[];
}

interface ProgressRetry {
  readonly attempt: number;
  readonly of: number;
  readonly delayMs: number;
  readonly code: string;
}

export interface ProgressCounts {
  readonly total: number;
  readonly waiting: number;
  /** Retrying steps count as running. */
  readonly running: number;
  readonly done: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface ProgressLine {
  readonly address: Address | undefined;
  readonly text: string;
}

interface ProgressEnd {
  readonly added: number;
  readonly changed: number;
  readonly destroyed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly interrupted: boolean;
}

export interface Progress {
  readonly run: string | undefined;
  readonly counts: ProgressCounts;
  /** Position of each step in `list`. */
  readonly positions: ReadonlyMap<string, number>;
  /** Positions of the steps of each address, in the order of the plan. */
  readonly atAddress: ReadonlyMap<Address, readonly number[]>;
  readonly list: List<ProgressRow>;
  /** The last lines of all, oldest first. */
  readonly log: readonly ProgressLine[];
  /** Name of the gate that is waited at. */
  readonly gate: string | undefined;
  /** Serial of the newest durable state. */
  readonly serial: number | undefined;
  readonly end: ProgressEnd | undefined;
}

/** A plan can have steps with thousands of needs; a row names this many. */
const WAITS_FOR_MAX = 10;

const NOTHING_COUNTED: ProgressCounts = {
  total: 0,
  waiting: 0,
  running: 0,
  done: 0,
  failed: 0,
  skipped: 0,
};

/** Every step of the plan waits; without a plan (a replayed run) rows appear as steps start. */
export function startProgress(plan: Pick<Plan, "steps"> | undefined): Progress {
  const steps = plan?.steps ?? [];
  const addressOf = new Map(steps.map((step) => [step.id, step.address]));
  const rows = steps.map((step) => {
    const waitsFor = new Set<Address>();
    for (const id of step.after) {
      const address = addressOf.get(id);
      if (address !== undefined && waitsFor.size < WAITS_FOR_MAX) waitsFor.add(address);
    }
    return waitingRow({ ...step, step: step.id }, [...waitsFor]);
  });
  return {
    run: undefined,
    counts: { ...NOTHING_COUNTED, total: rows.length, waiting: rows.length },
    positions: new Map(rows.map((row, index) => [row.step, index])),
    atAddress: positionsByAddress(rows),
    list: listOf(rows),
    log: [],
    gate: undefined,
    serial: undefined,
    end: undefined,
  };
}

function positionsByAddress(rows: readonly ProgressRow[]): Map<Address, number[]> {
  const positions = new Map<Address, number[]>();
  for (const [index, { address }] of rows.entries()) {
    const known = positions.get(address);
    if (known === undefined) positions.set(address, [index]);
    else known.push(index);
  }
  return positions;
}

/** A row before anything has happened to its step. */
export function waitingRow(
  facts: Pick<StepFacts, "step" | "address" | "action" | "host" | "wave">,
  waitsFor: readonly Address[],
): ProgressRow {
  const { step, address, action, host, wave } = facts;
  return {
    step,
    address,
    action,
    host,
    wave,
    state: "waiting",
    phase: undefined,
    percent: undefined,
    startedAtMs: undefined,
    elapsedMs: 0,
    waitsFor,
    retry: undefined,
    diagnostic: undefined,
    log: [],
  };
}
