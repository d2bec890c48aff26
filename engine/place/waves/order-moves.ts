import type { Move, PlacementProblem } from "../../model/placement.ts";
import type { ProposedMove, Settled } from "../settled.ts";

/**
 * Puts moves in an order in which every one can be made. In: a problem, its settled placement whose
 * ledger has all moves made (and is left so), and the moves. Out: moves with waves.
 */
export function orderMoves(
  _problem: PlacementProblem,
  _settled: Settled,
  moves: readonly ProposedMove[],
): readonly Move[] {
  return moves.map((move) => ({ ...move, wave: 0, after: [] }));
}
