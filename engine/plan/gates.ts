/** Refusals by rule: protection, budgets, the brake on mass deletion, the empty wish, consent. */
import type { Address } from "../model/address.ts";
import type { Budgets } from "../model/desired.ts";
import type { Gate, PlanBase, PlannedChange } from "../model/plan.ts";
import { compact } from "./compact.ts";

/** Given on the command line for one run; wins over the settings. */
export interface BudgetOverrides {
  /** Raises the budget of deletes to this many and opens the brake up to it. */
  readonly allowDestroy?: number | undefined;
  readonly maxReplaces?: number | string | undefined;
  readonly maxMoves?: number | string | undefined;
}

export interface GateBasis {
  readonly changes: readonly PlannedChange[];
  readonly mode: "apply" | "destroy";
  readonly workspace: string;
  readonly budgets: PlanBase["budgets"];
  readonly recordedCount: number;
  /** True when the documents declare nothing that could be kept. */
  readonly isEmpty: boolean;
}

/** More deletes than this hold what writes, whatever the share. */
const BRAKE_COUNT = 5;
/** A larger share of the recorded resources than this holds what writes. */
const BRAKE_PERCENT = 20;
/** Addresses named in one gate; the message has the full count. */
const ADDRESSES_MAX = 100;

/** Budgets as counts: percentages are of the recorded resources, rounded down. */
export function budgetCounts(
  settings: Budgets,
  overrides: BudgetOverrides,
  recordedCount: number,
): PlanBase["budgets"] {
  const { allowDestroy } = overrides;
  const deletes = countOf(settings.maxDeletes, recordedCount);
  const maxDeletes =
    deletes === undefined || allowDestroy === undefined ? deletes : Math.max(deletes, allowDestroy);
  const maxReplaces = countOf(overrides.maxReplaces ?? settings.maxReplaces, recordedCount);
  const maxMoves = countOf(overrides.maxMoves ?? settings.maxMoves, recordedCount);
  return compact<PlanBase["budgets"]>({ allowDestroy, maxDeletes, maxMoves, maxReplaces });
}

function countOf(setting: number | string | undefined, total: number): number | undefined {
  if (setting === undefined || typeof setting === "number") return setting;
  const isShare = setting.endsWith("%");
  const digits = isShare ? setting.slice(0, -1) : setting;
  const amount = Number(digits);
  if (digits === "" || !Number.isSafeInteger(amount) || amount < 0) return undefined;
  return isShare ? Math.floor((total * amount) / 100) : amount;
}

/** True for a change that gives the workload another host. */
export const isMove = ({ action, placement }: PlannedChange): boolean =>
  action === "move" ||
  (action === "update" &&
    placement?.from !== undefined &&
    placement.to !== undefined &&
    placement.from !== placement.to);

/** Every gate that holds this plan, in a fixed order. */
export function gates(basis: GateBasis): Gate[] {
  return [
    ...protection(basis),
    ...budget(basis),
    ...brake(basis),
    ...emptied(basis),
    ...consent(basis),
  ];
}

const addressesOf = (changes: readonly PlannedChange[]): readonly Address[] =>
  changes.slice(0, ADDRESSES_MAX).map((change) => change.address);

const withAction = (changes: readonly PlannedChange[], action: string): readonly PlannedChange[] =>
  changes.filter((change) => change.action === action);

const count = (amount: number, noun: string): string =>
  `${amount} ${noun}${amount === 1 ? "" : "s"}`;

function protection({ changes }: GateBasis): Gate[] {
  const held = changes.filter(
    (change) =>
      change.action === "blocked" && change.reasons.some((reason) => reason.code === "protected"),
  );
  if (held.length === 0) return [];
  const what = held.length === 1 ? "resource is" : "resources are";
  return [
    {
      addresses: addressesOf(held),
      gate: "protection",
      help: "Take off vpac.dev/prevent-destroy, or the pattern in guards.preventDestroy.",
      holds: "plan",
      message: `${held.length} ${what} protected and would be destroyed or replaced.`,
    },
  ];
}

function budget({ changes, mode, budgets }: GateBasis): Gate[] {
  const held: Gate[] = [];
  const judge = (
    list: readonly PlannedChange[],
    max: number | undefined,
    kind: BudgetKind,
  ): void => {
    if (max === undefined || list.length <= max) return;
    held.push({
      addresses: addressesOf(list),
      gate: "budget",
      help: `Raise guards.budgets.${kind.setting}, or give ${kind.flag} ${list.length}.`,
      holds: "plan",
      message: `The plan has ${count(list.length, kind.noun)}, the budget allows ${max}.`,
    });
  };
  if (mode === "apply") judge(withAction(changes, "delete"), budgets.maxDeletes, DELETES);
  judge(withAction(changes, "replace"), budgets.maxReplaces, REPLACES);
  judge(changes.filter(isMove), budgets.maxMoves, MOVES);
  return held;
}

interface BudgetKind {
  readonly noun: string;
  readonly setting: string;
  readonly flag: string;
}

const DELETES: BudgetKind = { noun: "delete", setting: "maxDeletes", flag: "--allow-destroy" };
const REPLACES: BudgetKind = { noun: "replace", setting: "maxReplaces", flag: "--max-replaces" };
const MOVES: BudgetKind = { noun: "move", setting: "maxMoves", flag: "--max-moves" };

function brake({ changes, mode, budgets, isEmpty, recordedCount }: GateBasis): Gate[] {
  // That the documents are gone says more than how many resources that is.
  if (isEmpty) return [];
  const deletes = withAction(changes, "delete");
  const isMany = deletes.length > BRAKE_COUNT;
  const isLargeShare = deletes.length * 100 > recordedCount * BRAKE_PERCENT;
  if (mode === "destroy" || deletes.length === 0 || !(isMany || isLargeShare)) return [];
  if (deletes.length <= (budgets.allowDestroy ?? 0)) return [];
  return [
    {
      addresses: addressesOf(deletes),
      gate: "budget",
      help: `Give --allow-destroy ${deletes.length} if this is meant.`,
      holds: "write",
      message:
        `The plan destroys ${deletes.length} of ${count(recordedCount, "recorded resource")}; ` +
        `more than ${BRAKE_COUNT} or more than ${BRAKE_PERCENT} % need a word of consent.`,
    },
  ];
}

function emptied({ changes, mode, budgets, isEmpty }: GateBasis): Gate[] {
  const deletes = withAction(changes, "delete");
  if (mode === "destroy" || !isEmpty || deletes.length === 0) return [];
  if (deletes.length <= (budgets.allowDestroy ?? 0)) return [];
  return [
    {
      addresses: addressesOf(deletes),
      gate: "empty",
      help: `Give --allow-destroy ${deletes.length}, or use vpac destroy.`,
      holds: "write",
      message: "The documents declare nothing, so everything recorded would be destroyed.",
    },
  ];
}

/** Opened by the typed name of the workspace, or by applying a saved plan. */
function consent({ changes, workspace }: GateBasis): Gate[] {
  const held = changes.filter(
    ({ action, risk }) => action === "delete" || (action === "replace" && risk.dataLoss),
  );
  if (held.length === 0) return [];
  return [
    {
      addresses: addressesOf(held),
      gate: "confirm",
      help: `Give --confirm ${workspace}, or apply a saved plan.`,
      holds: "write",
      message: `${count(held.length, "change")} of the plan cannot be undone.`,
    },
  ];
}
