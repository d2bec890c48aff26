import { compareText } from "../../model/canonical.ts";
import type { PlacementProblem, PlacementWorkload } from "../../model/placement.ts";
import type { WorkloadClass } from "../classes.ts";
import type { Ledger } from "../ledger.ts";
import type { Seat } from "../seating.ts";
import type { Seated } from "../settled.ts";
import { Neighbours } from "./neighbours.ts";
import { Rules } from "./rules.ts";
import { unitsOf } from "./units.ts";

/** A workload that may move, with its class. */
export interface Member {
  readonly workload: PlacementWorkload;
  readonly workloadClass: WorkloadClass;
}

/** From one host of the ledger to another. */
interface Way {
  readonly from: number;
  readonly to: number;
}

/**
 * Who may move, where everyone is, and the only way to move anyone: `move` asks every filter and
 * those who stay behind, and leaves everything as it was when one of them objects. What moves is a
 * unit, mostly one workload; units have numbers in the order of their keys, hosts those of the
 * ledger.
 */
export class Board {
  readonly ledger: Ledger;
  readonly rules: Rules;
  readonly units: readonly (readonly Member[])[];
  /** True when units may be groups, which may be others once they have moved. */
  readonly hasGroups: boolean;
  /** True when no rule could forbid any of them to stay where they are, a lack of room aside. */
  readonly isFree: boolean;
  /** Host of each unit before anything moved, and now. */
  readonly home: Int32Array;
  readonly at: Int32Array;
  /** Movable units of each host, in no order. */
  readonly members: readonly number[][];
  /** Load of each unit: millicores of the cluster's slowest core, and bytes. */
  readonly cpu: Float64Array;
  readonly memory: Float64Array;
  readonly #neighbours: Neighbours;
  readonly #isFree = new Map<WorkloadClass, boolean>();
  readonly #seats: Seated["seats"];
  readonly #slots: Int32Array;
  readonly #journal: { readonly unit: number; readonly from: number }[] = [];

  /** `rules` may come from an earlier board over the same ledger. */
  constructor(
    problem: PlacementProblem,
    settled: Seated,
    rules: Rules = new Rules(settled.ledger),
  ) {
    this.ledger = settled.ledger;
    this.#seats = settled.seats;
    this.rules = rules;
    this.#neighbours = new Neighbours(settled, this.rules);
    const found: Member[] = [];
    const places: number[] = [];
    for (const workload of movableOf(problem, settled)) {
      const seat = settled.seats.get(workload.key);
      if (seat === undefined) continue;
      found.push({ workload, workloadClass: seat.workloadClass });
      places.push(seat.host);
    }
    this.hasGroups = found.some(({ workloadClass }) => workloadClass.terms.affinity !== undefined);
    this.isFree = found.every(({ workloadClass }) => this.rules.isFree(workloadClass));
    const groups = this.hasGroups
      ? unitsOf(found, places, settled.ledger)
      : found.map((_member, index) => [index]);
    this.units = groups.map((group) => group.map((index) => found[index] as Member));
    this.home = Int32Array.from(groups, ([first = 0]) => places[first] ?? 0);
    this.at = this.home.slice();
    this.cpu = sums(this.units, ({ workloadClass }) => workloadClass.load.cpuMillicores);
    this.memory = sums(this.units, ({ workloadClass }) => workloadClass.load.memoryBytes);
    this.members = this.ledger.hosts.map(() => []);
    this.#slots = new Int32Array(this.at.length);
    this.at.forEach((host, unit) => this.#enter(unit, host));
  }

  /** Moves one unit when that is allowed; false: nothing has changed. */
  move(unit: number, to: number): boolean {
    const from = this.at[unit] as number;
    if (from === to || !this.admits(unit, to)) return false;
    const members = this.units[unit] as readonly Member[];
    const mark = this.ledger.mark();
    const skews = members.map(({ workloadClass }) =>
      this.#isFreeOf(workloadClass) ? [] : this.#neighbours.skewsOf(workloadClass, from, to),
    );
    for (const { workloadClass } of members) this.#add(workloadClass, from, -1);
    if (this.#enterAll(members, to) && !this.#harms(members, { from, to }, { skews, mark })) {
      this.#journal.push({ unit, from });
      this.#seat(unit, to);
      return true;
    }
    this.#undo({ from, to }, mark);
    return false;
  }

  /** True when the filters that never change their mind let the unit in. */
  admits(unit: number, host: number): boolean {
    const members = this.units[unit] as readonly Member[];
    return members.every(({ workloadClass }) => this.rules.admits(workloadClass, host));
  }

  /** Asks something of the world as it would be if a unit were gone. */
  without<Answer>(unit: number, ask: () => Answer): Answer {
    const host = this.at[unit] as number;
    const mark = this.ledger.mark();
    for (const { workloadClass } of this.units[unit] as readonly Member[]) {
      this.#add(workloadClass, host, -1);
    }
    const answer = ask();
    this.#undo({ from: host, to: host }, mark);
    return answer;
  }

  /** Class and host of everything that runs, as of now. */
  seats(): ReadonlyMap<string, Seat> {
    const seats = new Map(this.#seats);
    this.units.forEach((unit, index) => {
      for (const { workload, workloadClass } of unit) {
        seats.set(workload.key, { workloadClass, host: this.at[index] as number });
      }
    });
    return seats;
  }

  /** A point to which `rollback` returns. */
  mark(): number {
    return this.#journal.length;
  }

  /** Units that were moved since a mark, with repeats. */
  movedSince(mark: number): readonly number[] {
    return this.#journal.slice(mark).map(({ unit }) => unit);
  }

  /** Undoes moves, which needs no one's leave. */
  rollback(mark: number): void {
    while (this.#journal.length > mark) {
      const entry = this.#journal.pop();
      if (entry !== undefined) this.#putBack(entry.unit, entry.from);
    }
  }

  /** Puts a unit where it is known that it may be, without asking. */
  put(unit: number, to: number): void {
    this.#journal.push({ unit, from: this.at[unit] as number });
    this.#putBack(unit, to);
  }

  #putBack(unit: number, to: number): void {
    for (const { workloadClass } of this.units[unit] as readonly Member[]) {
      this.#add(workloadClass, this.at[unit] as number, -1);
      this.#add(workloadClass, to, 1);
    }
    this.#seat(unit, to);
  }

  /** Lets all members in, in an order in which each is allowed; those that are in stay counted. */
  #enterAll(members: readonly Member[], to: number): boolean {
    let waiting = members;
    while (waiting.length > 0) {
      const refused = waiting.filter(({ workloadClass }) => {
        if (!this.rules.allows(workloadClass, to)) return true;
        this.#add(workloadClass, to, 1);
        return false;
      });
      if (refused.length === waiting.length) return false;
      waiting = refused;
    }
    return true;
  }

