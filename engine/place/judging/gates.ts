import type { Amounts } from "../../model/demand.ts";
import type { Host } from "../../model/host.ts";
import type { Decision } from "../../model/placement.ts";
import type { WorkloadClass } from "../classes/classes.ts";
import { amountText } from "../basics/amounts.ts";
import { ceilingOf } from "../filters/size.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { reservationGate } from "../pools/pool-admission.ts";
import type { PoolUse } from "../pools/pools.ts";

export type Gate = NonNullable<Decision["gate"]>;

/**
 * Refusals that hold for every host at once (rows D10, S19). This one does not change while
 * others are placed. The cluster's fail-over gate is a filter, since clusters differ;
 * `unplacedGate` names it when nothing else was in the way.
 */
export function hostGate(workloadClass: WorkloadClass, ledger: Ledger): Gate | undefined {
  if (ledger.hosts.length === 0) {
    return { code: "no-hosts", message: "there is no host to place anything on" };
  }
  return exceedsEveryHost(workloadClass, ledger);
}

/** Size or limit above the largest host of the cluster: can be made but not started (F12). */
function exceedsEveryHost(workloadClass: WorkloadClass, ledger: Ledger): Gate | undefined {
  const { cluster } = workloadClass.sample.scheduling;
  const ceiling = ceilingOf(workloadClass);
  return (
    exceeds("memoryBytes", ceiling, biggestOf("memoryBytes", cluster, ledger)) ??
    exceeds("cpuMillicores", ceiling, biggestOf("cpuMillicores", cluster, ledger))
  );
}

/** The biggest host of one cluster or of all; the first cluster's where several are as large. */
function biggestOf(
  resource: keyof Amounts,
  wanted: string | undefined,
  { clusters }: Ledger,
): Host | undefined {
  let biggest: Host | undefined;
  for (const { name, biggestCpu, biggestMemory } of clusters) {
    if (wanted !== undefined && name !== wanted) continue;
    const host = resource === "cpuMillicores" ? biggestCpu : biggestMemory;
    if (host === undefined) continue;
    if (biggest === undefined || host.capacity[resource] > biggest.capacity[resource])
      biggest = host;
  }
  return biggest;
}

function exceeds(
  resource: keyof Amounts,
  ceiling: Amounts,
  host: Host | undefined,
): Gate | undefined {
  if (host === undefined) return undefined;
  const short = ceiling[resource] - host.capacity[resource];
  if (short <= 0) return undefined;
  const unit = resource === "memoryBytes" ? "memory" : "CPU";
  const [wanted, there, missing] = [ceiling[resource], host.capacity[resource], short].map(
    (amount) => amountText(resource, amount),
  );
  return {
    code: "limit-exceeds-host",
    message:
      `no host has ${wanted} ${unit}: the biggest is ${host.name} ` +
      `with ${there}, ${missing} short`,
  };
}

/** True where no pool can refuse a member of the class, whoever else is placed. */
export const isUngated = ({ sample }: WorkloadClass, { pools }: Ledger): boolean =>
  !pools.hasReservations && pools.chainOf(sample.pool).length === 0;

/** Limits of the pool and of all its ancestors (row N03), then what they keep reserved (D10). */
export function poolGate(workloadClass: WorkloadClass, ledger: Ledger): Gate | undefined {
  const { reservation } = workloadClass.sample.demand;
  for (const pool of ledger.pools.chainOf(workloadClass.sample.pool)) {
    const { cpuMillicoresLimit, memoryBytesLimit } = pool.limits;
    const refusal =
      overLimit(pool, "cpuMillicores", {
        used: pool.reserved.cpuMillicores,
        wanted: reservation.cpuMillicores,
        limit: cpuMillicoresLimit,
      }) ??
      overLimit(pool, "memoryBytes", {
        used: pool.reserved.memoryBytes,
        wanted: reservation.memoryBytes,
        limit: memoryBytesLimit,
      });
    if (refusal !== undefined) return refusal;
  }
  return reservationGate(workloadClass, ledger);
}

function overLimit(
  pool: PoolUse,
  resource: keyof Amounts,
  amounts: { readonly used: number; readonly wanted: number; readonly limit: number | undefined },
): Gate | undefined {
  const { used, wanted, limit } = amounts;
  if (limit === undefined || wanted <= 0 || used + wanted <= limit) return undefined;
  const text = (amount: number): string => amountText(resource, amount);
  const unit = resource === "cpuMillicores" ? "CPU" : "memory";
  return {
    code: "pool-limit",
    message:
      `${pool.limits.address} has ${text(limit)} ${unit}: ${text(used)} used + ` +
      `${text(wanted)} wanted is ${text(used + wanted - limit)} too many`,
  };
}

/** Names the cluster gate when hosts were rejected by it and by nothing before it. */
export function unplacedGate(
  rejectedCounts: Readonly<Record<string, number>>,
  messageOf: () => string,
): Gate | undefined {
  if ((rejectedCounts["cluster-failover"] ?? 0) === 0) return undefined;
  return { code: "cluster-failover", message: messageOf() };
}
