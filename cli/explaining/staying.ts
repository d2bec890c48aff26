import type { PlanOutcome } from "../../engine/index.ts";
import type { DesiredResource } from "../../engine/model/desired.ts";
import type { BalanceWish, PlacementWorkload } from "../../engine/model/placement.ts";
import { countText } from "../views/units.ts";

/** Why something that runs is not moved to even the load: a constant code, and words. */
export interface Staying {
  readonly code:
    | "pinned"
    | "paused"
    | "balance-off"
    | "not-live"
    | "namespace-off"
    | "short-lived"
    | "not-asked"
    | "moved-lately"
    | "no-gain";
  readonly message: string;
}

/** Undefined for what has no host yet, or is not declared. */
export function stayingOf(outcome: PlanOutcome, address: string): Staying | undefined {
  const { desired, problem } = outcome;
  const workload = problem?.workloads.find(({ key }) => key === address);
  const resource = desired?.resources.get(address as DesiredResource["address"]);
  if (workload?.at === undefined || resource === undefined) return undefined;
  if (workload.isMovable !== true) return unmovable(workload, resource, outcome);
  if (resource.workload?.lifetime === "short") {
    return { code: "short-lived", message: "it ends by itself, and moves only where it must" };
  }
  const { balance } = problem ?? {};
  if (workload.isBalanced !== true || balance === undefined) return notAsked(outcome);
  return unworthy(workload, balance);
}

function unmovable(
  { pinHost }: PlacementWorkload,
  { behaviour, provider, namespace = "" }: DesiredResource,
  { observation }: PlanOutcome,
): Staying {
  if (pinHost !== undefined) return { code: "pinned", message: `it is pinned to ${pinHost}` };
  if (behaviour.paused) return { code: "paused", message: "it is paused" };
  if (!behaviour.balance) {
    return { code: "balance-off", message: 'it says vpac.dev/balance: "off"' };
  }
  const reading = observation?.readings.find((each) => each.provider === provider);
  if (reading?.movesLive !== true) {
    return { code: "not-live", message: `provider ${provider} moves nothing without a stop` };
  }
  const message = `policies.drs of namespace ${namespace} lets nothing move that may stay`;
  return { code: "namespace-off", message };
}

function notAsked({ desired }: PlanOutcome): Staying {
  const level = desired?.balance?.automation ?? "off";
  const message = `plans move nothing to even the load (balance is ${level}): see vpac rebalance`;
  return { code: "not-asked", message };
}

function unworthy({ recentMoves = 0, threshold }: PlacementWorkload, wish: BalanceWish): Staying {
  if (recentMoves > 0) return movedLately(recentMoves);
  const eagerness = `threshold ${threshold ?? wish.threshold}`;
  return { code: "no-gain", message: `no move of it gains more than it costs, at ${eagerness}` };
}

function movedLately(recentMoves: number): Staying {
  const moves = countText(recentMoves, "move");
  const times = 2 ** recentMoves;
  const message = `${moves} of it in the last 24 hours: another has to gain ${times} times as much`;
  return { code: "moved-lately", message };
}
