import type { SeededRandom } from "../basics/random.ts";
import { BySize } from "./by-size.ts";
import { Ejection } from "./ejection.ts";
import { HomePrices } from "./home-prices.ts";
import { Incumbent } from "./incumbent.ts";
import { Neighbours } from "./neighbours.ts";
import type { ReassignProblem } from "./problem.ts";
import { ReassignState } from "./state.ts";

/**
 * Processes and places that ejections look at for each small move, which gives them two thirds of
 * the time however many processes a machine has. The large ones hardly ever move without them.
 */
const WORK_PER_MOVE = 6;
/** Machines that a process is tried on at once. */
const SHIFT_TRIES = 4;
/** Up to 2^6 processes are compared for the one whose leaving gains most. */
const CONTEST_DOUBLINGS = 7;

/** True for a move that was accepted and carried out. */
type Tried = boolean;

/** Quantiles of the exponential distribution with mean 1: quicker than a logarithm each time. */
const LIMITS = Float64Array.from({ length: 4096 }, (_, index) => -Math.log((index + 0.5) / 4096));

/** A random walk from the initial assignment over shifts, swaps and ejections. */
export class Walk {
  readonly incumbent: Incumbent;
  readonly prices: HomePrices;
  readonly #state: ReassignState;
  readonly #random: SeededRandom;
  readonly #neighbours: Neighbours;
  readonly #ejection: Ejection;
  readonly #bySize: BySize;
  /** Small moves to make before the next ejection. */
  #movesToEjection = 0;
  /** Goes round the four kinds of small moves. */
  #turn = 0;

  constructor(problem: ReassignProblem, random: SeededRandom) {
    this.#state = new ReassignState(problem);
    this.#random = random;
    this.#bySize = new BySize(problem, random);
    this.incumbent = new Incumbent(this.#state);
    const note = (process: number): void => this.incumbent.note(process);
    this.prices = new HomePrices(this.#state);
    this.#neighbours = new Neighbours(this.#state, random, this.prices, note);
    this.#ejection = new Ejection(this.#state, random, this.prices, note);
  }

  /** Takes everything back to how it was at first, only chance goes on. */
  restart(): void {
    this.#state.returnAll();
    this.incumbent.restart();
    this.#movesToEjection = 0;
    this.#turn = 0;
  }

  get cost(): number {
    return this.#state.cost;
  }

  /** The share of the cost that the moves cause. */
  get moveCost(): number {
    return this.#state.moveCost;
  }

  /** Tries so many moves; how much worse one may be is drawn, with the temperature as its mean. */
  run(steps: number, temperature: number): void {
    for (let step = 0; step < steps; step++) {
      const limit = temperature * (LIMITS[this.#random.below(LIMITS.length)] as number);
      if (this.#step(limit)) this.incumbent.consider();
    }
  }

  #step(limit: number): Tried {
    if (this.#movesToEjection <= 0) return this.#eject(limit);
    this.#movesToEjection--;
    this.#turn = (this.#turn + 1) & 3;
    const isAny = this.#turn < 2;
    const process = isAny ? this.#any() : this.#bySize.large();
    if ((this.#turn & 1) === 1) return this.#neighbours.shiftAny(process, SHIFT_TRIES, limit);
    return this.#neighbours.swap(process, this.#partner(process), limit);
  }

  /** Any process, three times of four one of those that are away: these are few late on. */
  #any(): number {
    const { away, problem } = this.#state;
    const isAway = (this.#random.u32() & 3) > 0 && away.length > 0;
    if (!isAway) return this.#random.below(problem.processCount);
    return away[this.#random.below(away.length)] as number;
  }

  #eject(limit: number): Tried {
    const { initial, machineCount } = this.#state.problem;
    const process = this.#contest();
    const home = initial[process] as number;
    const to = this.#isHoming(process) ? home : this.#random.below(machineCount);
    const before = this.#ejection.work;
    const isDone = this.#ejection.try(process, to, limit);
    this.#movesToEjection = 1 + (this.#ejection.work - before) / WORK_PER_MOVE;
    return isDone;
  }

  /** One time in four a process that is away looks home, where it would cost nothing to be. */
  #isHoming(process: number): boolean {
    const { at, problem } = this.#state;
    return at[process] !== problem.initial[process] && (this.#random.u32() & 3) === 0;
  }

  /** One to trade machines with: one that is where the process came from, or one of its size. */
  #partner(process: number): number {
    const { members, problem } = this.#state;
    const there = members[problem.initial[process] as number] as number[];
    if (there.length === 0 || !this.#isHoming(process)) return this.#bySize.alike(process);
    return there[this.#random.below(there.length)] as number;
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
