/**
 * Transient resources: a process that has left its first machine holds them there until the end of
 * the reassignment, besides what it takes where it goes.
 */
import type { ReassignProblem } from "./problem.ts";

/** Processes x resources: what a process takes anew when it comes back to its first machine. */
export const takenOnReturn = ({
  requirements,
  resourceCount,
  transient,
}: ReassignProblem): Float64Array =>
  requirements.map((amount, index) => (transient[index % resourceCount] === 1 ? 0 : amount));

/** Machines x resources: capacity minus what every process holds there wherever it goes. */
export function roomBesideHeld(problem: ReassignProblem): Float64Array {
  const { processCount, resourceCount, initial, requirements, transient } = problem;
  const room = problem.capacities.slice();
  for (let process = 0; process < processCount; process++) {
    const base = (initial[process] as number) * resourceCount;
    for (let resource = 0; resource < resourceCount; resource++) {
      if (transient[resource] !== 1) continue;
      const held = requirements[process * resourceCount + resource] as number;
      room[base + resource] = (room[base + resource] as number) - held;
    }
  }
  return room;
}

/** Per process what it holds on its first machine while it is elsewhere, at load weights. */
export function heldBy({
  processCount,
  resourceCount,
  requirements,
  transient,
  loadWeights,
}: ReassignProblem): Float64Array {
  const held = new Float64Array(processCount);
  for (let resource = 0; resource < resourceCount; resource++) {
    if (transient[resource] !== 1) continue;
    for (let process = 0; process < processCount; process++) {
      const amount = requirements[process * resourceCount + resource] as number;
      held[process] = (held[process] as number) + amount * (loadWeights[resource] as number);
    }
  }
  return held;
}
