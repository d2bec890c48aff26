import type { Host } from "../../model/host.ts";
import type { PlacementProblem } from "../../model/placement.ts";
import { policyOf } from "../../model/policy.ts";
import { SlotUse } from "../admission/slots.ts";
import type { WorkloadClass } from "../classes/classes.ts";
import { HostAmounts } from "./host-amounts.ts";

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

/** Counts so many of a class in a cluster, below 0 out of it. */
export function reserveIn(cluster: ClusterUse, workloadClass: WorkloadClass, count: number): void {
  const { reserved } = workloadClass;
  cluster.reservedCpu += count * reserved.cpuMillicores;
  cluster.reservedMemory += count * reserved.memoryBytes;
  cluster.slots?.add(workloadClass, count);
}

/** The clusters of the hosts by name, with nothing reserved. */
export function clustersOf(
  hosts: readonly Host[],
  policies: PlacementProblem["policies"],
): readonly ClusterUse[] {
  const surveys = new Map<string, Survey>();
  // In one go over all: hosts are many and lie far apart.
  for (const host of hosts) {
    let survey = surveys.get(host.cluster);
    if (survey === undefined) surveys.set(host.cluster, (survey = new Survey()));
    survey.add(host);
  }
  const sorted = [...surveys].sort(([left], [right]) => (left < right ? -1 : 1));
  return sorted.map(([name, survey]) => {
    const policy = policyOf(policies, name);
    const { admission } = policy ?? {};
    const { usable, cpuMhzLowest, biggestCpu, biggestMemory } = survey;
    return {
      name,
      policy,
      cpuMhzLowest,
      cpuAmounts: new HostAmounts(survey.cpuAmounts),
      memoryAmounts: new HostAmounts(survey.memoryAmounts),
      biggestCpu,
      biggestMemory,
      reservedCpu: 0,
      reservedMemory: 0,
      slots:
        admission?.kind === "slots"
          ? new SlotUse({ settings: admission, hosts: usable, cpuMhzLowest })
          : undefined,
    };
  });
}

/** What there is to be said of the hosts of one cluster. */
class Survey {
  readonly usable: Host[] = [];
  readonly cpuAmounts: number[] = [];
  readonly memoryAmounts: number[] = [];
  cpuMhzLowest = Infinity;
  /** The first by name where several are as large. */
  biggestCpu: Host | undefined;
  biggestMemory: Host | undefined;

  /** Hosts come in name order. */
  add(host: Host): void {
    const { allocatable, capacity, cpuMhz } = host;
    if (isUsable(host)) {
      this.usable.push(host);
      this.cpuAmounts.push(allocatable.cpuMillicores);
      this.memoryAmounts.push(allocatable.memoryBytes);
    }
    this.cpuMhzLowest = Math.min(this.cpuMhzLowest, cpuMhz);
    const { cpuMillicores = -1 } = this.biggestCpu?.capacity ?? {};
    const { memoryBytes = -1 } = this.biggestMemory?.capacity ?? {};
    if (capacity.cpuMillicores > cpuMillicores) this.biggestCpu = host;
    if (capacity.memoryBytes > memoryBytes) this.biggestMemory = host;
  }
}
