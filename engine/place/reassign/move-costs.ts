import type { ReassignProblem } from "./problem.ts";
import { serviceSizes } from "./rules.ts";

/** The three move costs: per process, per pair of machines, and the service with most moves. */
export class MoveCosts {
  readonly #problem: ReassignProblem;
  /** Per service the number of its processes that are not on their first machine. */
  readonly #moved: Int32Array;
  /** Number of services with as many moved processes as the index says. */
  readonly #histogram: Int32Array;
  #most = 0;
  readonly #leastAway: Float64Array;

  constructor(problem: ReassignProblem) {
    this.#problem = problem;
    this.#moved = serviceSizes(problem);
    const largest = this.#moved.reduce((a, b) => Math.max(a, b), 0);
    this.#histogram = new Int32Array(largest + 1);
    // Nothing is placed at first, so everything counts as moved until it is dropped.
    for (const count of this.#moved) this.#shiftHistogram(count, 1);
    this.#most = largest;
    const cheapest = cheapestLeave(problem);
    this.#leastAway = problem.processMoveCosts.map(
      (cost, process) =>
        problem.weights.process * cost +
        problem.weights.machine * (cheapest[problem.initial[process] as number] as number),
    );
  }

  /** What the busiest service costs while nothing is placed. */
  get empty(): number {
    return this.#problem.weights.service * this.#most;
  }

  /** The least that the process' own move costs wherever it goes. */
  leastAway(process: number): number {
    return this.#leastAway[process] as number;
  }

  /** Cost of a process' own move to the machine, 0 where it began. */
  of(process: number, machine: number): number {
    const { initial, machineCount, machineMoveCosts, processMoveCosts, weights } = this.#problem;
    const home = initial[process] as number;
    const between = machineMoveCosts[home * machineCount + machine] as number;
    const own = machine === home ? 0 : (processMoveCosts[process] as number);
    return weights.process * own + weights.machine * between;
  }

  /** What the three costs change by when the process goes from one machine to another. */
  delta(process: number, from: number, to: number): number {
    const { initial, machineCount, machineMoveCosts, processMoveCosts, weights } = this.#problem;
    const home = initial[process] as number;
    const row = home * machineCount;
    const farther =
      (machineMoveCosts[row + to] as number) - (machineMoveCosts[row + from] as number);
    const between = weights.machine * farther;
    if (from !== home && to !== home) return between;
    const own = weights.process * (processMoveCosts[process] as number);
    if (from === home) return between + own + this.#leaveDelta(process);
    return between - own + this.#returnDelta(process);
  }

  /** What the busiest service costs more when one of its processes leaves its first machine. */
  #leaveDelta(process: number): number {
    const moved = this.#moved[this.#problem.services[process] as number] as number;
    return moved === this.#most ? this.#problem.weights.service : 0;
  }

  #returnDelta(process: number): number {
    const moved = this.#moved[this.#problem.services[process] as number] as number;
    const isAlone = moved === this.#most && this.#histogram[moved] === 1;
    return isAlone ? -this.#problem.weights.service : 0;
  }

  /** Counts the process as away and returns what its costs change by. */
  lift(process: number, machine: number): number {
    const own = this.of(process, machine);
    return machine === this.#problem.initial[process] ? this.#count(process, 1) - own : -own;
  }

  /** Counts the process as on the machine and returns what its costs change by. */
  drop(process: number, machine: number): number {
    const own = this.of(process, machine);
    return machine === this.#problem.initial[process] ? own + this.#count(process, -1) : own;
  }

  #count(process: number, sign: 1 | -1): number {
    const service = this.#problem.services[process] as number;
    const before = this.#moved[service] as number;
    const most = this.#most;
    this.#moved[service] = before + sign;
    this.#shiftHistogram(before, -1);
    this.#shiftHistogram(before + sign, 1);
    if (before + sign > most) this.#most = before + sign;
    if (before === most && sign < 0 && this.#histogram[most] === 0) this.#most = most - 1;
    return this.#problem.weights.service * (this.#most - most);
  }

  #shiftHistogram(index: number, sign: 1 | -1): void {
    this.#histogram[index] = (this.#histogram[index] as number) + sign;
  }
}

/** Per machine the cheapest move from it to another. */
function cheapestLeave({ machineCount, machineMoveCosts }: ReassignProblem): Float64Array {
  return Float64Array.from({ length: machineCount }, (_, from) => {
    let least = Number.POSITIVE_INFINITY;
    for (let to = 0; to < machineCount; to++) {
      const cost = machineMoveCosts[from * machineCount + to] as number;
      if (to !== from && cost < least) least = cost;
    }
    return least;
  });
}
