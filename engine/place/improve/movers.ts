import type { PlacementProblem, PlacementWorkload } from "../../model/placement.ts";
import type { WorkloadClass } from "../classes.ts";
import { sortedByKey } from "../seating.ts";
import type { Seated } from "../settled.ts";

/** A workload that may move, with its class. */
export interface Member {
  readonly workload: PlacementWorkload;
  readonly workloadClass: WorkloadClass;
}

/** Who may move in key order, the number of each one's host, and all classes among them. */
interface Movers {
  readonly members: readonly Member[];
  readonly hosts: readonly number[];
  readonly classes: ReadonlySet<WorkloadClass>;
}

/** What runs, is ours, stays, and may change its host. */
export function moversOf({ workloads }: PlacementProblem, { seats }: Seated): Movers {
  const members: Member[] = [];
  const hosts: number[] = [];
  const classes = new Set<WorkloadClass>();
  for (const workload of sortedByKey(workloads)) {
    const { isMovable, wish, isEnding } = workload;
    if (isMovable !== true || wish !== "keep" || isEnding === true) continue;
    const seat = seats.get(workload.key);
    if (seat === undefined) continue;
    const { workloadClass, host } = seat;
    members.push({ workload, workloadClass });
    hosts.push(host);
    classes.add(workloadClass);
  }
  return { members, hosts, classes };
}
