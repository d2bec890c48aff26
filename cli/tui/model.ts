import { type Progress, startProgress } from "../../engine/events/reduce.ts";
import type { Address } from "../../engine/model/address.ts";
import { compareText } from "../../engine/model/canonical.ts";
import type { Action } from "../../engine/model/change.ts";
import type { Plan, PlannedChange } from "../../engine/model/plan.ts";

export type Screen = "plan" | "apply" | "help";
export type Pane = "changes" | "detail" | "hosts";
export type Sort = "risk" | "kind" | "host" | "wave";

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** A question that has to be answered by typing; `wanted` is the answer that goes on. */
export interface Ask {
  readonly wanted: string;
  readonly typed: string;
  readonly addresses: readonly Address[] | undefined;
}

/** Everything the screen shows; changed only by `update`. */
export interface Model {
  readonly plan: Plan;
  readonly screen: Screen;
  readonly pane: Pane;
  readonly cursor: number;
  /** First line of the detail or the hosts that is shown. */
  readonly top: number;
  readonly filter: string;
  readonly filtering: boolean;
  readonly sort: Sort;
  readonly unchanged: boolean;
  readonly marked: ReadonlySet<Address>;
  readonly size: Size;
  readonly readOnly: boolean;
  readonly ascii: boolean;
  readonly notice: string;
  readonly ask: Ask | undefined;
  readonly progress: Progress;
  readonly apply: "none" | "planning" | "running" | "stopping" | "ended";
  readonly startedAtMs: number;
  readonly nowMs: number;
  /** Where the apply screen's list starts; undefined follows what runs. */
  readonly applyTop: number | undefined;
}

export interface Start {
  readonly plan: Plan;
  readonly size: Size;
  readonly readOnly: boolean;
  readonly ascii: boolean;
  readonly nowMs: number;
}

export const startModel = ({ plan, size, readOnly, ascii, nowMs }: Start): Model => ({
  plan,
  screen: "plan",
  pane: "changes",
  cursor: 0,
  top: 0,
  filter: "",
  filtering: false,
  sort: "risk",
  unchanged: false,
  marked: new Set(),
  size,
  readOnly,
  ascii,
  notice: "",
  ask: undefined,
  progress: startProgress(plan),
  apply: "none",
  startedAtMs: nowMs,
  nowMs,
  applyTop: undefined,
});

const RISK: readonly Action[] = [
  "blocked",
  "delete",
  "replace",
  "move",
  "update",
  "create",
  "adopt",
  "forget",
  "noop",
];

type Compare = (left: PlannedChange, right: PlannedChange) => number;

const byAddress: Compare = (left, right) => compareText(left.address, right.address);

const ORDERS: Readonly<Record<Sort, Compare>> = {
  risk: (left, right) => RISK.indexOf(left.action) - RISK.indexOf(right.action),
  kind: byAddress,
  host: (left, right) => compareText(left.placement?.to ?? "~", right.placement?.to ?? "~"),
  wave: (left, right) => left.wave - right.wave,
};

/** The changes that pass the filter, in the order that was asked for. */
export function visibleChanges(model: Model): readonly PlannedChange[] {
  const inverted = model.filter.startsWith("!");
  const words = (inverted ? model.filter.slice(1) : model.filter).toLowerCase();
  const passes = (change: PlannedChange): boolean => {
    if (words === "") return true;
    const text = `${change.address} ${change.action} ${change.placement?.to ?? ""}`.toLowerCase();
    return text.includes(words) !== inverted;
  };
  return model.plan.changes
    .filter((change) => (model.unchanged || change.action !== "noop") && passes(change))
    .toSorted((left, right) => ORDERS[model.sort](left, right) || byAddress(left, right));
}

/** One pane at a time below this width. */
export const WIDE_COLUMNS_MIN = 100;
export const isWide = (model: Model): boolean => model.size.columns >= WIDE_COLUMNS_MIN;

/** Lines of the changes list that fit on the screen. */
export const pageRows = (model: Model): number => Math.max(1, bodyRows(model) - 2);

/** Lines between the header and the footer that the upper panes take. */
export function bodyRows(model: Model): number {
  const free = model.size.rows - 3;
  return isWide(model) && model.screen === "plan" ? Math.max(5, free - hostRows(model)) : free;
}

/** Lines of the hosts pane under the changes. */
export function hostRows(model: Model): number {
  const wanted = Math.min(6, Math.ceil(model.plan.placement.hosts.length / 3)) + 3;
  return Math.min(wanted, Math.max(4, Math.floor(model.size.rows / 3)));
}

/** First line of a window of `rows` lines that keeps `cursor` in sight. */
export function windowStart(cursor: number, rows: number, total: number): number {
  const wanted = cursor - Math.floor(rows / 2);
  return Math.max(0, Math.min(wanted, total - rows));
}
