import type { Amounts } from "../../model/demand.ts";
import type { Decision } from "../../model/placement.ts";
import { sumTexts } from "../basics/amounts.ts";
import type { WorkloadClass } from "../classes/classes.ts";
import type { ClusterUse } from "../ledger/cluster-use.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { ownReservation, type PoolUse } from "./pools.ts";

type Gate = NonNullable<Decision["gate"]>;
type Resource = keyof Amounts;

/**
 * Admission by pool (row D10): what a workload reserves, memory with overhead, has to be unreserved
 * in its pool. An expandable pool takes what it lacks from the pool around it, and so on up to a
 * pool that may not expand or to the cluster, of which every pool keeps its own reservation.
 */
export function reservationGate(workloadClass: WorkloadClass, ledger: Ledger): Gate | undefined {
  if (!ledger.pools.hasReservations) return undefined;
  return (
    refusal(workloadClass, ledger, "cpuMillicores") ?? refusal(workloadClass, ledger, "memoryBytes")
  );
}

function refusal(
  { sample, reserved }: WorkloadClass,
  ledger: Ledger,
  resource: Resource,
): Gate | undefined {
  const chain = ledger.pools.chainOf(sample.pool);
  let missing = reserved[resource];
  for (const pool of chain) {
    if (missing <= 0) return undefined;
    const own = ownReservation(pool, resource);
    const free = Math.max(0, own - pool.used[resource]);
    if (missing > free && pool.limits.isExpandable === false) {
      const name = `${pool.limits.address}, which does not expand,`;
      const { [resource]: used } = pool.used;
      return gateOf(name, resource, { whole: own, used, missing });
    }
    missing -= free;
  }
  return missing <= 0
    ? undefined
    : clusterRefusal(sample.scheduling.cluster, chain, {
        ledger,
        resource,
        missing,
      });
}

interface Wanted {
  readonly ledger: Ledger;
  readonly resource: Resource;
  readonly missing: number;
}

/** Refuses where no cluster that may take the workload has so much left. */
function clusterRefusal(
  bound: string | undefined,
  chain: readonly PoolUse[],
  { ledger, resource, missing }: Wanted,
): Gate | undefined {
  const wanted = chain.at(-1)?.limits.cluster ?? bound;
  const refusals = ledger.clusters
    .filter(({ name }) => wanted === undefined || name === wanted)
    .map((cluster) => {
      const { cpuAmounts, memoryAmounts } = cluster;
      const whole = (resource === "cpuMillicores" ? cpuAmounts : memoryAmounts).without(0);
      const used = usedOfCluster(cluster, ledger, resource);
      if (used + missing <= whole) return undefined;
      return gateOf(`cluster ${cluster.name}`, resource, { whole, used, missing });
    });
  return refusals.includes(undefined) ? undefined : refusals[0];
}

/** What runs in the cluster reserves, and what its pools keep beyond that. */
export function usedOfCluster(cluster: ClusterUse, ledger: Ledger, resource: Resource): number {
  const isOnly = ledger.clusters.length === 1;
  const kept = ledger.pools.tops
    .filter(
      ({ limits }) => limits.cluster === cluster.name || (isOnly && limits.cluster === undefined),
    )
    .map((pool) => Math.max(0, ownReservation(pool, resource) - pool.used[resource]));
  const running = resource === "cpuMillicores" ? cluster.reservedCpu : cluster.reservedMemory;
  return running + sum(kept);
}

function gateOf(
  name: string,
  resource: Resource,
  amounts: { readonly whole: number; readonly used: number; readonly missing: number },
): Gate {
  const { whole, used, missing } = amounts;
  const texts = sumTexts(resource, { used, wanted: missing, left: whole });
  const what = resource === "cpuMillicores" ? "CPU" : "memory with overhead";
  return {
    code: "pool-reservation",
    message:
      `${name} has ${texts.left} ${what} to reserve: ${texts.used} used + ` +
      `${texts.wanted} wanted is ${texts.excess} too many`,
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0);
