import type { WorkloadClass } from "../classes/classes.ts";
import type { Ledger } from "./ledger.ts";

/** How many of each class are on a host: found in all changes, as hardly anybody asks. */
export function residentsOf(host: number, ledger: Ledger): ReadonlyMap<WorkloadClass, number> {
  const counts = new Map<WorkloadClass, number>();
  if ((ledger.workloads[host] ?? 0) === 0) return counts;
  for (let index = 0; index < ledger.version; index++) {
    if (ledger.changedAt(index) !== host) continue;
    const workloadClass = ledger.changedClassAt(index);
    const known = counts.get(workloadClass) ?? 0;
    counts.set(workloadClass, known + (ledger.isArrival(index) ? 1 : -1));
  }
  return counts;
}
