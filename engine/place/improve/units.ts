import type { WorkloadClass } from "../classes/classes.ts";
import type { Impact } from "../classes/impact.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Sums } from "../basics/sums.ts";
import type { Mover } from "./movers.ts";

/** Workloads beyond which a group is not moved as one. */
const MEMBERS_MAX = 8;

/**
 * What moves as one: single workloads, and groups on one host whose members require each other
 * there. A group has the place of its first member.
 */
export class Units {
  readonly all: readonly (readonly Mover[])[];
  readonly #bonds: Bonds;
  /** For each mover the position of the first one of its unit, and the number of the unit. */
  readonly #leaders: Int32Array;
  readonly #numbers: Int32Array;

  constructor(movers: readonly Mover[], ledger: Ledger) {
    this.#bonds = new Bonds(movers, ledger);
    this.#leaders = this.#bonds.leaders((index) => movers[index]?.host ?? 0);
    this.#numbers = new Int32Array(movers.length);
    const all: Mover[][] = [];
    for (let index = 0; index < movers.length; index++) {
      const mover = movers[index] as Mover;
      const leader = this.#leaders[index] as number;
      const number = leader === index ? all.length : (this.#numbers[leader] as number);
      this.#numbers[index] = number;
      if (leader === index) all.push([mover]);
      else all[number]?.push(mover);
    }
    this.all = all;
  }

  /** True when others would be groups with each unit on the host that `at` has for it. */
  areOthersAt(at: Int32Array): boolean {
    const leaders = this.#bonds.leaders((index) => at[this.#numbers[index] as number] as number);
    return leaders.some((leader, index) => leader !== this.#leaders[index]);
  }
}

/**
 * Who has to be where whom is: groups on one host whose members require each other there. A group
 * that is too large to move as one is none, so that the rules between its members hold it.
 */
class Bonds {
  readonly #movers: readonly Mover[];
  readonly #hostCount: number;
  /** By class: what any of them needs on its own host, as far as it needs that or adds to it. */
  readonly #countsOf: (readonly number[] | undefined)[];
  /** Positions of movers of such classes. */
  readonly #bound: readonly number[];

  constructor(movers: readonly Mover[], ledger: Ledger) {
    this.#movers = movers;
    this.#hostCount = ledger.hosts.length;
    this.#countsOf = countsByClass(movers, ledger);
    const bound: number[] = [];
    for (let index = 0; index < movers.length; index++) {
      if (this.#countsOf[movers[index]?.workloadClass.id ?? 0] !== undefined) bound.push(index);
    }
    this.#bound = bound;
  }

  /** For each mover the position of the first one of its group, itself included. */
  leaders(hostOf: (index: number) => number): Int32Array {
    const leaders = new Int32Array(this.#movers.length);
    for (let index = 0; index < leaders.length; index++) leaders[index] = index;
    const leaderOf = (index: number): number => {
      let leader = index;
      while (leaders[leader] !== leader) leader = leaders[leader] as number;
      return leader;
    };
    for (const group of this.#groupsOn(hostOf)) {
      if (group.length > MEMBERS_MAX) continue;
      for (const member of group) {
        const [one, other] = [leaderOf(member), leaderOf(group[0] ?? member)];
        leaders[Math.max(one, other)] = Math.min(one, other);
      }
    }
    const sizes = new Map<number, number>();
    for (const index of this.#bound) {
      const leader = leaderOf(index);
      leaders[index] = leader;
      sizes.set(leader, 1 + (sizes.get(leader) ?? 0));
    }
    for (const index of this.#bound) {
      if ((sizes.get(leaders[index] as number) ?? 0) > MEMBERS_MAX) leaders[index] = index;
    }
    return leaders;
  }

  /** Per affinity term that asks for the same host, and per host: who holds it or is looked for. */
  #groupsOn(hostOf: (index: number) => number): Iterable<readonly number[]> {
    const groups = new Map<number, number[]>();
    for (const index of this.#bound) {
      const host = hostOf(index);
      for (const counts of this.#countsOf[this.#movers[index]?.workloadClass.id ?? 0] ?? []) {
        const number = counts * this.#hostCount + host;
        const group = groups.get(number);
        if (group === undefined) groups.set(number, [index]);
        else group.push(index);
      }
    }
    return groups.values();
  }
}

function countsByClass(
  movers: readonly Mover[],
  ledger: Ledger,
): (readonly number[] | undefined)[] {
  const classes = new Set<WorkloadClass>();
  for (const { workloadClass } of movers) classes.add(workloadClass);
  const numbers = new Map<Sums, number>();
  for (const each of classes) {
    for (const sums of countsNeeded(each)) numbers.set(sums, numbers.get(sums) ?? numbers.size);
  }
  const found: (readonly number[] | undefined)[] = [];
  if (numbers.size === 0) return found;
  const added = new Map<Impact, readonly number[]>();
  for (const each of classes) {
    const impact = ledger.classes.impactOf(each);
    const adds = added.get(impact) ?? countsAdded(impact, numbers);
    added.set(impact, adds);
    const needs = countsNeeded(each).map((sums) => numbers.get(sums) ?? 0);
    // Most need what they add to, and count once.
    if (needs.length + adds.length > 0) found[each.id] = [...new Set([...needs, ...adds])];
  }
  return found;
}

const countsAdded = ({ matchers }: Impact, numbers: ReadonlyMap<Sums, number>): readonly number[] =>
  matchers.flatMap(({ counters }) => counters.flatMap(({ values }) => numbers.get(values) ?? []));

const NONE: readonly Sums[] = [];

/** Counts that the required affinity of a class looks at on its own host. */
const countsNeeded = ({ terms }: WorkloadClass): readonly Sums[] =>
  terms.affinity?.terms.flatMap(({ topology, counts }) => (topology.isPerHost ? [counts] : [])) ??
  NONE;
