import { compareText } from "../model/canonical.ts";
import type { PlacementWorkload } from "../model/placement.ts";
import type { WorkloadClass } from "./classes.ts";
import type { Ledger } from "./ledger.ts";
import type { Seat } from "./seating.ts";
import { mebibytesDown, mebibytesUp } from "./units.ts";

/** A workload that waits for a host, with its class. */
export interface Pending {
  readonly workload: PlacementWorkload;
  readonly workloadClass: WorkloadClass;
  /** Where it runs now and takes room; undefined when nowhere. */
  readonly seat: Seat | undefined;
}

/** Members of one class that follow each other in the order. */
export interface Batch {
  readonly workloadClass: WorkloadClass;
  readonly members: readonly Pending[];
}

/** Numbers that are compared from the left; the smaller one comes first. */
type Rank = readonly number[];

/**
 * Who is placed first: higher priority, then fewer hosts to choose from, then the larger share of
 * the whole, then the larger single amounts, then the key. Only classes that want the very same
 * come in turns, so that most classes are one batch; labels and names play no part in it.
 */
export function orderBatches(
  pending: readonly Pending[],
  ledger: Ledger,
  feasibleHosts: (workloadClass: WorkloadClass) => number,
): readonly Batch[] {
  const whole = totalsOf(ledger);
  const lines = new Map<WorkloadClass, { readonly rank: Rank; readonly members: Pending[] }>();
  for (const item of sortedByKey(pending)) {
    const line = lines.get(item.workloadClass);
    if (line === undefined) {
      const rank = rankOf(item.workloadClass, feasibleHosts(item.workloadClass), whole);
      lines.set(item.workloadClass, { rank, members: [item] });
    } else line.members.push(item);
  }
  const ordered = [...lines].sort(([, left], [, right]) => compareRanks(left.rank, right.rank));
  const batches: Batch[] = [];
  for (let start = 0, end = 0; start < ordered.length; start = end) {
    const rank = ordered[start]?.[1].rank ?? [];
    while (end < ordered.length && compareRanks(ordered[end]?.[1].rank ?? [], rank) === 0) end++;
    const equals = ordered.slice(start, end);
    const [only] = equals;
    if (only !== undefined && equals.length === 1) {
      batches.push({ workloadClass: only[0], members: only[1].members });
    } else batches.push(...inTurns(equals.flatMap(([, { members }]) => members)));
  }
  return batches;
}

function rankOf(
  { sample, load, reserved }: WorkloadClass,
  hosts: number,
  whole: { readonly cpu: number; readonly memory: number },
): Rank {
  const cpu = Math.max(load.cpuMillicores, reserved.cpuMillicores);
  const memory = mebibytesUp(Math.max(load.memoryBytes, reserved.memoryBytes));
  // Both shares on one denominator. Rounding beyond 2^53 may make two shares equal, never swap them.
  const share = Math.max(cpu * whole.memory, memory * whole.cpu);
  const { request } = sample.demand;
  const amounts = [load, reserved, request].flatMap(({ cpuMillicores, memoryBytes }) => [
    -cpuMillicores,
    -memoryBytes,
  ]);
  return [-sample.scheduling.priority, hosts, -share, ...amounts];
}

function compareRanks(one: Rank, other: Rank): number {
  for (let index = 0; index < one.length; index++) {
    const difference = (one[index] ?? 0) - (other[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Members of classes of one rank in key order. */
function inTurns(members: readonly Pending[]): readonly Batch[] {
  const batches: { workloadClass: WorkloadClass; members: Pending[] }[] = [];
  for (const item of sortedByKey(members)) {
    const last = batches.at(-1);
    if (last?.workloadClass === item.workloadClass) last.members.push(item);
    else batches.push({ workloadClass: item.workloadClass, members: [item] });
  }
  return batches;
}

/** Most callers have them in order already, which is quickly seen. */
function sortedByKey(pending: readonly Pending[]): readonly Pending[] {
  const isSorted = pending.every(
    (item, index) => index === 0 || (pending[index - 1]?.workload.key ?? "") <= item.workload.key,
  );
  return isSorted
    ? pending
    : [...pending].sort((left, right) => compareText(left.workload.key, right.workload.key));
}

/** What all hosts have, in millicores and MiB. */
function totalsOf(ledger: Ledger): { readonly cpu: number; readonly memory: number } {
  let cpu = 0;
  let memory = 0;
  for (let host = 0; host < ledger.hosts.length; host++) {
    cpu += ledger.capacityCpu[host] ?? 0;
    memory += mebibytesDown(ledger.capacityMemory[host] ?? 0);
  }
  return { cpu, memory };
}
