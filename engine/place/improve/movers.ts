import type { PlacementProblem, PlacementWorkload } from "../../model/placement.ts";
import type { WorkloadClass } from "../classes/classes.ts";
import { sortedByKey } from "../deciding/seating.ts";
import type { Seated } from "../deciding/settled.ts";

/** A workload that may move, with its class. */
export interface Member {
  readonly workload: PlacementWorkload;
  readonly workloadClass: WorkloadClass;
}

/** With the number of its host. */
export interface Mover extends Member {
  readonly host: number;
}

/** What runs, is ours, stays, and may change its host; in key order. */
export function moversOf({ workloads }: PlacementProblem, { seats }: Seated): readonly Mover[] {
  const movers: Mover[] = [];
  sortedByKey(workloads).forEach((workload) => {
    const { isMovable, wish, isEnding } = workload;
    if (isMovable !== true || wish !== "keep" || isEnding === true) return;
    const seat = seats.get(workload.key);
    if (seat === undefined) return;
    const { workloadClass, host } = seat;
    movers.push({ workload, workloadClass, host });
  });
  return movers;
}
