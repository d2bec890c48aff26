import type { PlacementProblem, PlacementResult } from "../model/placement.ts";
import { runPlacement } from "./run.ts";

/**
 * Chooses a host for every workload that waits for one. In: one problem, which holds all that may
 * influence the answer. Out: a decision with its reasons for each of them, and the hosts before
 * and after. Never reads a clock, never draws a number, never changes its input; equal problems
 * give equal results in whatever order their hosts and workloads come.
 */
export function place(problem: PlacementProblem): PlacementResult {
  return runPlacement(problem, "heap");
}
