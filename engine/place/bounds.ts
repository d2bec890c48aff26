import type { PeakProof, Resilience } from "../model/placement.ts";
import type { ClusterUse, Ledger } from "./ledger.ts";
import { mebibytesDown, mebibytesUp, partsPerMillion } from "./units.ts";

/**
 * How full the fullest usable host is, with what no placement can be below: the total load over the
 * total capacity of the usable hosts..
 */
export function peakProof(ledger: Ledger): PeakProof {
  const sums = { cpu: 0, memory: 0, cpuWhole: 0, memoryWhole: 0 };
  let peakPpm = 0;
  ledger.hosts.forEach((host, index) => {
    if (host.connection !== "connected") return;
    const cpu = ledger.loadCpu[index] ?? 0;
    const memory = ledger.loadMemory[index] ?? 0;
    const cpuWhole = ledger.capacityCpu[index] ?? 0;
    const memoryWhole = ledger.capacityMemory[index] ?? 0;
    sums.cpu += cpu;
    sums.memory += memory;
    sums.cpuWhole += cpuWhole;
    sums.memoryWhole += memoryWhole;
    peakPpm = Math.max(peakPpm, partsPerMillion(cpu, cpuWhole), memoryPpm(memory, memoryWhole));
  });
  const cpuBound = partsPerMillion(sums.cpu, sums.cpuWhole);
  const memoryBound = memoryPpm(sums.memory, sums.memoryWhole);
  return cpuBound > memoryBound
    ? { resource: "cpu", peakPpm, boundPpm: cpuBound }
    : { resource: "memory", peakPpm, boundPpm: memoryBound };
}

/** What no placement can bring the fullest host below, in ppm. */
export const peakBound = (ledger: Ledger): number => peakProof(ledger).boundPpm;

const memoryPpm = (used: number, whole: number): number =>
  partsPerMillion(mebibytesUp(used), mebibytesDown(whole));

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
