import { compareText } from "../model/canonical.ts";
import type { PlacementWorkload } from "../model/placement.ts";
import type { WorkloadClass } from "./classes.ts";
import type { Ledger } from "./ledger.ts";
import { mebibytesDown, mebibytesUp, partsPerMillion } from "./units.ts";

/** A workload that waits for a host, with its class. */
export interface Pending {
  readonly workload: PlacementWorkload;
  readonly workloadClass: WorkloadClass;
}

/** Members of one class that follow each other in the order. */
export interface Batch {
  readonly workloadClass: WorkloadClass;
  readonly members: readonly Pending[];
}

interface Rank {
  readonly priority: number;
  readonly hosts: number;
  readonly share: number;
}

/**
 * Who is placed first: higher priority, then fewer hosts to choose from, then the larger share of
 * the whole, then the key. Classes play no part in it; replicas follow each other by their keys.
 */
export function orderBatches(
  pending: readonly Pending[],
  ledger: Ledger,
  feasibleHosts: (workloadClass: WorkloadClass) => number,
): readonly Batch[] {
  const whole = totalsOf(ledger);
  const ranks = new Map<WorkloadClass, Rank>();
  for (const { workloadClass } of pending) {
    if (ranks.has(workloadClass)) continue;
    ranks.set(workloadClass, {
      priority: workloadClass.sample.scheduling.priority,
      hosts: feasibleHosts(workloadClass),
      share: dominantShare(workloadClass, whole),
    });
  }
  return runsOf(inOrder(pending, ranks));
}

/** Sorts classes by rank and workloads by key: members are many, classes and ranks are few. */
function inOrder(
  pending: readonly Pending[],
  ranks: ReadonlyMap<WorkloadClass, Rank>,
): readonly Pending[] {
  const ordered = [...ranks].sort(([, left], [, right]) => compareRanks(left, right));
  const lines: Pending[][] = [];
  const lineOf = new Map<WorkloadClass, Pending[]>();
  let last: Rank | undefined;
  for (const [workloadClass, rank] of ordered) {
    if (last === undefined || compareRanks(last, rank) !== 0) lines.push([]);
    last = rank;
    lineOf.set(workloadClass, lines.at(-1) ?? []);
  }
  for (const item of sortedByKey(pending)) lineOf.get(item.workloadClass)?.push(item);
  return lines.flat();
}

const compareRanks = (one: Rank, other: Rank): number =>
  other.priority - one.priority || one.hosts - other.hosts || other.share - one.share;

/** Most callers have them in order already, which is quickly seen. */
function sortedByKey(pending: readonly Pending[]): readonly Pending[] {
  const isSorted = pending.every(
    (item, index) => index === 0 || (pending[index - 1]?.workload.key ?? "") <= item.workload.key,
  );
  return isSorted
    ? pending
    : [...pending].sort((left, right) => compareText(left.workload.key, right.workload.key));
}

function runsOf(ordered: readonly Pending[]): readonly Batch[] {
  const batches: { workloadClass: WorkloadClass; members: Pending[] }[] = [];
  for (const item of ordered) {
    const last = batches.at(-1);
    if (last?.workloadClass === item.workloadClass) last.members.push(item);
    else batches.push({ workloadClass: item.workloadClass, members: [item] });
  }
  return batches;
}

function totalsOf(ledger: Ledger): { readonly cpu: number; readonly memory: number } {
  let cpu = 0;
  let memory = 0;
  for (let host = 0; host < ledger.hosts.length; host++) {
    cpu += ledger.capacityCpu[host] ?? 0;
    memory += mebibytesDown(ledger.capacityMemory[host] ?? 0);
  }
  return { cpu, memory };
}

/** Larger share of all CPU or all memory, in ppm. */
function dominantShare(
  { load, reserved }: WorkloadClass,
  whole: { readonly cpu: number; readonly memory: number },
): number {
  const cpu = Math.max(load.cpuMillicores, reserved.cpuMillicores);
  const memory = Math.max(load.memoryBytes, reserved.memoryBytes);
  return Math.max(
    partsPerMillion(cpu, whole.cpu),
    partsPerMillion(mebibytesUp(memory), whole.memory),
  );
}
