import { HostHeap } from "../basics/argmin-heap.ts";
import type { HostOrder } from "./plain-order.ts";
import { VECTOR_LENGTH } from "../judging/score.ts";
import type { ScoreValues, SharedValues } from "../scores/parted.ts";

/** What all groups of one standing keep by host; a host is in one group at a time. */
export class GroupTables {
  readonly order: HostOrder;
  /** Weighted sum of the scores that all hosts share. */
  readonly total: number;
  /** Where the host is in the heap and in the lot of its group. */
  readonly positions: Int32Array;
  readonly places: Int32Array;
  readonly indexes: Float64Array;

  constructor(hostCount: number, order: HostOrder, total: number) {
    this.order = order;
    this.total = total;
    this.positions = new Int32Array(hostCount).fill(-1);
    this.places = new Int32Array(hostCount).fill(-1);
    this.indexes = new Float64Array(hostCount);
    for (let host = 0; host < hostCount; host++) this.indexes[host] = host;
  }
}

/** Hosts that nothing but their own load can tell apart. */
export class Group {
  readonly number: number;
  /** Hosts that pass by themselves, best first; empty until somebody asks for the best. */
  readonly #heap: HostHeap;
  #isOrdered = false;
  /** How many hosts there are, and how many of them pass by themselves. */
  size = 0;
  passing = 0;
  /** All hosts by their own reason, each lot in host order. */
  readonly lots: Map<number, HostHeap> = new Map();
  /** Reason number that all hosts share; 0 where they are let pass. */
  shared = 0;
  /** True from a change of what they share until it is read anew. */
  isUnread = false;
  /** True from a change of their best host, or of how it is rated, until it is read anew. */
  isUnranked = false;
  /** Kubernetes' scores that all hosts share, their weighted sum, and a reader of all scores. */
  readonly scores: SharedValues = [];
  total: number;
  valuesOf: ((host: number) => ScoreValues) | undefined;
  /** Position in the ranking of groups; -1 for those without feasible hosts. */
  rank = -1;
  /** The host to be looked at next, and how many were before it. */
  next = -1;
  taken = 0;
  /** What the ratings of all hosts begin with; those of the best host, and of a later one. */
  readonly wishes: Float64Array = new Float64Array(VECTOR_LENGTH);
  readonly #first: Float64Array = new Float64Array(VECTOR_LENGTH);
  readonly #later: Float64Array = new Float64Array(VECTOR_LENGTH);
  readonly #tables: GroupTables;

  constructor(number: number, tables: GroupTables) {
    const { order, positions } = tables;
    this.number = number;
    this.total = tables.total;
    this.#tables = tables;
    this.#heap = new HostHeap(0, order.compare, order.keys, { positions });
  }

  /** The ratings of `next`. */
  get vector(): Float64Array {
    return this.taken === 0 ? this.#first : this.#later;
  }

  get isFeasible(): boolean {
    return this.shared === 0 && this.passing > 0;
  }

  enter(host: number, reason: number): void {
    let lot = this.lots.get(reason);
    if (lot === undefined) {
      const { indexes, places: positions } = this.#tables;
      lot = new HostHeap(0, byIndex, indexes, { positions });
      this.lots.set(reason, lot);
    }
    lot.insert(host);
    this.size++;
    if (reason !== 0) return;
    this.passing++;
    this.renew(host);
  }

  leave(host: number, reason: number): void {
    this.lots.get(reason)?.remove(host);
    this.size--;
    if (reason !== 0) return;
    this.passing--;
    this.#heap.remove(host);
  }

  /** Reads anew how good a host is that passes by itself. */
  renew(host: number): void {
    if (!this.#isOrdered) return;
    this.#tables.order.renew(host);
    this.#heap.put(host);
  }

  /** Goes back to the best host. */
  rewind(): void {
    this.#order();
    this.taken = 0;
    this.next = this.#heap.best() ?? -1;
  }

  /** The host after the best. */
  second(): number {
    return this.#heap.second() ?? -1;
  }

  /** Takes the hosts that were looked at already; the next one is then to be rated. */
  advance(): void {
    this.taken++;
    this.next = this.#heap.top(this.taken + 1)[this.taken] ?? -1;
  }

  #order(): void {
    if (this.#isOrdered) return;
    this.#isOrdered = true;
    const passing = this.lots.get(0)?.members() ?? [];
    for (const host of passing) this.#tables.order.renew(host);
    this.#heap.fill(passing);
  }
}

const byIndex = (left: number, right: number): number => left - right;

/** The reason that is asked first of two, as they are numbered in that order; 0 is none. */
export const firstReason = (one: number, other: number): number =>
  one === 0 || other === 0 ? one + other : Math.min(one, other);

/** Hosts with one reason, the first of them at the top. */
interface Lot {
  readonly reason: number;
  readonly hosts: HostHeap;
  readonly first: number;
}

/** Rejected hosts to be named: the first of every reason, then the first others. */
export function rejectedOf(groups: readonly Group[], countMax: number): readonly number[] {
  const lots = lotsOf(groups);
  const firsts: number[] = [];
  const seen = new Set<number>();
  for (const { reason, first } of lots) {
    if (seen.has(reason)) continue;
    seen.add(reason);
    firsts.push(first);
  }
  // The first hosts of so many lots are enough, whatever comes after them.
  const others = lots
    .slice(0, countMax + firsts.length)
    .flatMap(({ hosts }) => hosts.top(countMax + 1))
    .filter((host) => !firsts.includes(host))
    .sort(byIndex);
  return [...firsts, ...others].slice(0, countMax).sort(byIndex);
}

/** Lots of rejected hosts, those with the earliest hosts first. */
function lotsOf(groups: readonly Group[]): readonly Lot[] {
  const found: Lot[] = [];
  for (const { lots, shared } of groups) {
    for (const [own, hosts] of lots) {
      const reason = firstReason(own, shared);
      const first = hosts.best();
      if (reason !== 0 && first !== undefined) found.push({ reason, hosts, first });
    }
  }
  return found.sort((left, right) => left.first - right.first);
}
