import type { Seat } from "./seating.ts";

/** Somebody who was given a seat. */
interface Newcomer {
  readonly key: string;
  readonly seat: Seat;
}

/** Who is where, by key. Newcomers are entered when somebody looks, as a plan need not. */
export class SeatRegister {
  readonly #byKey = new Map<string, Seat>();
  #late: Newcomer[] = [];
  /** Newcomers that had another seat before. */
  #moved = 0;

  /** Takes a seat away from somebody who was given one. */
  remove(key: string): void {
    this.all().delete(key);
  }

  get size(): number {
    return this.#byKey.size + this.#late.length - this.#moved;
  }

  set(key: string, seat: Seat): void {
    this.all().set(key, seat);
  }

  /** Somebody who was given a seat just now; `isMoved` where it had another one. */
  enter(newcomer: Newcomer, isMoved: boolean): void {
    this.#late.push(newcomer);
    if (isMoved) this.#moved++;
  }

  all(): Map<string, Seat> {
    for (const { key, seat } of this.#late) this.#byKey.set(key, seat);
    this.#late = [];
    this.#moved = 0;
    return this.#byKey;
  }
}
