/** What a plan may move although it could stay: whose moves, how eager, and how many. */
import type { BalanceSettings, DesiredState } from "../../model/desired.ts";
import type { BalanceWish } from "../../model/placement.ts";

/**
 * Whose moves are looked for: `made` are those that the plan carries out by itself, `recommended`
 * those that a human has to ask for, `all` both, whoever decides.
 */
type BalanceScope = "made" | "recommended" | "all";

/** What the plan is asked beyond the documents. */
export interface BalanceRequest {
  readonly scope: BalanceScope;
  /** Instead of what the documents say. */
  readonly threshold?: BalanceWish["threshold"] | undefined;
  readonly goal?: BalanceWish["goal"] | undefined;
  /** Most moves that need not be, besides what the documents allow. */
  readonly movesMax?: number | undefined;
}

/** Without any settings nothing moves by itself. */
export const BALANCE_OFF: BalanceSettings = {
  automation: "off",
  threshold: 3,
  movesMax: undefined,
  goal: "spread",
  namespaces: new Map(),
};

/** What a namespace's workloads may do to even the load. */
export interface BalanceLeave {
  /** False: nothing of it moves that may stay where it is, not even to make room. */
  readonly mayMove: boolean;
  readonly isBalanced: boolean;
  /** Set where it is less eager than the wish for balance. */
  readonly threshold: BalanceWish["threshold"] | undefined;
}

/** Answers for a namespace by the settings and what is asked. */
export function leaveFinder(
  settings: BalanceSettings,
  request: BalanceRequest,
): (namespace: string) => BalanceLeave {
  const { automation, namespaces } = settings;
  const { scope } = request;
  const most = thresholdFor(settings, request);
  const leaves = new Map<string, BalanceLeave>();
  const leaveOf = (namespace: string): BalanceLeave => {
    const own = namespaces.get(namespace);
    const level = own?.automation ?? automation;
    const mayMove = own?.automation !== "off";
    const isMeant =
      scope === "all" || (scope === "made" ? level === "full" : SHOWN.includes(level));
    const threshold = request.threshold ?? own?.threshold ?? settings.threshold;
    return {
      mayMove,
      isBalanced: mayMove && isMeant,
      threshold: threshold < most ? threshold : undefined,
    };
  };
  return (namespace) => {
    const known = leaves.get(namespace) ?? leaveOf(namespace);
    leaves.set(namespace, known);
    return known;
  };
}

/** The most eager of all: who is less eager says so itself. */
const thresholdFor = (
  { threshold, namespaces }: BalanceSettings,
  request: BalanceRequest,
): BalanceWish["threshold"] =>
  request.threshold ??
  [...namespaces.values()].reduce(
    (most, own) => (own.threshold !== undefined && own.threshold > most ? own.threshold : most),
    threshold,
  );

const SHOWN: readonly BalanceSettings["automation"][] = ["manual", "partial"];

/** True when some workload's moves are only recommended. */
export function hasRecommendations({ automation, namespaces }: BalanceSettings): boolean {
  const levels = [automation, ...[...namespaces.values()].map((own) => own.automation)];
  return levels.some((level) => level !== undefined && SHOWN.includes(level));
}

/** The wish for the core; undefined when nobody may move that could stay. */
export function balanceWish(
  { balance = BALANCE_OFF }: Pick<DesiredState, "balance">,
  request: BalanceRequest,
): BalanceWish | undefined {
  const { scope, goal, movesMax } = request;
  const { automation, namespaces } = balance;
  const levels = [automation, ...[...namespaces.values()].map((own) => own.automation)];
  if (scope === "made" && !levels.includes("full")) return undefined;
  const limits = [movesMax, balance.movesMax].filter((limit) => limit !== undefined);
  return {
    threshold: thresholdFor(balance, request),
    movesMax: limits.length === 0 ? undefined : Math.min(...limits),
    goal: goal ?? balance.goal,
  };
}
