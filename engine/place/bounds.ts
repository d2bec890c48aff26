import type { Resilience } from "../model/placement.ts";
import type { ClusterUse, Ledger } from "./ledger.ts";
import { mebibytesDown, mebibytesUp, partsPerMillion } from "./units.ts";

/**
 * No placement can bring the fullest host below this, in ppm: the total load over the total
 * capacity of the usable hosts, the tighter resource.
 */
export function peakBound(ledger: Ledger): number {
  const sums = { cpu: 0, memory: 0, cpuWhole: 0, memoryWhole: 0 };
  ledger.hosts.forEach((host, index) => {
    if (host.connection !== "connected") return;
    sums.cpu += ledger.loadCpu[index] ?? 0;
    sums.memory += ledger.loadMemory[index] ?? 0;
    sums.cpuWhole += ledger.capacityCpu[index] ?? 0;
    sums.memoryWhole += ledger.capacityMemory[index] ?? 0;
  });
  return Math.max(
    partsPerMillion(sums.cpu, sums.cpuWhole),
    partsPerMillion(mebibytesUp(sums.memory), mebibytesDown(sums.memoryWhole)),
  );
}

/** How many host failures everything reserved survives, in the weakest cluster. */
export function resilienceOf(ledger: Ledger): Resilience {
  const found = ledger.clusters
    .filter((cluster) => cluster.memoryAmounts.length > 0)
    .map((cluster) => resilienceOfCluster(cluster));
  const first = found[0] ?? { nPlus: 0, tightest: "memory" as const, spare: 0 };
  return found.reduce((weakest, each) => (each.nPlus < weakest.nPlus ? each : weakest), first);
}

function resilienceOfCluster(cluster: ClusterUse): Resilience {
  const { cpuAmounts, memoryAmounts, reservedCpu, reservedMemory } = cluster;
  let nPlus = 0;
  let cpuRest = sumFrom(cpuAmounts, 1);
  let memoryRest = sumFrom(memoryAmounts, 1);
  // Losing every host is no plan, so at least one stays.
  while (
    nPlus + 1 < memoryAmounts.length &&
    memoryRest >= reservedMemory &&
    cpuRest >= reservedCpu
  ) {
    nPlus++;
    cpuRest -= cpuAmounts[nPlus] ?? 0;
    memoryRest -= memoryAmounts[nPlus] ?? 0;
  }
  const declared = cluster.policy?.hostFailuresToTolerate ?? 0;
  const cpuLeft = sumFrom(cpuAmounts, declared);
  const memoryLeft = sumFrom(memoryAmounts, declared);
  const cpuUse = partsPerMillion(reservedCpu, cpuLeft);
  const memoryUse = partsPerMillion(mebibytesUp(reservedMemory), mebibytesDown(memoryLeft));
  return cpuUse > memoryUse
    ? { nPlus, tightest: "cpu", spare: cpuLeft - reservedCpu }
    : { nPlus, tightest: "memory", spare: memoryLeft - reservedMemory };
}

function sumFrom(amounts: readonly number[], from: number): number {
  let sum = 0;
  for (let index = from; index < amounts.length; index++) sum += amounts[index] ?? 0;
  return sum;
}
