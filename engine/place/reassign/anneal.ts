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
/** The temperature falls as (1 - time)^4: half the time is spent above a sixteenth of the first. */
const COOLING_POWER = 4;
/** The price of what is held falls a little more slowly than the temperature. */
const PRICE_POWER = 2.7;
/** Share of the time for the trial of each way, in small problems with transient resources. */
const TRIAL_SHARE = 0.1;
const PROCESSES_FOR_TRIALS = 2000;
/**
 * Two ways to cool. Heat scatters the processes, and what they still hold where they came from jams
 * the machines; too little heat leaves large processes where they are. What is held costs nothing,
 * so it is given a price, in units of load cost, that falls to 0.
 */
const BOLD: Profile = { heat: 1, heldPrice: 0.6 };
const GENTLE: Profile = { heat: 0.3, heldPrice: 3 };
/** The gentle way is taken when its gap to the bound is below this share of the bold one's. */
const CLEARLY_BETTER = 1 / 3;

interface Profile {
  readonly heat: number;
  readonly heldPrice: number;
}

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
  readonly hottest: number;
  /** Grows by one per level. */
  readonly chunks: number[];
}

type Solution = Pick<AnnealResult, "assignment" | "cost">;

/** Improves the initial assignment by simulated annealing over shifts, swaps and ejections. */
export function anneal(problem: ReassignProblem, options: AnnealOptions): AnnealResult {
  const random = new SeededRandom(options.seed);
  const run = { ...options, problem, random, hottest: hottestOf(problem), chunks: [] };
  const trialLevels = Math.floor(options.levels * TRIAL_SHARE);
  const isSmall = problem.processCount <= PROCESSES_FOR_TRIALS && trialLevels > 1;
  const hasTrials = isSmall && problem.transient.includes(1);
  const trials = (hasTrials ? [BOLD, GENTLE] : []).map((way) => cool(run, way, trialLevels));
  const profile = chooseProfile(trials, lowerBound(problem));
  const last = cool(run, profile, options.levels - trials.length * trialLevels);
  const best = [...trials, last].reduce((a, b) => (b.cost < a.cost ? b : a));
  return { ...best, chunks: run.chunks };
}

function chooseProfile([bold, gentle]: readonly Solution[], bound: number): Profile {
  if (bold === undefined || gentle === undefined) return BOLD;
  const isClear = gentle.cost - bound < CLEARLY_BETTER * (bold.cost - bound);
  return isClear ? GENTLE : BOLD;
}

/** Walks from the initial assignment while the temperature falls to 0. */
function cool(run: Run, { heat, heldPrice }: Profile, levels: number): Solution {
  const walk = new Walk(run.problem, run.random);
  for (let level = 0; level < levels; level++) {
    const rest = 1 - level / Math.max(1, levels - 1);
    const temperature = run.hottest * heat * rest ** COOLING_POWER;
    const index = run.chunks.length;
    let chunk = 0;
    const price = heldPrice * rest ** PRICE_POWER;
    for (; run.more(index, chunk); chunk++) walk.run(CHUNK_STEPS, temperature, price);
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
