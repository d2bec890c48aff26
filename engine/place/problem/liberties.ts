/** What may become of something that runs and could stay where it is. */
import type { Address } from "../../model/address.ts";
import type { Change } from "../../model/change.ts";
import type { DesiredResource } from "../../model/desired.ts";
import type { ObservedObject } from "../../model/observation.ts";
import type { PlacementWorkload } from "../../model/placement.ts";
import type { BalanceLeave } from "./balance.ts";

/** Who may be moved live, and by whose leave. */
export interface MoveLeave {
  readonly leaveOf: (namespace: string) => BalanceLeave;
  /** Providers where what runs can change its host without a stop. */
  readonly movers: ReadonlySet<string>;
  /** Moves of late, by address. */
  readonly recentMoves: ReadonlyMap<Address, number>;
}

export interface LibertyFacts extends MoveLeave {
  readonly object: ObservedObject;
  readonly resource: DesiredResource | undefined;
  readonly change: Change | undefined;
}

/** Only what nothing else happens to may be moved or ended for the sake of others. */
export function withLiberties(workload: PlacementWorkload, facts: LibertyFacts): PlacementWorkload {
  const { object, resource, change } = facts;
  if (resource === undefined || resource.behaviour.paused) return workload;
  if (workload.wish !== "keep") return { ...workload, ...movesOf(resource, facts) };
  if (change?.action !== "noop" || object.power !== "on") return workload;
  const isPreemptible = object.kind === "pod" && !resource.behaviour.preventDestroy;
  return {
    ...workload,
    ...movesOf(resource, facts),
    ...(isPreemptible ? { isPreemptible } : {}),
  };
}

type Moves = Pick<PlacementWorkload, "isMovable" | "isBalanced" | "threshold" | "recentMoves">;

/**
 * What the plans to come may do with it once it runs, so that this one puts it where it can stay.
 * Jobs and what is told to be left alone are never moved to even the load (row C15).
 */
export function movesOf(
  { address, namespace = "", behaviour, provider, workload: terms }: DesiredResource,
  { leaveOf, movers, recentMoves }: MoveLeave,
): Moves {
  const { mayMove, isBalanced, threshold } = leaveOf(namespace);
  const isFree = terms?.pinHost === undefined && behaviour.balance && !behaviour.paused;
  if (!isFree || !mayMove || !movers.has(provider)) return {};
  const isCalm = !isBalanced || threshold === 1 || terms?.lifetime === "short";
  if (isCalm) return { isMovable: true };
  return { isMovable: true, isBalanced, ...eagerness(threshold, recentMoves.get(address)) };
}

const eagerness = (
  threshold: BalanceLeave["threshold"],
  recentMoves: number | undefined,
): Pick<Moves, "threshold" | "recentMoves"> => ({
  ...(threshold === undefined ? {} : { threshold }),
  ...(recentMoves === undefined ? {} : { recentMoves }),
});
