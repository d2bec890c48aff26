import type { PeakProof } from "../model/placement.ts";
import type { Ledger } from "./ledger.ts";
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
