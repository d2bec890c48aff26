import type { ReassignState } from "./state.ts";

/**
 * What being away from the first machine counts in a search besides its cost. Chance alone scatters
 * processes that could as well have stayed, and what they still hold where they came from jams the
 * machines.
 */
export class HomePrices {
  readonly #state: ReassignState;
  /** Per process that is away. */
  away = 0;
  /** Per unit, at load weights, of what those processes still hold. */
  held = 0;

  constructor(state: ReassignState) {
    this.#state = state;
  }

  /** By how much the total changes when the process goes from one machine to another. */
  delta(process: number, from: number, to: number): number {
    const home = this.#state.problem.initial[process] as number;
    if (from !== home && to !== home) return 0;
    const price = this.away + this.held * this.#state.heldBy(process);
    return from === home ? price : -price;
  }

  get total(): number {
    return this.away * this.#state.away.length + this.held * this.#state.held;
  }
}
