import type { HomePrices } from "./home-prices.ts";
import { MoveJournal } from "./journal.ts";
import type { SeededRandom } from "../basics/random.ts";
import type { ReassignState } from "./state.ts";

/** At how many machines a displaced process is tried, and how many are looked at in one machine. */
const PLACES_TRIED = 4;
const LOOKED_AT = 96;
const DRAWN = 8;

/**
 * Moves a process onto a machine that is too full for it and finds new places for those it
 * displaces: first until it fits, then as long as that pays. Accepted or taken back as a whole.
 */
export class Ejection {
  readonly #state: ReassignState;
  readonly #random: SeededRandom;
  readonly #onMove: (process: number) => void;
  readonly #journal: MoveJournal;
  readonly #prices: HomePrices;
  /** The cost above which it cannot pay to go on making room. */
  #ceiling = 0;
  #work = 0;

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
    this.#journal = new MoveJournal(state);
  }

  /** Processes and places looked at so far, which is what an ejection takes time for. */
  get work(): number {
    return this.#work;
  }

  /** True when the process is on the machine now, at a cost that rose by at most `limit`. */
  try(process: number, to: number, limit: number): boolean {
    const state = this.#state;
    const from = state.at[process] as number;
    const service = state.problem.services[process] as number;
    if (from === to || !this.#couldFit(process, to)) return false;
    this.#ceiling = this.#total() + limit;
    const journal = this.#journal;
    journal.start();
    journal.lift(process);

    if (this.#parts(service, from, to) && this.#makeRoom(process, from, to)) {
      state.drop(process, to);
      this.#relieve(process, from, to);
      if (this.#total() <= this.#ceiling && journal.rulesHold()) {
        for (let index = 0; index < journal.length; index++) this.#onMove(journal.process(index));
        return true;
      }
    }
    journal.undo();
    return false;
  }

  #total(): number {
    return this.#state.cost + this.#prices.total;
  }

  /** True when the empty machine would hold the process. */
  #couldFit(process: number, machine: number): boolean {
    const { resourceCount, requirements, capacities } = this.#state.problem;
    for (let resource = 0; resource < resourceCount; resource++) {
      const need = requirements[process * resourceCount + resource] as number;
      if (need > (capacities[machine * resourceCount + resource] as number)) return false;
    }
    return true;
  }

  /** Moves a process of the same service out of the way. */
  #parts(service: number, from: number, to: number): boolean {
    const state = this.#state;
    if (state.rules.isFreeOf(service, to)) return true;
    const { services } = state.problem;
    const mate = (state.members[to] as number[]).find((member) => services[member] === service);
    return mate !== undefined && this.#relocate(mate, from, Number.POSITIVE_INFINITY);
  }

  #makeRoom(process: number, from: number, to: number): boolean {
    const state = this.#state;
    if (state.fits(process, to)) return true;
    const members = (state.members[to] as number[]).slice();
    for (let count = 0; count < LOOKED_AT && members.length > 0; count++) {
      const other = this.#takeMostHelpful(members, process, to);
      if (!this.#relocate(other, from, Number.POSITIVE_INFINITY)) continue;
      if (this.#total() > this.#ceiling) return false;
      if (state.fits(process, to)) return true;
    }
    return false;
  }

  /** Takes out of the list, of a few drawn, the one that leaves least of the shortage. */
  #takeMostHelpful(members: number[], process: number, to: number): number {
    let chosen = 0;
    let least = Number.POSITIVE_INFINITY;
    const draws = Math.min(DRAWN, members.length);
    this.#work += draws;
    for (let draw = 0; draw < draws; draw++) {
      const index = this.#random.below(members.length);
      const left = this.#shortageWithout(members[index] as number, process, to);
      if (left >= least) continue;
      least = left;
      chosen = index;
    }
    const member = members[chosen] as number;
    members[chosen] = members[members.length - 1] as number;
    members.pop();
    return member;
  }

  /** Shares of the need that are still missing, and a little for what goes beyond it. */
  #shortageWithout(member: number, process: number, to: number): number {
    const { problem, room } = this.#state;
    const { resourceCount: count, requirements } = problem;
    let sum = 0;
    for (let resource = 0; resource < count; resource++) {
      const need = requirements[process * count + resource] as number;
      const missing = need - (room[to * count + resource] as number);
      const left = missing - (requirements[member * count + resource] as number);
      const scale = 1 + (problem.capacities[to * count + resource] as number);
      if (left > 0) sum += left / scale;
      else if (missing > 0) sum -= (0.2 * left) / scale;
      else sum += (0.2 * (missing - left)) / scale;
    }
    return sum;
  }

  /** Moves on what pays to move on. */
  #relieve(process: number, from: number, to: number): void {
    const state = this.#state;
    const members = (state.members[to] as number[]).slice();
    const count = Math.min(members.length, LOOKED_AT);
    this.#work += count;
    for (let index = 0; index < count; index++) {
      const other = this.#draw(members, index);
      if (other === process) continue;
      const gain = state.leaveDelta(other);
      if (gain < 0) this.#relocate(other, from, -gain);
    }
  }

  /** The next member in random order. */
  #draw(members: number[], index: number): number {
    const chosen = index + this.#random.below(members.length - index);
    const member = members[chosen] as number;
    members[chosen] = members[index] as number;
    members[index] = member;
    return member;
  }

  /** Puts a process where it costs least of the places tried, if that costs less than `limit`. */
  #relocate(process: number, preferred: number, limit: number): boolean {
    const state = this.#state;
    const { initial, machineCount } = state.problem;
    let least = limit;
    let best = -1;
    this.#work += PLACES_TRIED;
    for (let count = 0; count < PLACES_TRIED; count++) {
      const to =
        count === 0
          ? (initial[process] as number)
          : count === 1
            ? preferred
            : this.#random.below(machineCount);
      const cost = this.#costAt(process, to, least);
      if (cost >= least) continue;
      least = cost;
      best = to;
    }
    if (best >= 0) this.#journal.move(process, best);
    return best >= 0;
  }

  #costAt(process: number, to: number, least: number): number {
    const state = this.#state;
    const from = state.at[process] as number;
    const service = state.problem.services[process] as number;
    const never = Number.POSITIVE_INFINITY;
    if (from === to || !state.rules.isFreeOf(service, to)) return never;
    const moving = state.moves.delta(process, from, to) + this.#prices.delta(process, from, to);
    const cost = moving + state.enterDelta(process, to, least - moving);
    if (cost >= least || !state.rules.keepsSpread(service, from, to)) return never;
    return state.rules.keepsDependencies(service, from, to, -1) ? cost : never;
  }
}
