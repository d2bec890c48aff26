import { HostHeap } from "./argmin-heap.ts";
import type { HostOrder } from "./plain-order.ts";
import { VECTOR_LENGTH } from "./score.ts";

/** What all groups of one standing keep by host; a host is in one group at a time. */
export class GroupTables {
  readonly order: HostOrder;
  /** Where the host is in the heap and in the lot of its group. */
  readonly positions: Int32Array;
  readonly places: Int32Array;
  readonly indexes: Float64Array;

  constructor(hostCount: number, order: HostOrder) {
    this.order = order;
    this.positions = new Int32Array(hostCount).fill(-1);
    this.places = new Int32Array(hostCount).fill(-1);
    this.indexes = new Float64Array(hostCount);
    for (let host = 0; host < hostCount; host++) this.indexes[host] = host;
  }
}

/** Hosts in host order; the first few are kept until one comes or goes among them. */
class Lot {
  readonly #heap: HostHeap;
  #asked = 0;
  #first: readonly number[] | undefined;

  constructor({ indexes, places }: GroupTables) {
    this.#heap = new HostHeap(0, byIndex, indexes, places);
  }

  get length(): number {
    return this.#heap.length;
  }

  get earliest(): number | undefined {
    return this.#heap.best();
  }

  enter(host: number): void {
    this.#heap.insert(host);
    this.#forget(host);
  }

  leave(host: number): void {
    this.#heap.remove(host);
    this.#forget(host);
  }

  /** All of them, in no order. */
  members(): readonly number[] {
    return this.#heap.members();
  }

  first(count: number): readonly number[] {
    if (this.#first === undefined || this.#asked !== count) {
      this.#first = this.#heap.top(count);
      this.#asked = count;
    }
    return this.#first;
  }

  #forget(host: number): void {
    const last = this.#first?.at(-1) ?? -1;
    if (host <= last || (this.#first?.length ?? 0) < this.#asked) this.#first = undefined;
  }
}

/** Hosts that nothing but their own load can tell apart. */
export class Group {
  /** Hosts that pass by themselves, best first; empty until somebody asks for the best. */
  readonly #heap: HostHeap;
  #isOrdered = false;
  /** All hosts by their own reason, each lot in host order. */
  readonly lots: Map<number, Lot> = new Map();
  /** Reason number that all hosts share; 0 where they are let pass. */
  shared = 0;
  /** Position among the groups with feasible hosts; -1 for others. */
  position = -1;
  /** Hosts of the heap that were looked at already, then the next one with its vector. */
  taken = 0;
  next = -1;
  readonly vector: Float64Array = new Float64Array(VECTOR_LENGTH);
  readonly #tables: GroupTables;

  constructor(tables: GroupTables) {
    const { order, positions } = tables;
    this.#tables = tables;
    this.#heap = new HostHeap(0, order.compare, order.keys, positions);
  }

  /** The best of the hosts that pass by themselves. */
  best(): number | undefined {
    if (!this.#isOrdered) {
      this.#isOrdered = true;
      const passing = this.lots.get(0)?.members() ?? [];
      for (const host of passing) this.#tables.order.renew(host);
      this.#heap.fill(passing);
    }
    return this.#heap.best();
  }

  /** Hosts that pass by themselves. */
  get passing(): number {
    return this.lots.get(0)?.length ?? 0;
  }

  enter(host: number, reason: number): void {
    let lot = this.lots.get(reason);
    if (lot === undefined) {
      lot = new Lot(this.#tables);
      this.lots.set(reason, lot);
    }
    lot.enter(host);
    if (reason === 0) this.renew(host);
  }

  leave(host: number, reason: number): void {
    this.lots.get(reason)?.leave(host);
    this.#heap.remove(host);
  }

  /** Reads anew how good a host is that passes by itself. */
  renew(host: number): void {
    if (!this.#isOrdered) return;
    this.#tables.order.renew(host);
    this.#heap.put(host);
  }

  /** Takes the hosts that were looked at already; the next one is then to be rated. */
  advance(taken: number): void {
    this.taken = taken;
    this.next = (taken === 0 ? this.best() : this.#heap.top(taken + 1)[taken]) ?? -1;
  }
}

const byIndex = (left: number, right: number): number => left - right;

/** The group whose next host is the best of all. */
export function bestOf(groups: readonly Group[]): Group | undefined {
  let best: Group | undefined;
  for (const group of groups) {
    if (group.next < 0) continue;
    if (best === undefined || compareNext(group, best) < 0) best = group;
  }
  return best;
}

function compareNext(left: Group, right: Group): number {
  for (let index = 0; index < VECTOR_LENGTH; index++) {
    const difference = (left.vector[index] ?? 0) - (right.vector[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.next - right.next;
}

/** The reason that is asked first of two, as they are numbered in that order; 0 is none. */
export const firstReason = (one: number, other: number): number =>
  one === 0 || other === 0 ? one + other : Math.min(one, other);

/** Rejected hosts to be named: the first of every reason, then the first others. */
export function rejectedOf(groups: readonly Group[], countMax: number): readonly number[] {
  const candidates: { readonly host: number; readonly reason: number }[] = [];
  for (const { lots, shared } of groups) {
    for (const [own, lot] of lots) {
      const reason = firstReason(own, shared);
      if (reason === 0) continue;
      for (const host of lot.first(countMax + 1)) candidates.push({ host, reason });
    }
  }
  candidates.sort((left, right) => left.host - right.host);
  const seen = new Set<number>();
  const first: number[] = [];
  const more: number[] = [];
  for (const { host, reason } of candidates) {
    (seen.has(reason) ? more : first).push(host);
    seen.add(reason);
  }
  return [...first, ...more].slice(0, countMax).sort(byIndex);
}
