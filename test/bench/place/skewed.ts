import type { Host } from "../../../engine/model/host.ts";
import type { PlacementProblem, PlacementWorkload } from "../../../engine/model/placement.ts";
import { problemOf, syntheticHosts, syntheticWorkloads } from "./synthetic.ts";

/** Part of the hosts that run everything at the start. */
const LOADED = 0.6;
/** Measured use of what is configured, in per cent. */
const ACTIVE_PERCENT = 77;

/** The synthetic model after a bad day: everything runs, and on six hosts of ten only. */
export function skewedProblem(hostCount: number, workloadCount: number): PlacementProblem {
  const hosts = syntheticHosts(hostCount);
  const loaded = hosts.slice(0, Math.ceil(hostCount * LOADED));
  const used = loaded.map(() => 0);
  let next = 0;
  const workloads = syntheticWorkloads(hosts, workloadCount, 1).map((workload) => {
    // Round robin by capacity: the host that has the smallest part of its share so far.
    next = leastUsed(used, loaded.length, next);
    const at = loaded[next];
    used[next] = (used[next] ?? 0) + 1e6 / (at?.capacity.memoryBytes ?? 1);
    return runningAt(workload, at?.name);
  });
  return {
    ...problemOf(measured(hosts, workloads), workloads),
    balance: { threshold: 5, movesMax: undefined, goal: "spread" },
  };
}

/** The hosts with the use of what runs on them. */
function measured(
  hosts: readonly Host[],
  workloads: readonly PlacementWorkload[],
): readonly Host[] {
  const sums = new Map(hosts.map(({ name }) => [name, { cpuMillicores: 0, memoryBytes: 0 }]));
  for (const { at = "", active } of workloads) {
    const sum = sums.get(at);
    if (sum === undefined || active === undefined) continue;
    sum.cpuMillicores += active.cpuMillicores;
    sum.memoryBytes += active.memoryBytes;
  }
  return hosts.map((host) => ({ ...host, active: sums.get(host.name) ?? host.active }));
}

function leastUsed(used: readonly number[], count: number, after: number): number {
  let best = after;
  for (let step = 1; step <= 8; step++) {
    const index = (after + step) % count;
    if ((used[index] ?? 0) < (used[best] ?? 0)) best = index;
  }
  return best;
}

const runningAt = (workload: PlacementWorkload, at: string | undefined): PlacementWorkload => ({
  ...workload,
  at,
  active: {
    cpuMillicores: Math.ceil((workload.demand.size.cpuMillicores * ACTIVE_PERCENT) / 100),
    memoryBytes: Math.ceil((workload.demand.size.memoryBytes * ACTIVE_PERCENT) / 100),
  },
  wish: "keep",
  isMovable: true,
  isBalanced: true,
});
