import { compareText } from "../../engine/model/canonical.ts";
import { type Action, ACTIONS_LISTED } from "../../engine/model/change.ts";
import type { Plan, PlannedChange } from "../../engine/model/plan.ts";

export type Sort = "risk" | "kind" | "host" | "wave";
export const SORTS: readonly Sort[] = ["risk", "kind", "host", "wave"];

const RISK: ReadonlyMap<Action, number> = new Map(
  ACTIONS_LISTED.map((action, index) => [action, index] as const),
);

type Compare = (left: PlannedChange, right: PlannedChange) => number;

const risk = ({ action }: PlannedChange): number => RISK.get(action) ?? 0;
const host = ({ placement }: PlannedChange): string => placement?.to ?? "~";

const ORDERS: Readonly<Record<Sort, Compare>> = {
  risk: (left, right) => risk(left) - risk(right),
  kind: () => 0,
  host: (left, right) => compareText(host(left), host(right)),
  wave: (left, right) => left.wave - right.wave,
};

/** All changes of the plan in the order that was asked for; equal ones by address. */
export const orderedChanges = (plan: Plan, sort: Sort): readonly PlannedChange[] =>
  plan.changes.toSorted(
    (left, right) => ORDERS[sort](left, right) || compareText(left.address, right.address),
  );

/** The changes that are shown; `!` in front of the filter turns it around. */
export function shownChanges(
  ordered: readonly PlannedChange[],
  { filter, unchanged }: { readonly filter: string; readonly unchanged: boolean },
): readonly PlannedChange[] {
  const inverted = filter.startsWith("!");
  const words = (inverted ? filter.slice(1) : filter).toLowerCase();
  const passes = ({ address, action, placement }: PlannedChange): boolean =>
    words === "" ||
    `${address} ${action} ${placement?.to ?? ""}`.toLowerCase().includes(words) !== inverted;
  return ordered.filter((change) => (unchanged || change.action !== "noop") && passes(change));
}
