import { compareText } from "../../model/canonical.ts";
import type { PlacementProblem, PlacementWorkload } from "../../model/placement.ts";
import type { WorkloadClass } from "../classes/classes.ts";
import { Ledger } from "../ledger/ledger.ts";
import type { Seat } from "../deciding/seating.ts";
import type { Settled } from "../deciding/settled.ts";

/**
 * The same placement in a ledger that knows the terms of what the plan ends, too. A ledger that was
 * made for the world after it has never heard of those, so it does not count them for each other.
 */
export function recounted(
  problem: PlacementProblem,
  settled: Settled,
  ended: readonly PlacementWorkload[],
): Settled {
  const { classes } = settled.ledger;
  const known = classes.all().length;
  for (const workload of ended) classes.classOf(workload);
  if (classes.all().length === known) return settled;
  const ledger = new Ledger({ ...problem, hosts: settled.ledger.hosts });
  const own = new Map<WorkloadClass, WorkloadClass>();
  const seats = new Map<string, Seat>();
  for (const workload of ended) ledger.classes.classOf(workload);
  for (const [key, { workloadClass, host }] of settled.seats) {
    let found = own.get(workloadClass);
    if (found === undefined) {
      found = ledger.classes.classOf(workloadClass.sample);
      own.set(workloadClass, found);
    }
    seats.set(key, { workloadClass: found, host });
  }
  for (const { workloadClass, host } of seats.values()) ledger.add(workloadClass, host, 1);
  return { ...settled, ledger, seats };
}

/** What runs now and the plan ends, removed or preempted, by key. */
export function endedBy(
  { workloads, leaving = [] }: PlacementProblem,
  { result }: Settled,
): readonly PlacementWorkload[] {
  const preempted = new Set(result.preempted.map(({ key }) => key));
  const ended = preempted.size === 0 ? [] : workloads.filter(({ key }) => preempted.has(key));
  return [...leaving, ...ended].sort((left, right) => compareText(left.key, right.key));
}
