import type { WorkloadClass } from "../classes.ts";
import type { Ledger } from "../ledger.ts";
import type { Sums } from "../sums.ts";

/** Workloads beyond which a group is not moved as one. */
const MEMBERS_MAX = 8;

/** A workload that may move. */
interface Mover {
  readonly workloadClass: WorkloadClass;
}

/**
 * What moves as one: single workloads, and groups on one host whose members require each other
 * there. Members are positions in `movers`, in order; groups stand where their first member would.
 * A group that is too large is taken apart, so that the rules between its members hold it.
 */
export function unitsOf(
  movers: readonly Mover[],
  hosts: readonly number[],
  ledger: Ledger,
): readonly (readonly number[])[] {
  const leaders = movers.map((_mover, index) => index);
  const leaderOf = (index: number): number => {
    let leader = index;
    while (leaders[leader] !== leader) leader = leaders[leader] as number;
    return leader;
  };
  for (const group of togetherOn(movers, hosts, ledger)) {
    const [first] = group;
    if (first === undefined || group.length > MEMBERS_MAX) continue;
    for (const member of group) leaders[leaderOf(member)] = leaderOf(first);
  }
  const units = new Map<number, number[]>();
  movers.forEach((_mover, index) => {
    const leader = leaderOf(index);
    const unit = units.get(leader);
    if (unit === undefined) units.set(leader, [index]);
    else unit.push(index);
  });
  return [...units.values()].flatMap((unit) =>
    unit.length > MEMBERS_MAX ? unit.map((member) => [member]) : [unit],
  );
}

/** Per affinity term that asks for the same host, and per host: who holds it or is looked for. */
function togetherOn(
  movers: readonly Mover[],
  hosts: readonly number[],
  ledger: Ledger,
): Iterable<readonly number[]> {
  const wanted = new Set<Sums>();
  for (const { workloadClass } of movers) {
    for (const counts of countsNeeded(workloadClass)) wanted.add(counts);
  }
  const groups = new Map<Sums, Map<number, number[]>>();
  if (wanted.size === 0) return [];
  const note = (counts: Sums, index: number): void => {
    if (!wanted.has(counts)) return;
    const byHost = groups.get(counts) ?? new Map<number, number[]>();
    groups.set(counts, byHost);
    const host = hosts[index] ?? 0;
    const group = byHost.get(host);
    if (group === undefined) byHost.set(host, [index]);
    else group.push(index);
  };
  movers.forEach(({ workloadClass }, index) => {
    for (const counts of countsNeeded(workloadClass)) note(counts, index);
    for (const matcher of ledger.classes.impactOf(workloadClass).matchers) {
      for (const counts of matcher.counts.values()) note(counts, index);
    }
  });
  return [...groups.values()].flatMap((byHost) => [...byHost.values()]);
}

/** Counts that the required affinity of a class looks at on its own host. */
const countsNeeded = ({ terms }: WorkloadClass): readonly Sums[] =>
  (terms.affinity?.terms ?? []).flatMap(({ topology, counts }) =>
    topology.isPerHost ? [counts] : [],
  );
