import type { ReassignProblem } from "./problem.ts";

/**
 * A cost that no assignment can go below. Load and balance costs are sums of max(0, x) over
 * machines, and such a sum is at least max(0, sum of x), which is the same for all assignments.
 */
export function lowerBound(problem: ReassignProblem): number {
  const { resourceCount, loadWeights, balances } = problem;
  const capacity = totals(problem.capacities, resourceCount);
  const safety = totals(problem.safetyCapacities, resourceCount);
  const use = totals(problem.requirements, resourceCount);
  const at = (values: Float64Array, resource: number): number => values[resource] ?? 0;
  let bound = 0;
  for (let resource = 0; resource < resourceCount; resource++) {
    bound += at(loadWeights, resource) * Math.max(0, at(use, resource) - at(safety, resource));
  }
  for (const { first, second, target, weight } of balances) {
    const free = (resource: number): number => at(capacity, resource) - at(use, resource);
    bound += weight * Math.max(0, target * free(first) - free(second));
  }
  return bound;
}

/** Column sums. */
function totals(matrix: Float64Array, columns: number): Float64Array {
  const sums = new Float64Array(columns);
  for (const [index, value] of matrix.entries()) {
    sums[index % columns] = (sums[index % columns] as number) + value;
  }
  return sums;
}
