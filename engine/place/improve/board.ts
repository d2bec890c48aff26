import type { PlacementProblem } from "../../model/placement.ts";
import type { WorkloadClass } from "../classes/classes.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Seat } from "../deciding/seating.ts";
import type { Seated } from "../deciding/settled.ts";
import { type Member, moversOf } from "./movers.ts";
import { Neighbours } from "./neighbours.ts";
import { Rules } from "./rules.ts";
import { Units } from "./units.ts";

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
  /** Whether nothing that runs could lose anything by moves of a class, by its number. */
  readonly #isHarmless: (boolean | undefined)[] = [];
  /** As they were in the beginning, and units that have moved since, until they settled. */
  readonly #seats: Seated["seats"];
  readonly #gone = new Set<number>();
  readonly #units: Units;
  readonly #slots: Int32Array;
  /** Undo journal: units, and the hosts that they left. */
  readonly #moved: number[] = [];
  readonly #left: number[] = [];

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
    const movers = moversOf(problem, settled);
    const classes = new Set<WorkloadClass>();
    for (const { workloadClass } of movers) classes.add(workloadClass);
    this.hasGroups = [...classes].some(({ terms }) => terms.affinity !== undefined);
    this.isFree = [...classes].every((workloadClass) => this.rules.isFree(workloadClass));
    this.#units = new Units(movers, settled.ledger);
    this.units = this.#units.all;
    this.home = new Int32Array(this.units.length);
    this.#units.all.forEach(([first], unit) => {
      this.home[unit] = first?.host ?? 0;
    });
    this.at = this.home.slice();
    this.cpu = new Float64Array(this.units.length);
    this.memory = new Float64Array(this.units.length);
    this.#weigh();
    this.members = this.ledger.hosts.map(() => []);
    this.#slots = new Int32Array(this.at.length);
    this.#enterAllUnits();
  }

  /**
   * Takes everybody to be at home where they are now, as a new board would. False, and a new one is
   * needed, when they are in other groups now.
   */
  settle(): boolean {
    if (this.#moved.length > 0 && this.hasGroups && this.#units.areOthersAt(this.at)) return false;
    for (const unit of this.#moved) this.#gone.add(unit);
    this.home.set(this.at);
    this.#moved.length = 0;
    this.#left.length = 0;
    for (const list of this.members) list.length = 0;
    this.#enterAllUnits();
    return true;
  }

  #enterAllUnits(): void {
    for (let unit = 0; unit < this.at.length; unit++) this.#enter(unit, this.at[unit] as number);
  }

  /** Adds up what the members of each unit use. */
  #weigh(): void {
    for (let unit = 0; unit < this.units.length; unit++) {
      let cpu = 0;
      let memory = 0;
      for (const { workloadClass } of this.units[unit] as readonly Member[]) {
        cpu += workloadClass.load.cpuMillicores;
        memory += workloadClass.load.memoryBytes;
      }
      this.cpu[unit] = cpu;
      this.memory[unit] = memory;
    }
  }

  /** Moves one unit when that is allowed; false: nothing has changed. */
  move(unit: number, to: number): boolean {
    const from = this.at[unit] as number;
    if (from === to || !this.admits(unit, to)) return false;
    const members = this.units[unit] as readonly Member[];
    const mark = this.ledger.mark();
    const skews = this.#areHarmless(members)
      ? undefined
      : members.map(({ workloadClass }) => this.#neighbours.skewsOf(workloadClass, from, to));
    for (const { workloadClass } of members) this.#add(workloadClass, from, -1);
    const isMade =
      this.#enterAll(members, to) &&
      (skews === undefined || !this.#harms(members, { from, to }, { skews, mark }));
    if (isMade) {
      this.#note(unit, from);
      this.#seat(unit, to);
    } else {
      this.#undo({ from, to }, mark);
    }
    return isMade;
  }

  /** True when the filters that never change their mind let the unit in. */
  admits(unit: number, host: number): boolean {
    for (const { workloadClass } of this.units[unit] as readonly Member[]) {
      if (!this.rules.admits(workloadClass, host)) return false;
    }
    return true;
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
    const gone = new Set([...this.#gone, ...this.#moved]);
    if (gone.size === 0) return this.#seats;
    const seats = new Map(this.#seats);
    for (const unit of gone) {
      for (const { workload, workloadClass } of this.units[unit] as readonly Member[]) {
        seats.set(workload.key, { workloadClass, host: this.at[unit] as number });
      }
    }
    return seats;
  }

  /** A point to which `rollback` returns. */
  mark(): number {
    return this.#moved.length;
  }

  /** Units that were moved since a mark, with repeats. */
  movedSince(mark: number): readonly number[] {
    return this.#moved.slice(mark);
  }

  /** Undoes moves, which needs no one's leave. */
  rollback(mark: number): void {
    while (this.#moved.length > mark) {
      this.#putBack(this.#moved.pop() as number, this.#left.pop() as number);
    }
  }

  /** Puts a unit where it is known that it may be, without asking. */
  put(unit: number, to: number): void {
    this.#note(unit, this.at[unit] as number);
    this.#putBack(unit, to);
  }

  #note(unit: number, from: number): void {
    this.#moved.push(unit);
    this.#left.push(from);
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
      const refused: Member[] = [];
      for (const member of waiting) {
        if (this.rules.allows(member.workloadClass, to)) this.#add(member.workloadClass, to, 1);
        else refused.push(member);
      }
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

  #areHarmless(members: readonly Member[]): boolean {
    for (const { workloadClass } of members) {
      const isHarmless = (this.#isHarmless[workloadClass.id] ??=
        this.#neighbours.isFree(workloadClass));
      if (!isHarmless) return false;
    }
    return true;
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
