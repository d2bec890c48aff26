import type { PlacementWorkload } from "../../model/placement.ts";
import type { WorkloadClass } from "../classes/classes.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Seat } from "./seating.ts";
import { mebibytesDown, mebibytesUp } from "../basics/units.ts";
import type { Waiting } from "./waiting.ts";

/** A workload that waits for a host, with its class. */
export interface Pending {
  readonly workload: PlacementWorkload;
  readonly workloadClass: WorkloadClass;
  /** Where it runs now and takes room; undefined when nowhere. */
  readonly seat: Seat | undefined;
  /** Where it is if it is only described anew: it stays there while it fits. */
  readonly mayStay: number | undefined;
}

/** Members of one class that follow each other in the order. */
export interface Batch {
  readonly workloadClass: WorkloadClass;
  readonly members: Waiting;
}

/**
 * What decides among equal priorities: few hosts to choose from and then the larger share of the
 * scarcer resource, that share first, the sum of both shares, or the smallest share first.
 */
export type Preference = "scarce" | "large" | "sum" | "small";

/** Numbers that are compared from the left; the smaller one comes first. */
type Rank = readonly number[];

/** The members of one class, and where they stand in the order. */
interface Line extends Batch {
  readonly rank: Rank;
}

/**
 * Who is placed first: higher priority, then fewer hosts to choose from, then the larger share of
 * the whole, then the larger single amounts, then the key. Only classes that want the very same
 * come in turns, so that most classes are one batch; labels and names play no part in it.
 */
export function orderBatches(
  waiting: Waiting,
  ledger: Ledger,
  feasibleHosts: (workloadClass: WorkloadClass) => number,
  preference: Preference = "scarce",
): readonly Batch[] {
  const batches = waiting.byClass();
  // One alone is in order, whatever hosts there are.
  if (batches.length <= 1) return batches;
  const whole = totalsOf(ledger);
  // Extended resources play no part in it either: families have one rank.
  const ranks: Rank[] = [];
  const rankIn = (workloadClass: WorkloadClass): Rank => {
    const hosts = feasibleHosts(workloadClass);
    return rankOf(workloadClass, { hosts, whole, preference });
  };
  const lines = batches
    .map(({ workloadClass, members }): Line => {
      const rank = (ranks[workloadClass.family] ??= rankIn(workloadClass));
      return { rank, workloadClass, members };
    })
    .sort((left, right) => compareRanks(left.rank, right.rank));
  return withEqualRanks(lines).flatMap((equals) => {
    const [first, ...others] = equals.map(({ members }) => members);
    return first === undefined || others.length === 0 ? equals : first.inTurnsWith(others);
  });
}

/** Cuts a sorted list where the rank changes. */
function withEqualRanks(lines: readonly Line[]): readonly (readonly Line[])[] {
  const groups: Line[][] = [];
  for (const line of lines) {
    const group = groups.at(-1);
    const isEqual = group?.[0] !== undefined && compareRanks(group[0].rank, line.rank) === 0;
    if (isEqual) group?.push(line);
    else groups.push([line]);
  }
  return groups;
}

function rankOf(
  { sample, load, reserved }: WorkloadClass,
  {
    hosts,
    whole,
    preference,
  }: {
    readonly hosts: number;
    readonly whole: ReturnType<typeof totalsOf>;
    readonly preference: Preference;
  },
): Rank {
  const cpu = Math.max(load.cpuMillicores, reserved.cpuMillicores);
  const memory = mebibytesUp(Math.max(load.memoryBytes, reserved.memoryBytes));
  // On one denominator: rounding beyond 2^53 may make two shares equal, but never swap them.
  const [cpuShare, memoryShare] = [cpu * whole.memory, memory * whole.cpu];
  const share = Math.max(cpuShare, memoryShare);
  const { request } = sample.demand;
  const bySize = { large: -share, sum: -(cpuShare + memoryShare), small: share };
  const [first, second] = preference === "scarce" ? [hosts, -share] : [bySize[preference], hosts];
  return [
    -sample.scheduling.priority,
    first,
    second,
    -load.cpuMillicores,
    -load.memoryBytes,
    -reserved.cpuMillicores,
    -reserved.memoryBytes,
    -request.cpuMillicores,
    -request.memoryBytes,
  ];
}

function compareRanks(one: Rank, other: Rank): number {
  if (one === other) return 0;
  for (let index = 0; index < one.length; index++) {
    const difference = (one[index] ?? 0) - (other[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
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
