import { SeededRandom } from "../basics/random.ts";
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
/** Small problems where nothing is held settle while it is warm, so more time is spent there. */
const WARM_COOLING_POWER = 3;
/** The price of what is held falls a little more slowly: by this power of the temperature. */
const PRICE_POWER = 0.675;
/** Share of the time for the trial of each way. */
const TRIAL_SHARE = 0.05;
const SMALL_TRIAL_SHARE = 0.1;
const SMALL_PROCESSES = 2000;
/**
 * Ways to cool. Heat scatters the processes, and what they still hold where they came from jams the
 * machines; too little heat leaves large processes where they are. What is held costs nothing, so
 * it is given a price, in units of load cost, that falls to 0. Many small processes are better tied
 * to where they are, since then that price can be low for the large ones.
 */
const BOLD: Profile = { heat: 1, heldPrice: 0.6, tie: 0, takenBelow: 1 };
const GENTLE: Profile = { heat: 0.3, heldPrice: 3, tie: 0, takenBelow: 1 / 3 };
const TIED: Profile = { heat: 1, heldPrice: 0.2, tie: 2, takenBelow: 1.5 };

/**
 * Chance scatters processes that could as well have stayed, and there are many ways to be away but
 * one to be home. Where move costs are most of what is above the bound, being away is therefore
 * given a price of so many temperatures, more by the level as long as that holds.
 */
const STRONGEST_TIE = 6;
const TIE_STEP = 0.5;
/** The other way where nothing is held. Ties help any walk as short as a trial, hence the half. */
const FIRM: Profile = { heat: 1, heldPrice: 0, tie: STRONGEST_TIE, takenBelow: 0.5 };

interface Profile {
  readonly heat: number;
  readonly heldPrice: number;
  /** The least price of a process that is away, in temperatures. */
  readonly tie: number;
  /** Preferred to the bold way when its gap to the bound is below this many times that one's. */
  readonly takenBelow: number;
}

export interface AnnealOptions {
  readonly seed: number;
  /** Number of temperatures, those of the trials included. */
  readonly levels: number;
  /** Asked before each chunk of moves, so that a clock or a count can end a level. */
  readonly more: (level: number, chunk: number) => boolean;
  /** Told after a level of an assignment that is better than all before, so that it can be kept. */
  readonly onBetter?: (assignment: Int32Array) => void;
}

interface Assignment {
  /** Per process its machine. */
  readonly assignment: Int32Array;
  readonly cost: number;
}

export interface AnnealResult extends Assignment {
  readonly initialCost: number;
  /** No assignment costs less. */
  readonly bound: number;
  /** Chunks done at each level: with the same seed and these counts the run repeats exactly. */
  readonly chunks: readonly number[];
}

interface Run extends AnnealOptions {
  readonly problem: ReassignProblem;
  /** One for all ways: it begins anew for each. */
  readonly walk: Walk;
  readonly hottest: number;
  readonly bound: number;
  /** Grows by one per level. */
  readonly chunks: number[];
  best: Assignment;
}

interface Trial {
  readonly profile: Profile;
  readonly cost: number;
}

/** Improves the initial assignment by simulated annealing over shifts, swaps and ejections. */
export function anneal(problem: ReassignProblem, options: AnnealOptions): AnnealResult {
  const bound = lowerBound(problem);
  const walk = new Walk(problem, new SeededRandom(options.seed));
  const initialCost = walk.cost;
  const best = { assignment: problem.initial, cost: initialCost };
  const run: Run = {
    ...options,
    problem,
    walk,
    hottest: hottestOf(problem),
    bound,
    chunks: [],
    best,
  };
  const { ways, share } = trialsFor(problem);
  const trialLevels = Math.floor(options.levels * share);
  const trials = trialLevels > 1 ? ways.map((way) => cool(run, way, trialLevels)) : [];
  cool(run, chooseProfile(trials, bound), options.levels - trials.length * trialLevels);
  return { ...run.best, initialCost, bound, chunks: run.chunks };
}

const isSmall = ({ processCount }: ReassignProblem): boolean => processCount <= SMALL_PROCESSES;

function trialsFor(problem: ReassignProblem) {
  if (!problem.transient.includes(1)) return { ways: [BOLD, FIRM], share: TRIAL_SHARE };
  if (isSmall(problem)) return { ways: [BOLD, GENTLE], share: SMALL_TRIAL_SHARE };
  return { ways: [BOLD, TIED], share: TRIAL_SHARE };
}

function chooseProfile([bold, other]: readonly Trial[], bound: number): Profile {
  if (bold === undefined || other === undefined) return BOLD;
  const limit = other.profile.takenBelow * (bold.cost - bound);
  return other.cost - bound < limit ? other.profile : BOLD;
}

/** Walks from the initial assignment while the temperature falls to 0. */
function cool(run: Run, profile: Profile, levels: number): Trial {
  const { walk } = run;
  walk.restart();
  const isWarm = isSmall(run.problem) && !run.problem.transient.includes(1);
  const power = isWarm ? WARM_COOLING_POWER : COOLING_POWER;
  let tie = profile.tie;
  for (let level = 0; level < levels; level++) {
    const rest = 1 - level / Math.max(1, levels - 1);
    const temperature = run.hottest * profile.heat * rest ** power;
    walk.prices.held = profile.heldPrice * rest ** (power * PRICE_POWER);
    walk.prices.away = tie * temperature;
    const index = run.chunks.length;
    let chunk = 0;
    for (; run.more(index, chunk); chunk++) walk.run(CHUNK_STEPS, temperature);
    run.chunks.push(chunk);
    keepBest(run);
    const isMostlyMoves = 2 * walk.moveCost > walk.cost - run.bound;
    const change = isMostlyMoves ? TIE_STEP : -TIE_STEP;
    tie = Math.min(STRONGEST_TIE, Math.max(profile.tie, tie + change));
  }
  return { profile, cost: walk.incumbent.cost };
}

function keepBest(run: Run): void {
  const { assignment, cost } = run.walk.incumbent;
  if (cost >= run.best.cost) return;
  run.best = { assignment: assignment.slice(), cost };
  run.onBetter?.(run.best.assignment);
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
