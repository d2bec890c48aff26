import type { Seat } from "./seating.ts";

/** Somebody who was given a seat. */
interface Newcomer {
  readonly key: string;
  readonly seat: Seat;
}

/** Who is where, by key. Newcomers are entered when somebody looks, as a plan need not. */
export class SeatRegister {
  readonly #byKey = new Map<string, Seat>();
  /** Some at a time. */
  #late: (readonly Newcomer[])[] = [];
  #lateCount = 0;
  /** Newcomers that had another seat before. */
  #moved = 0;

  /** Takes a seat away from somebody who was given one. */
  remove(key: string): void {
    this.all().delete(key);
  }

  get size(): number {
    return this.#byKey.size + this.#lateCount - this.#moved;
  }

  set(key: string, seat: Seat): void {
    this.all().set(key, seat);
  }

  /** Somebody who was given a seat just now; `isMoved` where it had another one. */
  enter(newcomer: Newcomer, isMoved: boolean): void {
    this.enterAll([newcomer]);
    if (isMoved) this.#moved++;
  }

  /** Some who had no seat before and were given one just now. */
  enterAll(newcomers: readonly Newcomer[]): void {
    this.#late.push(newcomers);
    this.#lateCount += newcomers.length;
  }

  all(): Map<string, Seat> {
    for (const newcomers of this.#late) {
      for (const { key, seat } of newcomers) this.#byKey.set(key, seat);
    }
    this.#late = [];
    this.#lateCount = 0;
    this.#moved = 0;
    return this.#byKey;
  }
}
