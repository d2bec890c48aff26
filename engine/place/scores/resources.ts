import type { PlacementPolicy } from "../../model/desired.ts";
import type { Applicant } from "../applicant.ts";
import type { Ledger } from "../ledger.ts";
import { policyFor } from "../policy.ts";
import { floorDivide } from "../units.ts";
import { type Score, SCORE_MAX } from "./score.ts";

/** 0..100 for one resource by the policy's strategy; containers count at least 100m/200Mi. */
function shareOf(strategy: PlacementPolicy["scoring"], requested: number, whole: number): number {
  if (strategy === "MostAllocated") {
    return floorDivide(Math.min(requested, whole) * SCORE_MAX, whole);
  }
  return requested > whole ? 0 : floorDivide((whole - requested) * SCORE_MAX, whole);
}

/** Free, used or evenly used room by requests. Source: NodeResourcesFit of kube-scheduler. */
export const resourcesFit: Score = {
  name: "NodeResourcesFit",
  weight: 1,
  prepare: (applicant, ledger) => {
    const { scoring } = policyFor(applicant.workloadClass, ledger);
    const { request } = applicant.workloadClass.sample.demand;
    const nonZero = request.nonZeroWaiting ?? request.nonZero;
    return (host) => {
      const cpuWhole = ledger.allocatableCpu[host] ?? 0;
      const memoryWhole = ledger.allocatableMemory[host] ?? 0;
      const cpu = (ledger.nonZeroCpu[host] ?? 0) + nonZero.cpuMillicores;
      const memory = (ledger.nonZeroMemory[host] ?? 0) + nonZero.memoryBytes;
      if (scoring === "Balanced") return evenness(cpu, cpuWhole, memory, memoryWhole);
      let sum = 0;
      let count = 0;
      if (cpuWhole > 0) {
        sum += shareOf(scoring, cpu, cpuWhole);
        count++;
      }
      if (memoryWhole > 0) {
        sum += shareOf(scoring, memory, memoryWhole);
        count++;
      }
      return count === 0 ? 0 : floorDivide(sum, count);
    };
  },
};

/**
 * Whether the workload makes the use of CPU and memory more even: about 75 when it changes
 * nothing. Skipped for workloads without requests. Source: NodeResourcesBalancedAllocation.
 */
export const balancedAllocation: Score = {
  name: "NodeResourcesBalancedAllocation",
  weight: 1,
  prepare: (applicant, ledger) => {
    if (isWithoutRequests(applicant)) return undefined;
    return (host) => balanceOf(host, applicant, ledger);
  },
};

const isWithoutRequests = ({ workloadClass }: Applicant): boolean =>
  workloadClass.sample.demand.request.cpuMillicores === 0 &&
  workloadClass.sample.demand.request.memoryBytes === 0;

function balanceOf(host: number, { workloadClass }: Applicant, ledger: Ledger): number {
  const { request } = workloadClass.sample.demand;
  const cpuWhole = ledger.allocatableCpu[host] ?? 0;
  const memoryWhole = ledger.allocatableMemory[host] ?? 0;
  const cpu = ledger.requestedCpu[host] ?? 0;
  const memory = ledger.requestedMemory[host] ?? 0;
  const before = evenness(cpu, cpuWhole, memory, memoryWhole);
  const after = evenness(
    cpu + request.cpuMillicores,
    cpuWhole,
    memory + request.memoryBytes,
    memoryWhole,
  );
  const half = SCORE_MAX / 2;
  return half + Math.trunc((half + after - before) / 2);
}

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
