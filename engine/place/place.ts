import type { PlacementProblem, PlacementResult } from "../model/placement.ts";
import { plain } from "./outcome/course.ts";
import { berthsOf } from "./outcome/berths.ts";
import { type Planned, withMoves } from "./moves.ts";
import { advise, settlePlacement } from "./run.ts";

/**
 * Chooses a host for every workload that waits for one, and what else should move. In: one problem,
 * which holds all that may influence the answer. Out: a decision with its reasons for each of them,
 * the moves in their order, and the hosts before and after. Never reads a clock, never draws a
 * number, never changes its input; equal problems give equal results in whatever order their hosts
 * and workloads come.
 */
export function place(problem: PlacementProblem): PlacementResult {
  const result = withFixes(problem, withMoves(problem, settlePlacement(problem, "fast", false)));
  const berths = berthsOf(problem, result);
  return berths.length === 0 ? result : { ...result, berths };
}

/** Tells whoever has no host what would help in the world that the plan leaves. */
function withFixes(
  { limits }: PlacementProblem,
  { result, untold, isCut }: Planned,
): PlacementResult {
  if (limits.fixesMax <= 0 || untold === undefined) return result;
  const open = result.decisions.filter(({ chosen }) => chosen === undefined);
  const fixes = advise(untold, open, { plan: place, isCut });
  const decisions = result.decisions.map((decision) => {
    const found = fixes.get(decision.key);
    return found === undefined || found.length === 0
      ? decision
      : { ...plain(decision), fixes: found };
  });
  return { ...result, decisions };
}
