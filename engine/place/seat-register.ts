import type { Seat } from "./seating.ts";

/** Who is where, by key. Newcomers are entered when somebody looks, as a plan need not. */
export class SeatRegister {
  readonly #byKey = new Map<string, Seat>();
  #late: { readonly key: string; readonly seat: Seat }[] = [];
  /** Number of seats that were there before, and would be counted twice. */
  #taken = 0;

  /** Seats somebody who has none yet, or who moves. */
  set(key: string, seat: Seat, isKnown = false): void {
    this.#late.push({ key, seat });
    if (isKnown) this.#taken++;
  }

  /** Takes a seat away from somebody who was given one. */
  remove(key: string): void {
    this.all().delete(key);
  }

  get size(): number {
    return this.#byKey.size + this.#late.length - this.#taken;
  }

  all(): Map<string, Seat> {
    for (const { key, seat } of this.#late) this.#byKey.set(key, seat);
    this.#late = [];
    this.#taken = 0;
    return this.#byKey;
  }
}
