import type { Seat } from "./seating.ts";

/** Somebody who was given a seat. */
interface Newcomer {
  readonly key: string;
  readonly seat: Seat;
}

/** Newcomers by number. */
interface Roll {
  readonly newcomer: (index: number) => Newcomer;
}

/** Some of a roll that follow each other. */
interface Entries {
  readonly roll: Roll;
  readonly from: number;
  readonly count: number;
}

/** Who is where, by key. Newcomers are entered when somebody looks, as a plan need not. */
export class SeatRegister {
  readonly #byKey = new Map<string, Seat>();
  #late: Entries[] = [];
  /** How many of them had no seat before. */
  #lateCount = 0;

  /** Takes a seat away from somebody who was given one. */
  remove(key: string): void {
    this.all().delete(key);
  }

  get size(): number {
    return this.#byKey.size + this.#lateCount;
  }

  set(key: string, seat: Seat): void {
    this.all().set(key, seat);
  }

  /** Somebody who was given a seat just now; `isMoved` where it had another one. */
  enter(newcomer: Newcomer, isMoved: boolean): void {
    this.enterAll({ roll: { newcomer: () => newcomer }, from: 0, count: 1 });
    if (isMoved) this.#lateCount--;
  }

  /** Some who were given seats just now and had none before. */
  enterAll(entries: Entries): void {
    this.#late.push(entries);
    this.#lateCount += entries.count;
  }

  all(): Map<string, Seat> {
    for (const { roll, from, count } of this.#late) {
      for (let index = from; index < from + count; index++) {
        const { key, seat } = roll.newcomer(index);
        this.#byKey.set(key, seat);
      }
    }
    this.#late = [];
    this.#lateCount = 0;
    return this.#byKey;
  }
}
