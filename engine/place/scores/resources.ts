import type { PlacementPolicy } from "../../model/desired.ts";
import { policyFor } from "../classes/policy.ts";
import { floorDivide } from "../basics/units.ts";
import { type Score, SCORE_MAX } from "./score.ts";

const HALF = SCORE_MAX / 2;

/** 0..100 for one resource of which a host has something. */
type Share = (requested: number, whole: number) => number;

/** The shares of both resources, of which a host may have none. */
type Both = (cpu: number, cpuWhole: number, memory: number, memoryWhole: number) => number;

const freeShare: Share = (requested, whole) =>
  requested > whole ? 0 : floorDivide((whole - requested) * SCORE_MAX, whole);

const usedShare: Share = (requested, whole) =>
  floorDivide(Math.min(requested, whole) * SCORE_MAX, whole);

const meanOf =
  (share: Share): Both =>
  (cpu, cpuWhole, memory, memoryWhole) => {
    const isBoth = cpuWhole > 0 && memoryWhole > 0;
    const ofCpu = cpuWhole > 0 ? share(cpu, cpuWhole) : 0;
    const ofMemory = memoryWhole > 0 ? share(memory, memoryWhole) : 0;
    return isBoth ? floorDivide(ofCpu + ofMemory, 2) : ofCpu + ofMemory;
  };

/** By the policy's strategy. */
const STRATEGIES: Readonly<Record<PlacementPolicy["scoring"], Both>> = {
  LeastAllocated: meanOf(freeShare),
  MostAllocated: meanOf(usedShare),
  Balanced: evenness,
};

/**
 * Free, used or evenly used room by requests; containers count at least 100m/200Mi. Source:
 * NodeResourcesFit of kube-scheduler.
 */
export const resourcesFit: Score = {
  name: "NodeResourcesFit",
  weight: 1,
  isOfAmounts: true,
  prepare: ({ workloadClass }, ledger) => {
    const score = STRATEGIES[policyFor(workloadClass, ledger).scoring];
    const { request } = workloadClass.sample.demand;
    const { cpuMillicores, memoryBytes } = request.nonZeroWaiting ?? request.nonZero;
    const { allocatableCpu, allocatableMemory, nonZeroCpu, nonZeroMemory } = ledger;
    return (host) =>
      score(
        (nonZeroCpu[host] ?? 0) + cpuMillicores,
        allocatableCpu[host] ?? 0,
        (nonZeroMemory[host] ?? 0) + memoryBytes,
        allocatableMemory[host] ?? 0,
      );
  },
};

/**
 * Whether the workload makes the use of CPU and memory more even: about 75 when it changes
 * nothing. Skipped for workloads without requests. Source: NodeResourcesBalancedAllocation.
 */
export const balancedAllocation: Score = {
  name: "NodeResourcesBalancedAllocation",
  weight: 1,
  isOfAmounts: true,
  prepare: ({ workloadClass }, ledger) => {
    const { cpuMillicores, memoryBytes } = workloadClass.sample.demand.request;
    if (cpuMillicores === 0 && memoryBytes === 0) return undefined;
    const { allocatableCpu, allocatableMemory, requestedCpu, requestedMemory } = ledger;
    return (host) => {
      const cpuWhole = allocatableCpu[host] ?? 0;
      const memoryWhole = allocatableMemory[host] ?? 0;
      const cpu = requestedCpu[host] ?? 0;
      const memory = requestedMemory[host] ?? 0;
      const before = evenness(cpu, cpuWhole, memory, memoryWhole);
      const after = evenness(cpu + cpuMillicores, cpuWhole, memory + memoryBytes, memoryWhole);
      return HALF + Math.trunc((HALF + after - before) / 2);
    };
  },
};

/**
 * 100 where both resources are used to the same fraction. The doubles and their order are
 * upstream's; the result is cut off to an integer before anything is compared.
 */
function evenness(cpu: number, cpuWhole: number, memory: number, memoryWhole: number): number {
  if (cpuWhole === 0 || memoryWhole === 0) return SCORE_MAX;
  const cpuFraction = Math.min(1, cpu / cpuWhole);
  const memoryFraction = Math.min(1, memory / memoryWhole);
  const deviation = Math.abs((cpuFraction - memoryFraction) / 2);
  return Math.trunc((1 - deviation) * SCORE_MAX);
}
