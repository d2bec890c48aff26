import { type Progress, startProgress } from "../../engine/events/reduce.ts";
import type { Address } from "../../engine/model/address.ts";
import type { Plan, PlannedChange } from "../../engine/model/plan.ts";
import { factsOf, type PlanFacts } from "./facts.ts";
import type { KeyAction } from "./keys.ts";
import { orderedChanges, shownChanges, type Sort } from "./rows.ts";

type Screen = "plan" | "apply" | "help";
type Pane = "changes" | "detail" | "hosts";

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** A question that has to be answered by typing; `wanted` is the answer that goes on. */
export interface Ask {
  readonly plan: Plan;
  /** How many changes were marked; undefined asks about all of them. */
  readonly chosen: number | undefined;
  /** How many changes would be made. */
  readonly total: number;
  readonly wanted: string;
  readonly typed: string;
  /** What was marked before the marks were closed under dependencies. */
  readonly marked: ReadonlySet<Address>;
}

/** What is not allowed in this session, with the reason; an empty text means that it is. */
export interface Refusals {
  readonly apply: string;
  readonly applyMarked: string;
  readonly replan: string;
}

/** Hosts that are supposed to be out. */
export interface HostsOut {
  readonly drain: readonly string[];
  readonly fail: readonly string[];
}

/** A what-if: what is shown is no plan that anybody would carry out. */
interface WhatIf extends HostsOut {
  /** The plan as it is. */
  readonly real: Plan;
}

const SUPPOSED = "this is a what-if: w ends it";

/** Why the key's action cannot be done; an empty text means that it can. */
export function whyNot({ refusals, refusal, whatIf }: Model, action: KeyAction): string {
  // What-ifs plan as well: where nothing can be planned anew, nothing can be supposed.
  if (action === "drain" || action === "fail") return refusals.replan;
  if (whatIf !== undefined && NOT_SUPPOSED.has(action)) return SUPPOSED;
  if (action === "replan") return refusals.replan;
  const apply = refusals.apply || refusal;
  if (action === "apply-all") return apply;
  return action === "apply-marked" ? apply || refusals.applyMarked : "";
}

const NOT_SUPPOSED: ReadonlySet<KeyAction> = new Set(["replan", "apply-all", "apply-marked"]);

/** `stopping`: a run goes on, but starts nothing new. */
type Phase = "idle" | "planning" | "running" | "stopping";

/** Everything the screen shows; changed only by `update`. */
export interface Model {
  readonly plan: Plan;
  readonly facts: PlanFacts;
  /** All changes in the order asked for; `rows` are those of them that are shown. */
  readonly ordered: readonly PlannedChange[];
  readonly rows: readonly PlannedChange[];
  readonly screen: Screen;
  readonly pane: Pane;
  /** Position in `rows`. */
  readonly cursor: number;
  /** First line of the detail or the help that is shown. */
  readonly top: number;
  /** Position among the hosts of the plan. */
  readonly hostAt: number;
  /** Undefined where the plan is shown as it is. */
  readonly whatIf: WhatIf | undefined;
  readonly filter: string;
  readonly filtering: boolean;
  readonly sort: Sort;
  readonly unchanged: boolean;
  readonly marked: ReadonlySet<Address>;
  readonly size: Size;
  readonly refusals: Refusals;
  /** Why this plan cannot be applied, whatever is allowed otherwise; empty when it can be. */
  readonly refusal: string;
  readonly ascii: boolean;
  readonly notice: string;
  readonly ask: Ask | undefined;
  readonly progress: Progress;
  readonly phase: Phase;
  /** True once this plan was applied, however it ended: another one has to be made. */
  readonly spent: boolean;
  readonly startedAtMs: number;
  readonly nowMs: number;
  /** Where the apply screen's list starts; undefined follows what runs. */
  readonly applyTop: number | undefined;
}

export interface Start {
  readonly plan: Plan;
  readonly size: Size;
  readonly refusals: Refusals;
  readonly refusal: string;
  readonly ascii: boolean;
  readonly nowMs: number;
}

export function startModel(start: Start): Model {
  const { plan, nowMs } = start;
  const ordered = orderedChanges(plan, "risk");
  return {
    ...start,
    facts: factsOf(plan),
    ordered,
    rows: shownChanges(ordered, { filter: "", unchanged: false }),
    screen: "plan",
    pane: "changes",
    cursor: 0,
    top: 0,
    hostAt: 0,
    whatIf: undefined,
    filter: "",
    filtering: false,
    sort: "risk",
    unchanged: false,
    marked: new Set(),
    notice: "",
    ask: undefined,
    progress: startProgress(plan),
    phase: "idle",
    spent: false,
    startedAtMs: nowMs,
    applyTop: undefined,
  };
}

/** The model with another plan to look at; what was marked stays marked where it still changes. */
export function withPlan(model: Model, plan: Plan): Model {
  const known = new Set(plan.changes.map((change) => change.address));
  const marked = new Set([...model.marked].filter((address) => known.has(address)));
  const ordered = orderedChanges(plan, model.sort);
  const progress = startProgress(plan);
  return withRows({
    ...model,
    plan,
    facts: factsOf(plan),
    ordered,
    marked,
    progress,
    spent: false,
  });
}

/** The rows for the filter and the order as they are now; the cursor stays on its address. */
export function withRows(model: Model): Model {
  const rows = shownChanges(model.ordered, model);
  const address = model.rows[model.cursor]?.address;
  const found = rows.findIndex((change) => change.address === address);
  return { ...model, rows, cursor: Math.max(0, found), top: 0 };
}

export const withSort = (model: Model, sort: Sort): Model =>
  withRows({ ...model, sort, ordered: orderedChanges(model.plan, sort) });

export const isRunning = ({ phase }: Model): boolean => phase === "running" || phase === "stopping";

/** One pane at a time below this width. */
const WIDE_COLUMNS_MIN = 100;
export const isWide = (model: Model): boolean => model.size.columns >= WIDE_COLUMNS_MIN;

/** First line of a window of `rows` lines that keeps `cursor` in sight. */
export function windowStart(cursor: number, rows: number, total: number): number {
  const wanted = cursor - Math.floor(rows / 2);
  return Math.max(0, Math.min(wanted, total - rows));
}
