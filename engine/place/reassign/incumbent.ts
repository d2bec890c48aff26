import type { ReassignState } from "./state.ts";

/**
 * The best assignment seen. A search that improves in small steps finds a new best very often, so
 * only the processes that moved since the last one are copied.
 */
export class Incumbent {
  readonly assignment: Int32Array;
  readonly #state: ReassignState;
  /** Processes that moved since the last best, with repeats; too many: copy all. */
  readonly #trail: Int32Array;
  #trailLength = 0;
  #cost: number;

  constructor(state: ReassignState) {
    this.#state = state;
    this.assignment = state.at.slice();
    this.#trail = new Int32Array(state.problem.processCount);
    this.#cost = state.cost;
  }

  /** Forgets all but the assignment that the state has now. */
  restart(): void {
    this.assignment.set(this.#state.at);
    this.#trailLength = 0;
    this.#cost = this.#state.cost;
  }

  get cost(): number {
    return this.#cost;
  }

  /** To be told of every process that moves. */
  note(process: number): void {
    if (this.#trailLength < this.#trail.length) this.#trail[this.#trailLength] = process;
    this.#trailLength++;
  }

  /** Keeps the state's assignment if it is the best. */
  consider(): void {
    const { at, cost } = this.#state;
    if (cost >= this.#cost) return;
    this.#cost = cost;
    if (this.#trailLength > this.#trail.length) this.assignment.set(at);
    else {
      for (let index = 0; index < this.#trailLength; index++) {
        const process = this.#trail[index] as number;
        this.assignment[process] = at[process] as number;
      }
    }
    this.#trailLength = 0;
  }
}
