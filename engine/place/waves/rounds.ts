import type { MigrationLimits } from "../../model/desired.ts";
import type { Guard, Leg } from "./leg.ts";

/** What is to be put into rounds. */
interface Traffic {
  readonly hostCount: number;
  readonly legs: readonly Leg[];
  /** True for a leg that finds no room yet. */
  readonly isNeedy: (leg: Leg) => boolean;
  readonly prefer: Preference;
  /** True for a host that runs nothing any more. */
  readonly isLost: (host: number) => boolean;
}

/** Which of two legs goes first. */
export interface Preference {
  /** True: always. False: of those that are equally urgent. */
  readonly isStrict: boolean;
  readonly compare: (left: Leg, right: Leg) => number;
}

/**
 * The rounds in which legs start. All legs of a round start together and end before the next one,
 * as if all took equally long; what really has to come first stands in the waits of each leg.
 */
export class Rounds {
  /** Legs in the order in which they started. */
  readonly order: Leg[] = [];
  readonly #guards: readonly Guard[];
  readonly #isStrict: boolean;
  readonly #isLost: (host: number) => boolean;
  readonly #limits: MigrationLimits;
  #waiting: Leg[];
  #started: Leg[] = [];
  #round = 0;
  /** Waiting legs at either end, by host. */
  readonly #load: Int32Array;
  /** Legs of this round at either end, by host. */
  readonly #busy: Int32Array;
  readonly #busyDatastores = new Map<string, number>();
  /** Rounds that legs need which wait for room on a host, by host. */
  readonly #behind: Int32Array;

  constructor(guards: readonly Guard[], limits: MigrationLimits, traffic: Traffic) {
    const { hostCount, legs, isNeedy, isLost, prefer } = traffic;
    this.#isLost = isLost;
    this.#guards = guards;
    this.#limits = limits;
    this.#isStrict = prefer.isStrict;
    this.#waiting = [...legs].sort(prefer.compare);
    this.#load = new Int32Array(hostCount);
    this.#busy = new Int32Array(hostCount);
    for (const leg of legs) this.#count(this.#load, leg, 1);
    this.#behind = roundsBehind(hostCount, legs.filter(isNeedy));
  }

  /** Rounds that no order of all legs can do without, as each host takes part in so many only. */
  get fewest(): number {
    const most = this.#load.reduce((larger, load) => Math.max(larger, load), 0);
    return Math.ceil(most / this.#limits.movesPerHostMax);
  }

  /** Legs that have not started. */
  get waiting(): readonly Leg[] {
    return this.#waiting;
  }

  /** Starts rounds until no leg can start any more. */
  run(): void {
    do {
      for (const leg of this.#mostUrgentFirst()) this.tryStart(leg);
    } while (this.endRound());
  }

  /** Starts a leg in this round if that is possible. */
  tryStart(leg: Leg): boolean {
    if (!this.#hasSlot(leg) || !this.#guards.every((guard) => guard.admits(leg))) return false;
    leg.position = this.order.length;
    leg.round = this.#round;
    for (const guard of this.#guards) guard.addWaits(leg);
    if (leg.follows !== undefined) leg.waits.after.add(leg.follows.position);
    for (const guard of this.#guards) guard.begin(leg);
    this.#count(this.#load, leg, -1);
    this.#count(this.#busy, leg, 1);
    for (const name of leg.workloadClass.sample.scheduling.datastores) {
      this.#busyDatastores.set(name, (this.#busyDatastores.get(name) ?? 0) + 1);
    }
    this.order.push(leg);
    this.#started.push(leg);
    return true;
  }

  /** Ends all that started in this round; false when nothing did. */
  endRound(): boolean {
    if (this.#started.length === 0) return false;
    for (const guard of this.#guards) guard.endRound(this.#started);
    for (const leg of this.#started) this.#count(this.#busy, leg, -1);
    this.#busyDatastores.clear();
    this.#waiting = this.#waiting.filter(({ position }) => position < 0);
    this.#started = [];
    this.#round++;
    return true;
  }

  /** Has the second half of a leg wait in the place of the whole, whose first half has started. */
  split(whole: Leg, second: Leg): void {
    this.#waiting = this.#waiting.map((leg) => (leg === whole ? second : leg));
    this.#count(this.#load, whole, -1);
    this.#count(this.#load, second, 1);
    if (second.follows !== undefined) this.#count(this.#load, second.follows, 1);
  }

  /** Gives up what has not started. */
  drop(): readonly Leg[] {
    return this.#waiting.splice(0);
  }

  /**
   * How long all takes is decided by hosts with much left to do and by long rows of legs that wait
   * for each other's room, so these come first.
   */
  #mostUrgentFirst(): readonly Leg[] {
    if (this.#isStrict) return this.#waiting;
    const load = (host: number): number => (host < 0 ? 0 : (this.#load[host] ?? 0));
    const bySum = countingSort(this.#waiting, ({ from, to }) => load(from) + load(to));
    const { movesPerHostMax } = this.#limits;
    return countingSort(bySum, ({ from, to }) =>
      Math.max(load(from), load(to), movesPerHostMax * (1 + (this.#behind[from] ?? 0))),
    );
  }

  #hasSlot({ from, to, position, follows, workloadClass }: Leg): boolean {
    const { movesPerHostMax, movesPerDatastoreMax } = this.#limits;
    if (position >= 0 || (this.#busy[to] ?? 0) >= movesPerHostMax) return false;
    if (this.#takesPart(from) && (this.#busy[from] ?? 0) >= movesPerHostMax) return false;
    if (follows !== undefined && (follows.position < 0 || follows.round === this.#round)) {
      return false;
    }
    return workloadClass.sample.scheduling.datastores.every(
      (name) => (this.#busyDatastores.get(name) ?? 0) < movesPerDatastoreMax,
    );
  }

  #count(counts: Int32Array, { from, to }: Leg, amount: number): void {
    if (this.#takesPart(from)) counts[from] = (counts[from] ?? 0) + amount;
    counts[to] = (counts[to] ?? 0) + amount;
  }

  /** Nothing is copied from a host that is lost: what it ran starts anew elsewhere. */
  #takesPart(source: number): boolean {
    return source >= 0 && !this.#isLost(source);
  }
}

/** Rows of legs are followed so far; circles have no end. */
const ROW_MAX = 8;

/** By host, the rounds of the longest row of legs of which the first waits for room there. */
function roundsBehind(hostCount: number, needy: readonly Leg[]): Int32Array {
  let behind = new Int32Array(hostCount);
  for (let length = 1; length <= ROW_MAX; length++) {
    const next = behind.slice();
    for (const { from, to } of needy) {
      next[to] = Math.max(next[to] ?? 0, 1 + (from < 0 ? 0 : (behind[from] ?? 0)));
    }
    behind = next;
  }
  return behind;
}

/** Highest key first; keys are whole and not below 0, and equal ones keep their order. */
function countingSort(legs: readonly Leg[], keyOf: (leg: Leg) => number): readonly Leg[] {
  const buckets: Leg[][] = [];
  for (const leg of legs) (buckets[keyOf(leg)] ??= []).push(leg);
  // Keys that no leg has leave holes, which `flat` skips.
  return buckets.reverse().flat();
}
