import { compareText } from "../model/canonical.ts";
import type { Decision, PlacementProblem, PlacementResult } from "../model/placement.ts";
import { improve } from "./improve/improve.ts";
import type { ProposedMove, Settled } from "./settled.ts";
import { orderMoves } from "./waves/order-moves.ts";

/** Adds to a placement what else shall move, and the order of all moves. */
export function withMoves(problem: PlacementProblem, settled: Settled): PlacementResult {
  const forced = forcedMoves(problem, settled.result.decisions);
  const { moves, power } = improve(problem, settled);
  const all = [...forced, ...settled.result.moves, ...moves];
  if (all.length === 0 && power.length === 0) return settled.result;
  return {
    ...settled.result,
    moves: orderMoves(problem, settled, all),
    power: [...settled.result.power, ...power],
  };
}

/** What placement sent elsewhere although it runs. */
function forcedMoves(
  { workloads }: PlacementProblem,
  decisions: readonly Decision[],
): readonly ProposedMove[] {
  if (decisions.every(({ from }) => from === undefined)) return [];
  const running = new Set(
    workloads.flatMap(({ key, wish, poweredOn }) => (wish === "repair" && poweredOn ? [key] : [])),
  );
  return decisions
    .flatMap(({ key, from, chosen }): ProposedMove[] => {
      if (from === undefined || chosen === undefined || from === chosen) return [];
      if (!running.has(key)) return [];
      const message = `${key} cannot stay on ${from}`;
      return [{ key, from, to: chosen, reason: "repair", priority: 1, message }];
    })
    .sort((left, right) => compareText(left.key, right.key));
}
