/** What may become of something that runs and could stay where it is. */
import type { Change } from "../model/change.ts";
import type { DesiredResource } from "../model/desired.ts";
import type { ObservedObject } from "../model/observation.ts";
import type { PlacementWorkload } from "../model/placement.ts";
import type { BalanceLeave } from "./balance.ts";

export interface LibertyFacts {
  readonly object: ObservedObject;
  readonly resource: DesiredResource | undefined;
  readonly change: Change | undefined;
  readonly leaveOf: (namespace: string) => BalanceLeave;
  /** Providers where what runs can change its host without a stop. */
  readonly movers: ReadonlySet<string>;
}

/** Only what nothing else happens to may be moved or ended for the sake of others. */
export function withLiberties(workload: PlacementWorkload, facts: LibertyFacts): PlacementWorkload {
  const { object, resource, change } = facts;
  if (workload.wish !== "keep") return workload;
  if (resource === undefined || change?.action !== "noop" || object.power !== "on") {
    return workload;
  }
  if (resource.behaviour.paused) return workload;
  const isPreemptible = object.kind === "pod" && !resource.behaviour.preventDestroy;
  return {
    ...workload,
    ...movesOf(resource, facts),
    ...(isPreemptible ? { isPreemptible } : {}),
  };
}

type Moves = Pick<PlacementWorkload, "isMovable" | "isBalanced" | "threshold">;

/** Jobs and what is told to be left alone are never moved to even the load (row C15). */
function movesOf(
  { namespace = "", behaviour, workload: terms }: DesiredResource,
  { object, leaveOf, movers }: LibertyFacts,
): Moves {
  const { mayMove, isBalanced, threshold } = leaveOf(namespace);
  const isFree = terms?.pinHost === undefined && behaviour.balance;
  if (!isFree || !mayMove || !movers.has(object.provider)) return {};
  if (!isBalanced || terms?.lifetime === "short") return { isMovable: true };
  return { isMovable: true, isBalanced, ...(threshold === undefined ? {} : { threshold }) };
}
