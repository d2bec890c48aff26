import type { PlacementProblem, PowerAdvice } from "../../model/placement.ts";
import type { ProposedMove, Settled } from "../settled.ts";

/** What is better than leaving everything where it is. */
export interface Improvement {
  readonly moves: readonly ProposedMove[];
  readonly power: readonly PowerAdvice[];
}

/**
 * Looks for moves that are worth their cost. In: a problem and its settled placement, whose ledger
 * is left with the moves made. Out: the moves, best first.
 */
export function improve(problem: PlacementProblem, _settled: Settled): Improvement {
  if (problem.balance === undefined) return { moves: [], power: [] };
  return { moves: [], power: [] };
}
