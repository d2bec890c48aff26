import type { PlacementProblem, PlacementResult } from "../model/placement.ts";
import { berthsOf } from "./outcome/berths.ts";
import { withMoves } from "./moves.ts";
import { settlePlacement } from "./run.ts";

/**
 * Chooses a host for every workload that waits for one, and what else should move. In: one problem,
 * which holds all that may influence the answer. Out: a decision with its reasons for each of them,
 * the moves in their order, and the hosts before and after. Never reads a clock, never draws a
 * number, never changes its input; equal problems give equal results in whatever order their hosts
 * and workloads come.
 */
export function place(problem: PlacementProblem): PlacementResult {
  const result = withMoves(problem, settlePlacement(problem, "fast", false));
  const berths = berthsOf(problem, result);
  return berths.length === 0 ? result : { ...result, berths };
}
