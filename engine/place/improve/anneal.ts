import type { SeededRandom } from "../basics/random.ts";
import type { Board } from "./board.ts";
import type { Crowd } from "./crowd.ts";

/** One unit and where it shall be. */
interface Shift {
  readonly unit: number;
  readonly to: number;
}

/** Weight of being above the target at the start and the end, in moves per ppm. */
const WEIGHT_FIRST = 1 / 60_000;
const WEIGHT_LAST = 1 / 200;
/** By how many moves a change may worsen the plan, at the start and the end. */
const HEAT_FIRST = 1.2;
const HEAT_LAST = 0.05;

/**
 * Searches for the fewest moves after which no host is above the target, by threshold accepting:
 * changes that worsen the plan are taken less and less. Hosts may be above the target on the way,
 * which weighs more and more.
 */
export class Anneal {
  readonly #board: Board;
  readonly #crowd: Crowd;
  readonly #random: SeededRandom;
  readonly #slots: Int32Array;
  readonly #strictness: number;
  /** Units that are away from home, in no order, and where each stands in that list. */
  readonly #away: number[] = [];
  readonly #positions: Int32Array;
  #over = 0;
  #moves = 0;
  #weight = WEIGHT_FIRST;
  /** Fewest moves of a plan without a host above the target, and where all were then. */
  best: number = Infinity;
  bestAt: Int32Array | undefined;

  /** `strictness` is how much dearer than usual it is to be above the target. */
  constructor(crowd: Crowd, random: SeededRandom, strictness: number) {
    this.#strictness = strictness;
    this.#board = crowd.board;
    this.#crowd = crowd;
    this.#random = random;
    this.#slots = new Int32Array(crowd.board.ledger.hosts.length).fill(-1);
    crowd.hosts.forEach((host, slot) => {
      this.#slots[host] = slot;
    });
    this.#positions = new Int32Array(crowd.board.units.length).fill(-1);
    for (const unit of crowd.board.units.keys()) this.#follow(unit);
    crowd.hosts.forEach((_host, slot) => {
      this.#over += crowd.over(slot);
    });
  }

