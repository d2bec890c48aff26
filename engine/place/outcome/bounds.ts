import type { PeakProof } from "../../model/outlook.ts";
import { grainBound } from "./grain.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { mebibytesDown, mebibytesUp, partsPerMillion } from "../basics/units.ts";

const MILLION = 1_000_000;

/** Below so many ppm of the bound there is nothing to be gained from looking closer. */
const CLOSE_PPM = 800;

/**
 * How full the fullest usable host is, with what no placement can be below: the total load over the
 * total capacity of the usable hosts, and where that is not close, what the sizes of workloads add.
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
  const resource = cpuBound > memoryBound ? "cpu" : "memory";
  const boundPpm = Math.max(cpuBound, memoryBound);
  if (isClose(peakPpm, boundPpm)) return { resource, peakPpm, boundPpm };
  const cpuGrain = grainBound(ledger, "cpu", cpuBound);
  const memoryGrain = grainBound(ledger, "memory", memoryBound);
  return cpuGrain > memoryGrain
    ? { resource: "cpu", peakPpm, boundPpm: cpuGrain }
    : { resource: "memory", peakPpm, boundPpm: memoryGrain };
}

/** True when a peak is so near its bound that it is not worth while to look for a lower one. */
const isClose = (peakPpm: number, boundPpm: number): boolean => peakPpm <= closeTo(boundPpm);

/** The highest peak that counts as close to a bound. */
export const closeTo = (boundPpm: number): number =>
  boundPpm + Math.floor((boundPpm * CLOSE_PPM) / MILLION);

const memoryPpm = (used: number, whole: number): number =>
  partsPerMillion(mebibytesUp(used), mebibytesDown(whole));
