import type { ClassTable, WorkloadClass } from "../classes/classes.ts";

/** Counts one of the class, below 0 out, in every term of others that it meets and in its own. */
export function countInTerms(
  classes: ClassTable,
  workloadClass: WorkloadClass,
  host: number,
  sign: 1 | -1,
): void {
  for (const { perHost, counters } of classes.impactOf(workloadClass).matchers) {
    if (perHost !== undefined) perHost[host] = (perHost[host] ?? 0) + sign;
    for (const counter of counters) counter.add(host, sign);
  }
  for (const { holder, weight } of workloadClass.terms.held) {
    holder.counter.add(host, sign * weight);
  }
}
