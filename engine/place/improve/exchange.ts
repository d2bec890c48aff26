import { SQUARE_UNIT } from "./field.ts";
import type { Scale, Shift } from "./scale.ts";
import { Tournament } from "./tournament.ts";

/** Other hosts that a strained host tries to exchange with, the most promising first. */
const PARTNERS_MAX = 6;
/** Stands for the empty side of an exchange: a plain shift. */
const NOBODY = -1;

/** Who of one host may leave it for another at no cost: whoever has its home elsewhere. */
interface Side {
  readonly free: readonly number[];
  /** Those that go home, which takes a move off the plan. */
  readonly returning: readonly number[];
}

interface AmountLists {
  readonly cpu: Float64Array;
  readonly memory: Float64Array;
  readonly cost: Float64Array;
}

interface Pair {
  readonly unit: number;
  readonly other: number;
  readonly gain: number;
}

/**
 * Evens hosts out by exchanges between two of them: a pair trades places, or one goes over. Those
 * that add no move to the plan are free: whoever is on its way may as well go elsewhere, and one
 * may go back home where another leaves in its stead.
 */
export class Exchange {
  readonly #scale: Scale;
  readonly #strained: Tournament;
  /** Moves that one exchange may add to the plan. */
  readonly #addedMax: number;
  readonly #left: AmountLists;
  readonly #right: AmountLists;
  #workLeft: number;

  constructor(scale: Scale, limits: { readonly addedMax: number; readonly work: number }) {
    this.#scale = scale;
    this.#addedMax = limits.addedMax;
    this.#workLeft = limits.work;
    this.#strained = new Tournament(scale.field.hosts.length);
    const most = scale.board.units.length + 1;
    this.#left = amountLists(most);
    this.#right = amountLists(most);
  }

  /** Pairs that it may still look at. */
  get workLeft(): number {
    return this.#workLeft;
  }

  /** Exchanges until the hosts are even or none gains; true when it made any. */
  run(): boolean {
    const scale = this.#scale;
    const { changes } = scale;
    for (let slot = 0; slot < scale.field.hosts.length; slot++) this.#renew(slot);
    while (scale.goesOn() && this.#workLeft > 0) {
      const slot = this.#strained.winner;
      if (slot < 0) break;
      if (!this.#relieve(slot)) this.#strained.set(slot, Infinity);
    }
    return scale.changes > changes;
  }

  #renew(slot: number): void {
    this.#strained.set(slot, -this.#scale.field.strain(slot));
  }

  /** The best exchange of a host with its most promising partners. */
  #relieve(slot: number): boolean {
    for (const partner of this.#partnersOf(slot)) {
      const pair = this.#bestPair(slot, partner);
      if (pair === undefined) continue;
      const shifts: Shift[] = [];
      if (pair.unit !== NOBODY) shifts.push({ unit: pair.unit, from: slot, to: partner });
      if (pair.other !== NOBODY) shifts.push({ unit: pair.other, from: partner, to: slot });
      if (!this.#scale.make(shifts)) continue;
      this.#renew(slot);
      this.#renew(partner);
      return true;
    }
    return false;
  }

