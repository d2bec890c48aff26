import type { SeededRandom } from "../basics/random.ts";
import type { HomePrices } from "./home-prices.ts";
import type { ReassignState } from "./state.ts";

/** True for one accepted and carried out. */
type Tried = boolean;

/**
 * The two elementary moves. Each try asks first what is cheap to ask and rejects most often, and
 * changes the state only when the move is allowed and worsens the cost by at most `limit`.
 */
export class Neighbours {
  readonly #state: ReassignState;
  readonly #random: SeededRandom;
  /** Called with each process just before it leaves its machine. */
  readonly #onMove: (process: number) => void;
  readonly #prices: HomePrices;

  constructor(
    state: ReassignState,
    random: SeededRandom,
    prices: HomePrices,
    onMove: (process: number) => void,
  ) {
    this.#state = state;
    this.#prices = prices;
    this.#random = random;
    this.#onMove = onMove;
  }

  /** Tries one process on a few machines; leaving is judged once for all of them. */
  shiftAny(process: number, tries: number, limit: number): Tried {
    const { at, problem, moves } = this.#state;
    const from = at[process] as number;
    const gain = this.#state.leaveDelta(process);
    const home = problem.initial[process] as number;
    const least = gain + moves.leastAway(process) + this.#prices.away;
    if (from === home && least > limit && problem.balances.length === 0) return false;
    if (from !== home && this.#shift(process, home, limit - gain)) return true;
    for (let count = 0; count < tries; count++) {
      const to = this.#random.below(problem.machineCount);
      if (to !== from && this.#shift(process, to, limit - gain)) return true;
    }
    return false;
  }

  #shift(process: number, to: number, limit: number): Tried {
    const state = this.#state;
    const from = state.at[process] as number;
    const service = state.problem.services[process] as number;
    if (!state.rules.isFreeOf(service, to)) return false;
    const moving = state.moves.delta(process, from, to) + this.#prices.delta(process, from, to);
    const rest = limit - moving;
    if (state.enterDelta(process, to, rest) > rest) return false;
    if (!state.rules.keepsSpread(service, from, to)) return false;
    if (!state.rules.keepsDependencies(service, from, to, -1)) return false;
    this.#onMove(process);
    state.lift(process);
    state.drop(process, to);
    return true;
  }

  /** Tries to let two processes trade machines. */
  swap(one: number, other: number, limit: number): Tried {
    const state = this.#state;
    const from = state.at[one] as number;
    const to = state.at[other] as number;
    if (from === to) return false;
    const load = state.replaceDelta(one, other) + state.replaceDelta(other, one);
    if (load === Number.POSITIVE_INFINITY) return false;
    const moving = state.moves.delta(one, from, to) + state.moves.delta(other, to, from);
    const priced = this.#prices.delta(one, from, to) + this.#prices.delta(other, to, from);
    if (load + moving + priced > limit || !this.#rulesAllowSwap(one, other)) return false;
    this.#onMove(one);
    this.#onMove(other);
    state.lift(one);
    state.lift(other);
    state.drop(one, to);
    state.drop(other, from);
    return true;
  }

  #rulesAllowSwap(one: number, other: number): boolean {
    const { at, problem, rules } = this.#state;
    const from = at[one] as number;
    const to = at[other] as number;
    const first = problem.services[one] as number;
    const second = problem.services[other] as number;
    if (first === second) return true;
    if (!rules.isFreeOf(first, to) || !rules.isFreeOf(second, from)) return false;
    if (!rules.keepsSpread(first, from, to) || !rules.keepsSpread(second, to, from)) return false;
    if (!rules.keepsDependencies(first, from, to, second)) return false;
    return rules.keepsDependencies(second, to, from, first);
  }
}
