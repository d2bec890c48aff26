import type { Host } from "../model/host.ts";
import type { PlacementProblem } from "../model/placement.ts";
import { SlotUse } from "./admission/slots.ts";
import { HostAmounts } from "./host-amounts.ts";
import { policyOf } from "./policy.ts";

/** One DRS domain: what its usable hosts have, and what is reserved on them. */
export interface ClusterUse {
  readonly name: string;
  readonly policy: PlacementProblem["policies"][number] | undefined;
  readonly cpuMhzLowest: number;
  /** Allocatable amounts of the usable hosts. */
  cpuAmounts: HostAmounts;
  memoryAmounts: HostAmounts;
  /** Biggest hosts by capacity, usable or not. */
  readonly biggestCpu: Host | undefined;
  readonly biggestMemory: Host | undefined;
  reservedCpu: number;
  reservedMemory: number;
  /** Present where the policy admits by slots. */
  readonly slots: SlotUse | undefined;
}

/** A host on which something can run now. */
export const isUsable = (host: Host | undefined): boolean =>
  host !== undefined && host.connection === "connected";

/** The clusters of the hosts by name, with nothing reserved. */
export function clustersOf(
  hosts: readonly Host[],
  policies: PlacementProblem["policies"],
): readonly ClusterUse[] {
  const names = [...new Set(hosts.map((host) => host.cluster))].sort();
  return names.map((name) => {
    const members = hosts.filter((host) => host.cluster === name);
    const usable = members.filter((host) => isUsable(host));
    const policy = policyOf(policies, name);
    const cpuMhzLowest = members.reduce((lowest, host) => Math.min(lowest, host.cpuMhz), Infinity);
    const { admission } = policy ?? {};
    return {
      name,
      policy,
      cpuMhzLowest,
      cpuAmounts: new HostAmounts(usable.map((host) => host.allocatable.cpuMillicores)),
      memoryAmounts: new HostAmounts(usable.map((host) => host.allocatable.memoryBytes)),
      biggestCpu: biggest(members, "cpuMillicores"),
      biggestMemory: biggest(members, "memoryBytes"),
      reservedCpu: 0,
      reservedMemory: 0,
      slots:
        admission?.kind === "slots"
          ? new SlotUse({ settings: admission, hosts: usable, cpuMhzLowest })
          : undefined,
    };
  });
}

/** The host with the largest capacity; the first by name where several are as large. */
function biggest(
  hosts: readonly Host[],
  resource: "cpuMillicores" | "memoryBytes",
): Host | undefined {
  return hosts.reduce<Host | undefined>(
    (best, host) =>
      best === undefined || host.capacity[resource] > best.capacity[resource] ? host : best,
    undefined,
  );
}