  /** Tries so many changes, or until a plan has no more than `movesEnough` moves. */
  run(tries: number, movesEnough: number): void {
    this.#note();
    for (let count = 0; count < tries && this.best > movesEnough; count++) {
      const part = count / tries;
      this.#weight = this.#strictness * WEIGHT_FIRST * (WEIGHT_LAST / WEIGHT_FIRST) ** part;
      const heat = HEAT_FIRST * (HEAT_LAST / HEAT_FIRST) ** part;
      const change = this.#proposal();
      if (change === undefined) continue;
      const u = this.#random.below(1024) / 1024;
      if (this.#make(change, heat * u * u)) this.#note();
    }
  }

  #note(): void {
    if (this.#moves >= this.best) return;
    for (let slot = 0; slot < this.#crowd.hosts.length; slot++) {
      if (!this.#crowd.isFine(slot)) return;
    }
    this.best = this.#moves;
    this.bestAt = this.#board.at.slice();
  }

  #proposal(): readonly Shift[] | undefined {
    const draw = this.#random.below(100);
    if (draw < 35) return this.#relief();
    if (draw < 55) return this.#substitution();
    if (draw < 70) return this.#trade();
    if (draw < 90) return this.#detour();
    return this.#return();
  }

  /** Someone from a host above the target to any other. */
  #relief(): readonly Shift[] | undefined {
    const slot = this.#crowdedSlot();
    const unit = this.#anyOf(slot);
    return unit === undefined ? undefined : [{ unit, to: this.#anyHost() }];
  }

  #crowdedSlot(): number {
    const count = this.#crowd.hosts.length;
    const first = this.#random.below(count);
    for (let step = 0; step < count; step++) {
      const slot = (first + step) % count;
      if (!this.#crowd.isFine(slot)) return slot;
    }
    return first;
  }

  /** One goes home, and another leaves there for where it was. */
  #substitution(): readonly Shift[] | undefined {
    const unit = this.#anyAway();
    if (unit === undefined) return undefined;
    const home = this.#board.home[unit] as number;
    // Its home may be a host that takes no part, which it left before.
    const slot = this.#slots[home] as number;
    const other = slot < 0 ? undefined : this.#anyOf(slot);
    if (other === undefined) return undefined;
    return [
      { unit, to: home },
      { unit: other, to: this.#board.at[unit] as number },
    ];
  }

  /** Two that are away trade places. */
  #trade(): readonly Shift[] | undefined {
    const unit = this.#anyAway();
    const other = this.#anyAway();
    if (unit === undefined || other === undefined) return undefined;
    const { at } = this.#board;
    return [
      { unit, to: at[other] as number },
      { unit: other, to: at[unit] as number },
    ];
  }

  /** One that is away goes elsewhere. */
  #detour(): readonly Shift[] | undefined {
    const unit = this.#anyAway();
    return unit === undefined ? undefined : [{ unit, to: this.#anyHost() }];
  }

  #return(): readonly Shift[] | undefined {
    const unit = this.#anyAway();
    return unit === undefined ? undefined : [{ unit, to: this.#board.home[unit] as number }];
  }

  #anyHost(): number {
    const { hosts } = this.#crowd;
    return hosts[this.#random.below(hosts.length)] as number;
  }

  #anyAway(): number | undefined {
    return this.#away[this.#random.below(Math.max(1, this.#away.length))];
  }

  #anyOf(slot: number): number | undefined {
    const members = this.#board.members[this.#crowd.hosts[slot] as number] as readonly number[];
    return members[this.#random.below(Math.max(1, members.length))];
  }

  /** Makes a change that worsens the plan by at most `heat` moves and that is allowed. */
  #make(shifts: readonly Shift[], heat: number): boolean {
    const board = this.#board;
    if (shifts.some((shift) => this.#leadsOutside(shift))) return false;
    const added = shifts.reduce((sum, shift) => sum + this.#added(shift), 0);
    const over = this.#overAfter(shifts);
    if (shifts.some(({ unit, to }) => board.at[unit] === to)) return false;
    if (added + (over - this.#over) * this.#weight > heat) return false;
    const mark = board.mark();
    const isMade =
      shifts.every(({ unit, to }) => board.move(unit, to)) || this.#retry(shifts, mark);
    if (!isMade) return false;
    this.#over = over;
    this.#moves += added;
    for (const { unit } of shifts) this.#follow(unit);
    return true;
  }

  /** The other way round, in case one was in the way of the other. */
  #retry(shifts: readonly Shift[], mark: number): boolean {
    this.#board.rollback(mark);
    if (shifts.length < 2) return false;
    const isMade = [...shifts].reverse().every(({ unit, to }) => this.#board.move(unit, to));
    if (!isMade) this.#board.rollback(mark);
    return isMade;
  }

  #leadsOutside({ unit, to }: Shift): boolean {
    const from = this.#board.at[unit] as number;
    return (this.#slots[from] as number) < 0 || (this.#slots[to] as number) < 0;
  }

  #added({ unit, to }: Shift): number {
    const { at, home, units } = this.#board;
    const weight = units[unit]?.length ?? 0;
    const before = at[unit] === home[unit] ? 0 : weight;
    return (to === home[unit] ? 0 : weight) - before;
  }

  /** What hosts would be above the target by in all after the shifts; they touch two hosts. */
  #overAfter(shifts: readonly Shift[]): number {
    const { cpu, memory, at } = this.#board;
    const [first] = shifts;
    if (first === undefined) return this.#over;
    const from = this.#slots[at[first.unit] as number] as number;
    const to = this.#slots[first.to] as number;
    let millicores = 0;
    let bytes = 0;
    for (const { unit, to: goal } of shifts) {
      const sign = goal === first.to ? 1 : -1;
      millicores += sign * (cpu[unit] as number);
      bytes += sign * (memory[unit] as number);
    }
    const crowd = this.#crowd;
    return (
      this.#over -
      crowd.over(from) -
      crowd.over(to) +
      crowd.over(from, -millicores, -bytes) +
      crowd.over(to, millicores, bytes)
    );
  }

  #follow(unit: number): void {
    const { at, home } = this.#board;
    const isAway = at[unit] !== home[unit];
    const position = this.#positions[unit] as number;
    if (isAway === position >= 0) return;
    if (isAway) {
      this.#positions[unit] = this.#away.length;
      this.#away.push(unit);
      return;
    }
    const last = this.#away.pop() as number;
    this.#positions[unit] = -1;
    if (last === unit) return;
    this.#away[position] = last;
    this.#positions[last] = position;
  }
}
