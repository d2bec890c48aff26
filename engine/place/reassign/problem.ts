/**
 * Machine reassignment as data: the rebalancing problem with every kind of rule and cost that the
 * ROADEF/EURO challenge 2012 defined. A machine is a host, a process a workload, a service an
 * anti-affinity group, a spread a topology spread, a dependency an affinity to a neighbourhood, the
 * safety capacity head-room, and a transient resource is held at both ends of a move.
 *
 * All figures are whole numbers in doubles; matrices are flat, row by row.
 */
export interface ReassignProblem {
  readonly resourceCount: number;
  readonly machineCount: number;
  readonly serviceCount: number;
  readonly processCount: number;
  /** Per resource 1 when a moved process keeps holding it on the machine it came from. */
  readonly transient: Uint8Array;
  readonly loadWeights: Float64Array;
  /** Per machine. */
  readonly neighbourhoods: Int32Array;
  readonly locations: Int32Array;
  /** Machines x resources. */
  readonly capacities: Float64Array;
  readonly safetyCapacities: Float64Array;
  /** From machine x to machine. */
  readonly machineMoveCosts: Int32Array;
  /** Per service the number of locations it must cover. */
  readonly spreads: Int32Array;
  /** Per service the services that must be present in each of its neighbourhoods. */
  readonly dependencies: readonly (readonly number[])[];
  /** Per process. */
  readonly services: Int32Array;
  /** Processes x resources. */
  readonly requirements: Float64Array;
  readonly processMoveCosts: Float64Array;
  readonly balances: readonly Balance[];
  readonly weights: MoveWeights;
  /** Per process the machine it is on now. */
  readonly initial: Int32Array;
}

/** `weight * max(0, target * free(first) - free(second))`, summed over machines. */
export interface Balance {
  readonly first: number;
  readonly second: number;
  readonly target: number;
  readonly weight: number;
}

interface MoveWeights {
  readonly process: number;
  readonly service: number;
  readonly machine: number;
}

/** What it costs that resources are out of balance while every machine is empty. */
export function emptyBalanceCost(problem: ReassignProblem): number {
  const { balances, capacities, machineCount, resourceCount } = problem;
  let cost = 0;
  for (const { first, second, target, weight } of balances) {
    for (let machine = 0; machine < machineCount; machine++) {
      const base = machine * resourceCount;
      const free = (resource: number): number => capacities[base + resource] as number;
      cost += weight * Math.max(0, target * free(first) - free(second));
    }
  }
  return cost;
}
