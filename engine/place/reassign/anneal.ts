import { Ejection } from "./ejection.ts";
import { Incumbent } from "./incumbent.ts";
import { Neighbours } from "./neighbours.ts";
import type { ReassignProblem } from "./problem.ts";
import { SeededRandom } from "../random.ts";
import { ReassignState } from "./state.ts";

/** Moves tried between two questions whether there is more time. */
const CHUNK_STEPS = 2048;
/** One move in so many is an ejection: it costs about as much time as the others together. */
const EJECTION_PERIOD = 256;
/** Machines that a process is tried on at once. */
const SHIFT_TRIES = 4;
/** Up to 2^6 processes are compared for the one whose leaving gains most. */
const CONTEST_DOUBLINGS = 7;
/** The coldest temperature, in units of cost: below the least that a move costs. */
const COLDEST = 10;
const HOTTEST_SHARE = 0.2;
const PROCESSES_TO_HEAT = 1000;

export interface AnnealOptions {
  readonly seed: number;
  /** Number of temperatures; the last is 0. */
  readonly levels: number;
  /** Asked before each chunk of moves, so that a clock or a count can end a level. */
  readonly more: (level: number, chunk: number) => boolean;
}

export interface AnnealResult {
  readonly assignment: Int32Array;
  readonly cost: number;
  /** Chunks done at each level: with the same seed and these counts the run repeats exactly. */
  readonly chunks: readonly number[];
}

/** Improves the initial assignment by simulated annealing over shifts, swaps and ejections. */
export function anneal(problem: ReassignProblem, options: AnnealOptions): AnnealResult {
  const walk = new Walk(problem, options.seed);
  const hottest = hottestOf(problem);
  const chunks: number[] = [];
  for (let level = 0; level < options.levels; level++) {
    const share = level / Math.max(1, options.levels - 2);
    const isLast = level === options.levels - 1;
    const temperature = isLast ? 0 : hottest * (COLDEST / hottest) ** share;
    let chunk = 0;
    for (; options.more(level, chunk); chunk++) walk.run(CHUNK_STEPS, temperature);
    chunks.push(chunk);
  }
  const { assignment, cost } = walk.incumbent;
  return { assignment, cost, chunks };
}

/** Hot enough to rearrange a typical process; large problems have no time to start that hot. */
function hottestOf(problem: ReassignProblem): number {
  const { requirements, loadWeights, resourceCount, processCount } = problem;
  let sum = 0;
  for (const [index, amount] of requirements.entries()) {
    sum += amount * (loadWeights[index % resourceCount] as number);
  }
  const mean = sum / Math.max(1, processCount);
  const share = HOTTEST_SHARE * Math.min(1, Math.sqrt(PROCESSES_TO_HEAT / processCount));
  return Math.max(2 * COLDEST, mean * share);
}

class Walk {
  readonly incumbent: Incumbent;
  readonly #state: ReassignState;
  readonly #random: SeededRandom;
  readonly #neighbours: Neighbours;
  readonly #ejection: Ejection;

  constructor(problem: ReassignProblem, seed: number) {
    this.#state = new ReassignState(problem);
    this.#random = new SeededRandom(seed);
    this.incumbent = new Incumbent(this.#state);
    const note = (process: number): void => this.incumbent.note(process);
    this.#neighbours = new Neighbours(this.#state, this.#random, note);
    this.#ejection = new Ejection(this.#state, this.#random, note);
  }

  run(steps: number, temperature: number): void {
    for (let step = 0; step < steps; step++) {
      const limit = temperature * this.#random.exponential();
      if (this.#step(step, limit)) this.incumbent.consider();
    }
  }

  #step(step: number, limit: number): boolean {
    const { processCount, machineCount } = this.#state.problem;
    if (step % EJECTION_PERIOD === 0) {
      const process = this.#contest();
      return this.#ejection.try(process, this.#random.below(machineCount), limit);
    }
    const process = this.#random.below(processCount);
    if ((step & 1) === 1) return this.#neighbours.shiftAny(process, SHIFT_TRIES, limit);
    return this.#neighbours.swap(process, this.#random.below(processCount), limit);
  }

  /** Of some processes drawn the one whose leaving gains most; the number drawn varies. */
  #contest(): number {
    let winner = this.#draw();
    let most = this.#state.leaveDelta(winner);
    for (let count = 1 << this.#random.below(CONTEST_DOUBLINGS); count > 1; count--) {
      const rival = this.#draw();
      const gain = this.#state.leaveDelta(rival);
      if (gain >= most) continue;
      winner = rival;
      most = gain;
    }
    return winner;
  }

  /** Any process, or any of any machine: those on machines with few come up more often. */
  #draw(): number {
    const { members, problem } = this.#state;
    const random = this.#random;
    const machine = members[random.below(problem.machineCount)] as number[];
    const isByMachine = (random.u32() & 1) === 1 && machine.length > 0;
    if (!isByMachine) return random.below(problem.processCount);
    return machine[random.below(machine.length)] as number;
  }
}
