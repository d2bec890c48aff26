import type { PlacementProblem, PlacementResult } from "../../../engine/model/placement.ts";

/** Where everything is after the plan. */
export function seats(
  given: PlacementProblem,
  result: PlacementResult,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { key, at, wish } of given.workloads) {
    if (at !== undefined && wish !== "place") found.set(key, at);
  }
  for (const { key, chosen } of result.decisions) {
    if (chosen !== undefined) found.set(key, chosen);
  }
  return found;
}
