/** Other ways to even out a cluster, to compare with: they ask no rules and explain nothing. */
import type { PlacementProblem } from "../../../engine/model/placement.ts";

/** Loads as parts of host 0's capacity, and who is where. */
export interface Cluster {
  readonly at: Int32Array;
  readonly cpu: Float64Array;
  readonly memory: Float64Array;
  /** Capacity of host 0 in parts of each host's. */
  readonly cpuScale: Float64Array;
  readonly memoryScale: Float64Array;
  /** Parts of each host's capacity, and the parts of all capacity that all load takes. */
  readonly cpuUse: Float64Array;
  readonly memoryUse: Float64Array;
  readonly cpuEven: number;
  readonly memoryEven: number;
}

export function clusterOf({ hosts, workloads }: PlacementProblem): Cluster {
  const numbers = new Map(hosts.map(({ name }, index) => [name, index]));
  const cpuWhole = hosts[0]?.capacity.cpuMillicores ?? 1;
  const memoryWhole = hosts[0]?.capacity.memoryBytes ?? 1;
  const cluster: Cluster = {
    at: Int32Array.from(workloads, ({ at = "" }) => numbers.get(at) ?? 0),
    cpu: Float64Array.from(workloads, ({ active }) => (active?.cpuMillicores ?? 0) / cpuWhole),
    memory: Float64Array.from(workloads, ({ active }) => (active?.memoryBytes ?? 0) / memoryWhole),
    cpuScale: Float64Array.from(hosts, ({ capacity }) => cpuWhole / capacity.cpuMillicores),
    memoryScale: Float64Array.from(hosts, ({ capacity }) => memoryWhole / capacity.memoryBytes),
    cpuUse: new Float64Array(hosts.length),
    memoryUse: new Float64Array(hosts.length),
    cpuEven: ratio(workloads, hosts, "cpuMillicores"),
    memoryEven: ratio(workloads, hosts, "memoryBytes"),
  };
  cluster.at.forEach((host, item) => put(cluster, item, host, 1));
  return cluster;
}

function ratio(
  workloads: PlacementProblem["workloads"],
  hosts: PlacementProblem["hosts"],
  resource: "cpuMillicores" | "memoryBytes",
): number {
  const used = workloads.reduce((sum, { active }) => sum + (active?.[resource] ?? 0), 0);
  return used / hosts.reduce((sum, { capacity }) => sum + capacity[resource], 0);
}

/** Standard deviation of CPU and memory use over the hosts. */
export const deviationsOf = ({ cpuUse, memoryUse }: Cluster): readonly [number, number] => [
  deviation(cpuUse),
  deviation(memoryUse),
];

/**
 * Full steepest descent: of all workloads and hosts the move that lowers the sum of squared
 * distances from even most, until none does or both deviations are at most `target`. Out: number of moves.
 */
export function steepestDescent(cluster: Cluster, target: number): number {
  const { at } = cluster;
  const home = at.slice();
  for (;;) {
    if (Math.max(...deviationsOf(cluster)) <= target) break;
    let best = { host: -1, gain: 1e-12 };
    let chosen = -1;
    for (let item = 0; item < at.length; item++) {
      const found = bestHostOf(cluster, item, best.gain);
      if (found.host < 0) continue;
      best = found;
      chosen = item;
    }
    if (chosen < 0) break;
    put(cluster, chosen, at[chosen] as number, -1);
    put(cluster, chosen, best.host, 1);
    at[chosen] = best.host;
  }
  return at.reduce((count, host, item) => count + (host === home[item] ? 0 : 1), 0);
}

/**
 * After ProxLB: one resource, the biggest workload from the fullest to the emptiest host, until
 * they are within ten per cent of each other. Out: number of moves.
 */
export function fullestToEmptiest(cluster: Cluster): number {
  const { at, memory, memoryUse } = cluster;
  const home = at.slice();
  const isMoved = new Uint8Array(at.length);
  for (;;) {
    const order = [...memoryUse.keys()].sort((a, b) => memoryUse[a]! - memoryUse[b]!);
    const to = order[0] as number;
    const from = order[order.length - 1] as number;
    if (memoryUse[from]! - memoryUse[to]! <= 0.1) break;
    let item = -1;
    at.forEach((host, each) => {
      if (host === from && isMoved[each] === 0 && (item < 0 || memory[each]! > memory[item]!)) {
        item = each;
      }
    });
    if (item < 0) break;
    put(cluster, item, from, -1);
    put(cluster, item, to, 1);
    at[item] = to;
    isMoved[item] = 1;
  }
  return at.reduce((count, host, item) => count + (host === home[item] ? 0 : 1), 0);
}

function bestHostOf(
  cluster: Cluster,
  item: number,
  gainMin: number,
): { readonly host: number; readonly gain: number } {
  let best = { host: -1, gain: gainMin };
  for (let host = 0; host < cluster.cpuUse.length; host++) {
    const gain = host === cluster.at[item] ? 0 : gainOf(cluster, item, host);
    if (gain > best.gain) best = { host, gain };
  }
  return best;
}

function gainOf(cluster: Cluster, item: number, to: number): number {
  const from = cluster.at[item] as number;
  const { cpuUse, cpuScale, cpuEven, memoryUse, memoryScale, memoryEven } = cluster;
  const cpuLeft = cluster.cpu[item]! * cpuScale[from]!;
  const cpuMore = cluster.cpu[item]! * cpuScale[to]!;
  const memoryLeft = cluster.memory[item]! * memoryScale[from]!;
  const memoryMore = cluster.memory[item]! * memoryScale[to]!;
  return (
    cpuLeft * (2 * (cpuUse[from]! - cpuEven) - cpuLeft) -
    cpuMore * (2 * (cpuUse[to]! - cpuEven) + cpuMore) +
    memoryLeft * (2 * (memoryUse[from]! - memoryEven) - memoryLeft) -
    memoryMore * (2 * (memoryUse[to]! - memoryEven) + memoryMore)
  );
}

function put(cluster: Cluster, item: number, host: number, sign: number): void {
  const { cpu, memory, cpuScale, memoryScale, cpuUse, memoryUse } = cluster;
  cpuUse[host] = cpuUse[host]! + sign * cpu[item]! * cpuScale[host]!;
  memoryUse[host] = memoryUse[host]! + sign * memory[item]! * memoryScale[host]!;
}

function deviation(uses: Float64Array): number {
  const mean = uses.reduce((sum, use) => sum + use, 0) / uses.length;
  return Math.sqrt(uses.reduce((sum, use) => sum + (use - mean) ** 2, 0) / uses.length);
}