  /** Whether the others lose something; the move is made in the ledger, and stays so if not. */
  #harms(
    members: readonly Member[],
    way: Way,
    before: { readonly skews: readonly (readonly number[])[]; readonly mark: number },
  ): boolean {
    if (members.every(({ workloadClass }) => this.#isFreeOf(workloadClass))) return false;
    const isSkewed = members.some(({ workloadClass }, index) =>
      this.#neighbours.isSkewed(workloadClass, way, before.skews[index] ?? []),
    );
    if (isSkewed) return true;
    const broken = this.#neighbours
      .endangered(members, way.from)
      .filter((resident) => this.#neighbours.isBroken(resident));
    if (broken.length === 0) return false;
    this.#undo(way, before.mark);
    const wasBroken = broken.every((resident) => this.#neighbours.isBroken(resident));
    for (const { workloadClass } of members) {
      this.#add(workloadClass, way.from, -1);
      this.#add(workloadClass, way.to, 1);
    }
    return !wasBroken;
  }

  #add(workloadClass: WorkloadClass, host: number, sign: 1 | -1): void {
    this.ledger.add(workloadClass, host, sign);
    this.rules.note(host);
  }

  #undo(way: Way, mark: number): void {
    this.ledger.rollback(mark);
    this.rules.note(way.from);
    this.rules.note(way.to);
  }

  #isFreeOf(workloadClass: WorkloadClass): boolean {
    let isFree = this.#isFree.get(workloadClass);
    if (isFree === undefined) {
      isFree = this.#neighbours.isFree(workloadClass);
      this.#isFree.set(workloadClass, isFree);
    }
    return isFree;
  }

  #seat(unit: number, host: number): void {
    this.#leave(unit);
    this.at[unit] = host;
    this.#enter(unit, host);
    for (const { workload } of this.units[unit] as readonly Member[]) {
      this.#neighbours.seat(workload.key, host);
    }
  }

  #enter(unit: number, host: number): void {
    const list = this.members[host] as number[];
    this.#slots[unit] = list.length;
    list.push(unit);
  }

  #leave(unit: number): void {
    const list = this.members[this.at[unit] as number] as number[];
    const slot = this.#slots[unit] as number;
    const last = list.pop() as number;
    if (last === unit) return;
    list[slot] = last;
    this.#slots[last] = slot;
  }
}

function sums(
  units: readonly (readonly Member[])[],
  amountOf: (member: Member) => number,
): Float64Array {
  return Float64Array.from(units, (unit) => {
    let sum = 0;
    for (const member of unit) sum += amountOf(member);
    return sum;
  });
}

/** What runs, is ours, stays, and may change its host. */
function movableOf({ workloads }: PlacementProblem, { seats }: Seated): PlacementWorkload[] {
  const found = workloads.filter(
    ({ key, isMovable, wish, isEnding }) =>
      isMovable === true && wish === "keep" && isEnding !== true && seats.has(key),
  );
  const isSorted = found.every(
    ({ key }, index) => index === 0 || (found[index - 1]?.key ?? "") <= key,
  );
  return isSorted ? found : found.sort((left, right) => compareText(left.key, right.key));
}
