import { type Lineup, NOBODY } from "./lineup.ts";
import type { Scale, Shift } from "./scale.ts";
import { Side } from "./side.ts";
import { Tournament } from "./tournament.ts";

/** Other hosts that a strained host tries to exchange with, the most promising first. */
const PARTNERS_MAX = 6;
/** A host, and what the best imaginable exchange with it would gain. */
interface Promised {
  readonly other: number;
  readonly promise: number;
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
  readonly #here: Side;
  readonly #there: Side;
  #workLeft: number;

  constructor(scale: Scale, limits: { readonly addedMax: number; readonly work: number }) {
    this.#scale = scale;
    this.#addedMax = limits.addedMax;
    this.#workLeft = limits.work;
    this.#strained = new Tournament(scale.field.hosts.length);
    this.#here = new Side(scale);
    this.#there = new Side(scale);
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
    const host = this.#scale.field.hosts[slot] as number;
    this.#here.look(host);
    for (const { other: partner } of this.#partnersOf(slot)) {
      const pair = this.#bestPair(slot, partner);
      if (pair === undefined) continue;
      const shifts: Shift[] = [];
      if (pair.unit !== NOBODY) shifts.push({ unit: pair.unit, from: slot, to: partner });
      if (pair.other !== NOBODY) shifts.push({ unit: pair.other, from: partner, to: slot });
      if (this.#scale.make(shifts)) {
        this.#renew(slot);
        this.#renew(partner);
        return true;
      }
      // Whoever came back stands in another place now.
      this.#here.look(host);
    }
    return false;
  }

  /** Hosts by what the best imaginable exchange with them would gain. */
  #partnersOf(slot: number): readonly Promised[] {
    const { field } = this.#scale;
    this.#workLeft -= field.hosts.length;
    const partners: Promised[] = [];
    let least = -1;
    for (let other = 0; other < field.hosts.length; other++) {
      if (other === slot) continue;
      const { cpuSlope, cpuCurve, memorySlope, memoryCurve } = this.#slopes(slot, other);
      const promise = cpuSlope ** 2 / cpuCurve + memorySlope ** 2 / memoryCurve;
      if (promise <= least) continue;
      enter(partners, { other, promise });
      least = partners[PARTNERS_MAX - 1]?.promise ?? -1;
    }
    return partners;
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
    const { hosts } = this.#scale.field;
    const here = this.#here;
    const there = this.#there;
    there.look(hosts[partner] as number);
    there.face(hosts[slot] as number);
    here.face(hosts[partner] as number);
    let best: Pair | undefined;
    const ask = (ours: Lineup, theirs: Lineup): void => {
      const found = this.#bestOf(ours, theirs, { slot, partner });
      if (found !== undefined && found.gain > (best?.gain ?? 0)) best = found;
    };
    ask(here.free, there.free);
    if (here.returning.length > 0) ask(here.returning, there.staying);
    if (there.returning.length > 0) ask(here.staying, there.returning);
    if (this.#addedMax >= 1) {
      ask(here.staying, there.free);
      ask(here.free, there.staying);
    }
    if (this.#addedMax >= 2) ask(here.staying, there.staying);
    return best;
  }

  #bestOf(
    ours: Lineup,
    theirs: Lineup,
    way: { readonly slot: number; readonly partner: number },
  ): Pair | undefined {
    this.#workLeft -= ours.total * theirs.total;
    if (ours.length === 0 || theirs.length === 0) return undefined;
    const { cpuSlope, cpuCurve, memorySlope, memoryCurve } = this.#slopes(way.slot, way.partner);
    let unit = NOBODY;
    let other = NOBODY;
    let gain = 0;
    for (let index = 0; index < ours.length; index++) {
      const cpu = ours.cpu[index] as number;
      const memory = ours.memory[index] as number;
      const cost = ours.cost[index] as number;
      for (let position = 0; position < theirs.length; position++) {
        const millicores = cpu - (theirs.cpu[position] as number);
        const bytes = memory - (theirs.memory[position] as number);
        const gained =
          millicores * (cpuSlope - millicores * cpuCurve) +
          bytes * (memorySlope - bytes * memoryCurve) -
          cost -
          (theirs.cost[position] as number);
        if (gained <= gain) continue;
        gain = gained;
        unit = ours.units[index] as number;
        other = theirs.units[position] as number;
      }
    }
    return gain > 0 ? { unit, other, gain } : undefined;
  }
}

/** Enters a host behind all that promise as much; the last one goes when there are too many. */
function enter(partners: Promised[], newcomer: Promised): void {
  let place = partners.length;
  for (; place > 0; place--) {
    const other = partners[place - 1] as Promised;
    if (other.promise >= newcomer.promise) break;
    partners[place] = other;
  }
  partners[place] = newcomer;
  if (partners.length > PARTNERS_MAX) partners.pop();
}
