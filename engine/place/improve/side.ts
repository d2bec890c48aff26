import { GrowingList } from "../basics/growing-list.ts";
import { Lineup } from "./lineup.ts";
import type { Scale } from "./scale.ts";

/** One of the two hosts of an exchange: who may leave it for the other. */
export class Side {
  /** Who has its home elsewhere and so leaves at no cost, and nobody. */
  readonly free: Lineup;
  /** Those of them that go home, which takes a move off the plan. */
  readonly returning: Lineup;
  readonly #scale: Scale;
  readonly #staying: Lineup;
  /** Everybody who has its home elsewhere. */
  readonly #away = new GrowingList();
  #host = -1;
  #knowsStaying = false;

  constructor(scale: Scale) {
    this.#scale = scale;
    this.free = new Lineup(scale.kinds);
    this.returning = new Lineup(scale.kinds);
    this.#staying = new Lineup(scale.kinds);
  }

  /** Looks at a host as it is now. */
  look(host: number): void {
    const { home, members } = this.#scale.board;
    this.#host = host;
    this.#knowsStaying = false;
    this.#away.cut(0);
    this.free.clear();
    for (const unit of members[host] as readonly number[]) {
      if (home[unit] === host) continue;
      this.#away.push(unit);
      this.free.add(unit);
    }
    this.free.addNobody();
  }

  /** Tells the other host. */
  face(goal: number): void {
    const { home } = this.#scale.board;
    this.returning.clear();
    for (let index = 0; index < this.#away.length; index++) {
      const unit = this.#away.at(index);
      if (home[unit] === goal) this.returning.add(unit);
    }
  }

  /** Who would be one more move. */
  get staying(): Lineup {
    if (this.#knowsStaying) return this.#staying;
    const { board, kinds } = this.#scale;
    this.#knowsStaying = true;
    this.#staying.clear();
    for (const unit of board.members[this.#host] as readonly number[]) {
      const isHome = board.home[unit] === this.#host;
      if (isHome && kinds.costOf(unit) !== Infinity) this.#staying.add(unit);
    }
    return this.#staying;
  }
}
