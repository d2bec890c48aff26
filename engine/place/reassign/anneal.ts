import { SeededRandom } from "../random.ts";
import { lowerBound } from "./bound.ts";
import type { ReassignProblem } from "./problem.ts";
import { Walk } from "./walk.ts";

/** Moves tried between two questions whether there is more time. */
const CHUNK_STEPS = 2048;
/** The first temperature as a share of what a typical process adds to the load cost. */
const HOTTEST_SHARE = 0.2;
/** Larger problems start cooler by the square root of their size: they have no time for more. */
const PROCESSES_TO_HEAT = 1000;
/** The temperature falls as (1 - time)^3: half the time is spent above an eighth of the first. */
const COOLING_POWER = 3;
/** Share of the time for each trial of a heat, in small problems with transient resources. */
const TRIAL_SHARE = 0.1;
const PROCESSES_FOR_TRIALS = 2000;
/**
 * Heats tried. Too much of it scatters the processes, and what they hold in transient resources
 * where they came from jams the machines; too little leaves large processes where they are.
 */
const HEATS = [1, 0.3];
/** The cooler heat is taken when its gap to the bound is below this share of the hotter one's. */
const CLEARLY_BETTER = 1 / 3;

/**
 * What moved processes hold where they came from is free in the cost, but fills the machines. It
 * is given a price at first, which falls to 0 with the time left.
 */
const HELD_PRICE = 0.2;

export interface AnnealOptions {
  readonly seed: number;
  /** Number of temperatures, those of the trials included. */
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

interface Run extends AnnealOptions {
  readonly problem: ReassignProblem;
  readonly random: SeededRandom;
  /** Grows by one per level. */
  readonly chunks: number[];
}

type Solution = Pick<AnnealResult, "assignment" | "cost">;

/** Improves the initial assignment by simulated annealing over shifts, swaps and ejections. */
export function anneal(problem: ReassignProblem, options: AnnealOptions): AnnealResult {
  const run = { ...options, problem, random: new SeededRandom(options.seed), chunks: [] };
  const hottest = hottestOf(problem);
  const trialLevels = Math.floor(options.levels * TRIAL_SHARE);
  const isSmall = problem.processCount <= PROCESSES_FOR_TRIALS && trialLevels > 1;
  const hasTrials = isSmall && problem.transient.includes(1);
  const trials = hasTrials ? HEATS.map((heat) => cool(run, hottest * heat, trialLevels)) : [];
  const heat = chooseHeat(trials, lowerBound(problem));
  const last = cool(run, hottest * heat, options.levels - trials.length * trialLevels);
  const best = [...trials, last].reduce((a, b) => (b.cost < a.cost ? b : a));
  return { ...best, chunks: run.chunks };
}

function chooseHeat(trials: readonly Solution[], bound: number): number {
  const [hotter, cooler] = trials;
  const [more = 1, less = 1] = HEATS;
  if (hotter === undefined || cooler === undefined) return more;
  return cooler.cost - bound < CLEARLY_BETTER * (hotter.cost - bound) ? less : more;
}

/** Walks from the initial assignment while the temperature falls to 0. */
function cool(run: Run, hottest: number, levels: number): Solution {
  const walk = new Walk(run.problem, run.random);
  for (let level = 0; level < levels; level++) {
    const rest = 1 - level / Math.max(1, levels - 1);
    const temperature = hottest * rest ** COOLING_POWER;
    const index = run.chunks.length;
    let chunk = 0;
    for (; run.more(index, chunk); chunk++) walk.run(CHUNK_STEPS, temperature, HELD_PRICE * rest);
    run.chunks.push(chunk);
  }
  const { assignment, cost } = walk.incumbent;
  return { assignment, cost };
}

/** Hot enough to rearrange a typical process. */
function hottestOf(problem: ReassignProblem): number {
  const { requirements, loadWeights, resourceCount, processCount } = problem;
  let sum = 0;
  for (const [index, amount] of requirements.entries()) {
    sum += amount * (loadWeights[index % resourceCount] as number);
  }
  const mean = sum / Math.max(1, processCount);
  return mean * HOTTEST_SHARE * Math.min(1, Math.sqrt(PROCESSES_TO_HEAT / processCount));
}
