/** Asks the placement core for a plan, within its budget of moves, and for what it would advise. */
import type { Address } from "./model/address.ts";
import type { DiffResult } from "./model/change.ts";
import type { Move, PlacementProblem, PlacementResult } from "./model/placement.ts";
import {
  BALANCE_OFF,
  type BalanceRequest,
  hasRecommendations,
  leaveFinder,
} from "./place/balance.ts";
import { placedToStay } from "./place/foresight.ts";
import { place } from "./place/place.ts";
import { buildProblem, type ProblemInput } from "./place/problem.ts";
import { leftBy } from "./place/seats.ts";
import { type BudgetOverrides, budgetCounts } from "./plan/gates.ts";

/** Moves that the plan is asked for beyond what the documents say. */
export interface MovesRequest {
  /** Every workload that may move is considered, whoever decides on it by the documents. */
  readonly threshold?: BalanceRequest["threshold"];
  readonly goal?: BalanceRequest["goal"];
}

export interface Placed {
  readonly problem: PlacementProblem;
  readonly placement: PlacementResult;
  /** Moves over what the plan leaves that only a human decides on. */
  readonly recommended: readonly Move[];
}

interface PlacingWish {
  readonly budgets: BudgetOverrides;
  /** Undefined: as the documents say. */
  readonly moves: MovesRequest | undefined;
}

/** Places everything; with `moves` whatever the documents say of balance. */
export function placeAll(input: ProblemInput, { budgets, moves }: PlacingWish): Placed {
  const { desired, recorded } = input;
  const { maxMoves } = budgetCounts(desired.environment.budgets, budgets, recorded.resources.size);
  const asked: BalanceRequest =
    moves === undefined ? { scope: "made" } : { ...moves, scope: "all" };
  const { problem, placement } = withinBudget(input, asked, maxMoves);
  const isAdvised =
    moves === undefined && desired.balance !== undefined && hasRecommendations(desired.balance);
  const recommended = isAdvised ? recommendations(input, placement) : [];
  return { problem, placement, recommended };
}

/** Moves that need not be take only what is left of the budget by those that must be. */
function withinBudget(
  input: ProblemInput,
  asked: BalanceRequest,
  budget: number | undefined,
): Pick<Placed, "problem" | "placement"> {
  const mayMove = movesOnceItRuns(input, asked);
  const { problem, placement } = worthIt(
    buildProblem({ ...input, balance: { ...asked, movesMax: budget } }),
    mayMove,
  );
  if (budget === undefined || problem.balance === undefined) return { problem, placement };
  const must = countMoved(placement.moves, isForced);
  if (countMoved(placement.moves) <= budget) return { problem, placement };
  const { movesMax = budget } = problem.balance;
  const left = Math.min(movesMax, Math.max(0, budget - must));
  const tighter = { ...problem, balance: { ...problem.balance, movesMax: left } };
  return worthIt(tighter, mayMove);
}

/** Who of those that get a host now may be moved to even the load by the plans to come. */
function movesOnceItRuns(
  { desired, observation }: ProblemInput,
  asked: BalanceRequest,
): (key: string) => boolean {
  const leaveOf = leaveFinder(desired.balance ?? BALANCE_OFF, asked);
  const movers = new Set(
    observation.readings.flatMap(({ provider, movesLive }) => (movesLive ? [provider] : [])),
  );
  return (key) => {
    const resource = desired.resources.get(key as Address);
    const { workload, behaviour, namespace = "", provider } = resource ?? {};
    if (workload === undefined || workload.lifetime === "short") return false;
    if (workload.pinHost !== undefined || behaviour?.balance !== true) return false;
    return provider !== undefined && movers.has(provider) && leaveOf(namespace).isBalanced;
  };
}

/**
 * Places until nothing moves that its namespace is not eager enough for: who would, stays, and the
 * others are asked again. Every round leaves fewer that may move, and none is the last of them.
 */
function worthIt(
  problem: PlacementProblem,
  mayMove: (key: string) => boolean = () => false,
): Pick<Placed, "problem" | "placement"> {
  const thresholds = new Map(
    problem.workloads.flatMap(({ key, threshold }) =>
      threshold === undefined ? [] : [[key, threshold] as const],
    ),
  );
  let asked = problem;
  let { placement } = placedToStay(asked, place, mayMove);
  while (thresholds.size > 0) {
    const stay = new Set(
      placement.moves
        .filter(({ key, priority }) => priority > (thresholds.get(key) ?? priority))
        .map(({ key }) => key),
    );
    if (stay.size === 0) break;
    for (const key of stay) thresholds.delete(key);
    const workloads = asked.workloads.map((workload) => {
      if (!stay.has(workload.key)) return workload;
      const { isBalanced: _balanced, ...rest } = workload;
      return rest;
    });
    asked = { ...asked, workloads };
    placement = placedToStay(asked, place, mayMove).placement;
  }
  return { problem: asked, placement };
}

const isForced = ({ reason }: Move): boolean => reason === "repair" || reason === "prerequisite";

/** Workloads that move: one that stops on its way counts once, as in the plan. */
const countMoved = (moves: readonly Move[], counts: (move: Move) => boolean = () => true): number =>
  new Set(moves.filter(counts).map(({ key }) => key)).size;

/** What a human may want to move once everything else stands. */
function recommendations(input: ProblemInput, placement: PlacementResult): readonly Move[] {
  const problem = buildProblem({ ...input, balance: { scope: "recommended" } });
  return worthIt(leftBy({ problem, placement })).placement.moves;
}

/** Without everything but moves and what need not change: the rest is as if not asked for. */
export const onlyMoves = (diff: DiffResult): DiffResult => ({
  ...diff,
  changes: diff.changes.filter(({ action }) => action === "noop" || action === "move"),
});
