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

/** Members of one class, in key order; they are placed one after the other. */
export interface Batch {
  readonly workloadClass: WorkloadClass;
  readonly members: readonly Pending[];
}

/**
 * Who is placed first: higher priority, then fewer hosts to choose from, then the larger share of
 * the whole, then the key. Members of a class follow each other at the place of the first of them.
 */
export function orderBatches(
  pending: readonly Pending[],
  ledger: Ledger,
  feasibleHosts: (workloadClass: WorkloadClass) => number,
): readonly Batch[] {
  const byClass = new Map<WorkloadClass, Pending[]>();
  for (const item of pending) {
    const members = byClass.get(item.workloadClass);
    if (members === undefined) byClass.set(item.workloadClass, [item]);
    else members.push(item);
  }
  const whole = totalsOf(ledger);
  const ranked = [...byClass].map(([workloadClass, members]) => ({
    workloadClass,
    members: members.sort((left, right) => compareText(left.workload.key, right.workload.key)),
    priority: workloadClass.sample.scheduling.priority,
    hosts: feasibleHosts(workloadClass),
    share: dominantShare(workloadClass, whole),
    key: members[0]?.workload.key ?? "",
  }));
  return ranked.sort(
    (left, right) =>
      right.priority - left.priority ||
      left.hosts - right.hosts ||
      right.share - left.share ||
      compareText(left.key, right.key),
  );
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
