import type { Move } from "../../../../engine/model/placement.ts";
import type { Plan } from "./execute.ts";
import type { Place, Places } from "./places.ts";
import { WorldCheck } from "./world-check.ts";

/** Sets of moves that one search looks at before it gives up. */
const EFFORT = 20_000;
/** Moves beyond which nothing is searched: sets of them are bits of a number. */
const MOVES_MAX = 30;

/** What is known after some rounds: which moves have ended, as bits. */
type Done = number;

/**
 * A number of rounds that no order of the moves of a plan can be below when all take equally long:
 * at least `bound`, which is known to be one, at most `made`. Looks at all ways to make the moves
 * in rounds in which the checker finds nothing wrong, and at more: what some move waits for to end
 * is gone before, newcomers come after, and the moves of a round set out in the order that is best
 * for each. A search that takes too long proves nothing beyond what it has found so far.
 */
export function fewestRounds(plan: Plan, bound: number, made: number): number {
  if (bound >= made || plan.order.moves.length > MOVES_MAX) return bound;
  const search = new Search(plan);
  for (let rounds = bound; rounds < made; rounds++) {
    if (search.isEnough(rounds)) return rounds;
  }
  return made;
}

class Search {
  readonly #plan: Plan;
  readonly #check: WorldCheck;
  readonly #moves: readonly Move[];
  readonly #slots: number;
  readonly #hosts: readonly string[];
  readonly #lost: ReadonlySet<string>;
  /** What the plan ends, but no move waits for. */
  readonly #remaining: Plan["leaving"];
  /** By move, the bit of the first half of its way. */
  readonly #before: readonly number[];
  /** Rounds that are too few to make what is left, by what is done. */
  readonly #tooFew = new Map<Done, number>();
  readonly #ready = new Map<Done, readonly number[]>();
  #effort = EFFORT;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#check = new WorldCheck(plan.problem);
    this.#moves = plan.order.moves;
    this.#slots = plan.problem.migration?.movesPerHostMax ?? 4;
    this.#hosts = [...new Set(this.#moves.flatMap(({ from, to }) => [from, to]))];
    this.#lost = new Set(
      plan.problem.hosts.flatMap(({ name, connection }) =>
        connection === "disconnected" ? [name] : [],
      ),
    );
    const awaited = new Set(this.#moves.flatMap(({ afterGone = [] }) => afterGone));
    this.#remaining = plan.leaving.filter(({ key }) => !awaited.has(key));
    this.#before = this.#moves.map(({ key }, position) => {
      const first = this.#moves.findIndex((other) => other.key === key);
      return first < position ? 1 << first : 0;
    });
  }

  /** False when so many rounds are too few; true also when that was not found out. */
  isEnough(rounds: number): boolean {
    return this.#canFinish(0, rounds);
  }

  #canFinish(done: Done, rounds: number): boolean {
    const left = this.#all & ~done;
    if (left === 0) return true;
    if (rounds <= (this.#tooFew.get(done) ?? 0)) return false;
    const canFinish = this.#isWithinSlots(left, rounds) && this.#tryRounds(done, rounds);
    if (!canFinish) this.#tooFew.set(done, rounds);
    return canFinish;
  }

  /** Tries every set of moves as the next round, large ones first. */
  #tryRounds(done: Done, rounds: number): boolean {
    const ready = this.#readyAfter(done);
    const left = this.#all & ~done;
    if (rounds === 1) {
      const isAll = ready.reduce((set, position) => set | (1 << position), 0) === left;
      return isAll && this.#isRound(left, done);
    }
    const tryWith = (set: number, index: number): boolean => {
      if (this.#effort-- <= 0) return true;
      const position = ready[index];
      if (position === undefined) return set !== 0 && this.#canFinish(done | set, rounds - 1);
      const more = set | (1 << position);
      if (this.#isRound(more, done) && tryWith(more, index + 1)) return true;
      return tryWith(set, index + 1);
    };
    return tryWith(0, 0);
  }

  get #all(): number {
    return 2 ** this.#moves.length - 1;
  }

  #isWithinSlots(set: number, rounds: number): boolean {
    return this.#hosts.every((host) => {
      if (this.#lost.has(host)) return true;
      const parts = this.#in(set).filter(({ from, to }) => from === host || to === host);
      return parts.length <= rounds * this.#slots;
    });
  }

  #in(set: number): readonly Move[] {
    return this.#moves.filter((_move, position) => (set & (1 << position)) !== 0);
  }

  /** Moves that can set out when these have ended and nothing is on its way. */
  #readyAfter(done: Done): readonly number[] {
    const known = this.#ready.get(done);
    if (known !== undefined) return known;
    const places = this.#placesAfter(done, 0);
    const ready = [...this.#moves.keys()].filter((position) => {
      const before = this.#before[position] ?? 0;
      const isLeft = (done & (1 << position)) === 0 && (done & before) === before;
      return isLeft && this.#maySetOut(position, places);
    });
    this.#ready.set(done, ready);
    return ready;
  }

  #maySetOut(position: number, places: Places): boolean {
    const move = this.#moves[position];
    const workload = move === undefined ? undefined : places.get(move.key)?.workload;
    if (move === undefined || workload === undefined) return false;
    const refusal = this.#check.refusal(move.key, workload, move.to, places);
    if (refusal === undefined) return true;
    const { leaving, arriving, order } = this.#plan;
    const isAlone = refusal.startsWith("alone");
    if (isAlone && order.parted.length > 0) return true;
    // Who comes or ends may do so in between, and be company or even something out.
    return (isAlone || refusal.startsWith("skew")) && leaving.length + arriving.size > 0;
  }

  /** True when all of a set fit on their hosts at once, beside what is there. */
  #isRound(set: number, done: Done): boolean {
    if (!this.#isWithinSlots(set, 1)) return false;
    const places = this.#placesAfter(done, set);
    return this.#in(set).every((move) => this.#fits(move, places));
  }

  #fits({ key, to }: Move, places: Places): boolean {
    const own = places.get(key);
    if (own === undefined) return false;
    const others = [...places.values()].filter((place) => place !== own);
    return (
      this.#check.hasRoom(own.workload, to, others) &&
      others.every((other) => this.#check.isApart(own.workload, to, other))
    );
  }

  /** Where everything is when these have ended and those are on their way. */
  #placesAfter(done: Done, going: number): Places {
    const places = new Map<string, Place>();
    for (const workload of this.#plan.running) {
      places.set(workload.key, { workload, at: workload.at ?? "" });
    }
    for (const workload of this.#remaining) {
      places.set(`ending ${workload.key}`, { workload, at: workload.at ?? "" });
    }
    this.#moves.forEach(({ key, to }, position) => {
      const place = places.get(key);
      if (place === undefined) return;
      if ((done & (1 << position)) !== 0) places.set(key, { ...place, at: to });
      else if ((going & (1 << position)) !== 0) places.set(key, { ...place, to });
    });
    return places;
  }
}
