/** Asks the placement core for a plan, within its budget of moves, and for what it would advise. */
import type { DiffResult } from "./model/change.ts";
import type { Move, PlacementProblem, PlacementResult } from "./model/placement.ts";
import { type BalanceRequest, hasRecommendations } from "./place/problem/balance.ts";
import { place } from "./place/place.ts";
import { buildProblem, type ProblemInput } from "./place/problem/problem.ts";
import { leftBy } from "./place/outcome/seats.ts";
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
  const { problem, placement } = worthIt(
    buildProblem({ ...input, balance: { ...asked, movesMax: budget } }),
  );
  if (budget === undefined || problem.balance === undefined) return { problem, placement };
  const must = countMoved(placement.moves, isForced);
  if (countMoved(placement.moves) <= budget) return { problem, placement };
  const { movesMax = budget } = problem.balance;
  const left = Math.min(movesMax, Math.max(0, budget - must));
  const tighter = { ...problem, balance: { ...problem.balance, movesMax: left } };
  return worthIt(tighter);
}

/**
 * Places until nothing moves that its namespace is not eager enough for: who would, stays, and the
 * others are asked again. Every round leaves fewer that may move, and none is the last of them.
 */
function worthIt(problem: PlacementProblem): Pick<Placed, "problem" | "placement"> {
  const thresholds = new Map(
    problem.workloads.flatMap(({ key, threshold }) =>
      threshold === undefined ? [] : [[key, threshold] as const],
    ),
  );
  let asked = problem;
  let placement = place(asked);
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
    placement = place(asked);
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