  /** Hosts by what the best imaginable exchange with them would gain. */
  #partnersOf(slot: number): readonly number[] {
    const { field } = this.#scale;
    this.#workLeft -= field.hosts.length;
    const promises: { readonly other: number; readonly promise: number }[] = [];
    for (let other = 0; other < field.hosts.length; other++) {
      if (other === slot) continue;
      const { cpuSlope, cpuCurve, memorySlope, memoryCurve } = this.#slopes(slot, other);
      const promise = cpuSlope ** 2 / cpuCurve + memorySlope ** 2 / memoryCurve;
      const last = promises[PARTNERS_MAX - 1];
      if (last !== undefined && last.promise >= promise) continue;
      promises.push({ other, promise });
      promises.sort((left, right) => right.promise - left.promise || left.other - right.other);
      promises.length = Math.min(promises.length, PARTNERS_MAX);
    }
    return promises.map(({ other }) => other);
  }

  /** Squared ppm that an amount takes off both hosts by going over: amount * (slope - curve). */
  #slopes(
    from: number,
    to: number,
  ): {
    readonly cpuSlope: number;
    readonly cpuCurve: number;
    readonly memorySlope: number;
    readonly memoryCurve: number;
  } {
    const { cpu, memory, perMillicore, perByte } = this.#scale.field;
    const cpuFrom = perMillicore[from] as number;
    const cpuTo = perMillicore[to] as number;
    const memoryFrom = perByte[from] as number;
    const memoryTo = perByte[to] as number;
    return {
      cpuSlope: 2 * ((cpu[from] as number) * cpuFrom - (cpu[to] as number) * cpuTo),
      cpuCurve: cpuFrom * cpuFrom + cpuTo * cpuTo,
      memorySlope: 2 * ((memory[from] as number) * memoryFrom - (memory[to] as number) * memoryTo),
      memoryCurve: memoryFrom * memoryFrom + memoryTo * memoryTo,
    };
  }

  #bestPair(slot: number, partner: number): Pair | undefined {
    const here = this.#sideOf(slot, partner);
    const there = this.#sideOf(partner, slot);
    let best: Pair | undefined;
    const ask = (ours: readonly number[], theirs: readonly number[]): void => {
      const found = this.#bestOf(ours, theirs, { slot, partner });
      if (found !== undefined && found.gain > (best?.gain ?? 0)) best = found;
    };
    ask(here.free, there.free);
    if (here.returning.length > 0) ask(here.returning, this.#stayingOn(partner));
    if (there.returning.length > 0) ask(this.#stayingOn(slot), there.returning);
    if (this.#addedMax >= 1) {
      ask(this.#stayingOn(slot), there.free);
      ask(here.free, this.#stayingOn(partner));
    }
    if (this.#addedMax >= 2) ask(this.#stayingOn(slot), this.#stayingOn(partner));
    return best;
  }

  #bestOf(
    ours: readonly number[],
    theirs: readonly number[],
    way: { readonly slot: number; readonly partner: number },
  ): Pair | undefined {
    this.#workLeft -= ours.length * theirs.length;
    if (ours.length === 0 || theirs.length === 0) return undefined;
    const { cpuSlope, cpuCurve, memorySlope, memoryCurve } = this.#slopes(way.slot, way.partner);
    const left = this.#amountsOf(ours, this.#left);
    const right = this.#amountsOf(theirs, this.#right);
    let unit = NOBODY;
    let other = NOBODY;
    let gain = 0;
    for (let index = 0; index < ours.length; index++) {
      const cpu = left.cpu[index] as number;
      const memory = left.memory[index] as number;
      const cost = left.cost[index] as number;
      for (let position = 0; position < theirs.length; position++) {
        const millicores = cpu - (right.cpu[position] as number);
        const bytes = memory - (right.memory[position] as number);
        const gained =
          millicores * (cpuSlope - millicores * cpuCurve) +
          bytes * (memorySlope - bytes * memoryCurve) -
          cost -
          (right.cost[position] as number);
        if (gained <= gain) continue;
        gain = gained;
        unit = ours[index] as number;
        other = theirs[position] as number;
      }
    }
    return gain > 0 ? { unit, other, gain } : undefined;
  }

  /** What each brings along, side by side; nobody brings nothing. */
  #amountsOf(units: readonly number[], into: AmountLists): AmountLists {
    const { of: kinds, cpu, memory, cost } = this.#scale.kinds;
    for (let index = 0; index < units.length; index++) {
      const unit = units[index] as number;
      const isNobody = unit === NOBODY;
      const kind = isNobody ? 0 : (kinds[unit] as number);
      into.cpu[index] = isNobody ? 0 : (cpu[kind] as number);
      into.memory[index] = isNobody ? 0 : (memory[kind] as number);
      into.cost[index] = isNobody ? 0 : (cost[kind] as number) * SQUARE_UNIT;
    }
    return into;
  }

  #sideOf(slot: number, partner: number): Side {
    const { board, field } = this.#scale;
    const { home } = board;
    const host = field.hosts[slot] as number;
    const goal = field.hosts[partner] as number;
    const free: number[] = [];
    const returning: number[] = [];
    for (const unit of board.members[host] as readonly number[]) {
      if (home[unit] === host) continue;
      free.push(unit);
      if (home[unit] === goal) returning.push(unit);
    }
    free.push(NOBODY);
    return { free, returning };
  }

  /** Who would be one more move. */
  #stayingOn(slot: number): readonly number[] {
    const { board, field, kinds } = this.#scale;
    const host = field.hosts[slot] as number;
    const staying: number[] = [];
    for (const unit of board.members[host] as readonly number[]) {
      if (board.home[unit] === host && kinds.costOf(unit) !== Infinity) staying.push(unit);
    }
    return staying;
  }
}

const amountLists = (size: number): AmountLists => ({
  cpu: new Float64Array(size),
  memory: new Float64Array(size),
  cost: new Float64Array(size),
});
