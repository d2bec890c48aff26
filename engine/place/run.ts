import type { Decision, Fix, PlacementProblem, PlacementResult } from "../model/placement.ts";
import { degradations } from "./admission/degradation.ts";
import { refuseByTrial } from "./admission/over-admitted.ts";
import { resilienceOf } from "./admission/resilience.ts";
import { peakProof } from "./outcome/bounds.ts";
import { ruleConflicts } from "./outcome/conflicts.ts";
import type { Run } from "./deciding/deciding.ts";
import { DecisionLog } from "./deciding/decision-log.ts";
import { Desks } from "./deciding/desk.ts";
import { Drafts } from "./deciding/drafts.ts";
import { withFixes } from "./fixes/offer.ts";
import { type Contentment, contentment } from "./pools/happiness.ts";
import { Ledger } from "./ledger/ledger.ts";
import { usesOf, outlooksOf } from "./outcome/outlook.ts";
import { Past } from "./deciding/past.ts";
import { polishPeak } from "./deciding/polish.ts";
import { decideByPortfolio } from "./rescue/portfolio.ts";
import { rescueFailed } from "./rescue/rescue-failed.ts";
import { mayRescue } from "./rescue/rescue.ts";
import { type Doubts, doubtsOf, type Replay } from "./fixes/scene.ts";
import type { Decided } from "./deciding/settled.ts";
import { enrolLeaving, seatLeaving, settle } from "./deciding/seating.ts";
import { brokenWishes } from "./outcome/should-rules.ts";
import { SeatRegister } from "./deciding/seat-register.ts";
import type { Search } from "./standing/standing.ts";
import { HostVerdictCache } from "./judging/verdict.ts";
import type { Waiting } from "./deciding/waiting.ts";

/** Classes whose rules are looked at for conflicts. */
const CONFLICTS_MAX = 32;

/** Places everything that waits; `search` exists for tests, both ways give the same answer. */
export function runPlacement(problem: PlacementProblem, search: Search): PlacementResult {
  return settlePlacement(problem, search).result;
}

/**
 * As `runPlacement`, with the ledger as it is afterwards. Where it is not the last asking, and
 * somebody gets a host so that another one follows, nobody reads what would help the others.
 */
export function settlePlacement(problem: PlacementProblem, search: Search, isLast = true): Decided {
  const run = openRun(problem, search);
  enrolLeaving(problem.leaving ?? [], run.ledger);
  const waiting = settle(problem.workloads, { ledger: run.ledger, placed: run.register });
  const leaving = seatLeaving(problem.leaving ?? [], run.ledger);
  const before = usesOf(run.ledger);
  const contentBefore = contentmentOf(run);
  const isSettled = waiting.length === 0 && leaving.length === 0;
  for (const { workloadClass, host } of leaving) run.ledger.add(workloadClass, host, -1);
  const findings = decideAll(run, waiting, isLast);
  if (run.rescued.moves.length + run.rescued.preempted.length === 0) polishPeak(run);
  const contentAfter = isSettled ? contentBefore : contentmentOf(run);
  const result: PlacementResult = {
    algorithm: "drs-like/1",
    decisions: run.drafts,
    hosts: outlooksOf(run.ledger, before),
    scoreBefore: contentBefore.mean,
    scoreAfter: contentAfter.mean,
    resilience: resilienceOf(run.ledger, run.register),
    proof: peakProof(run.ledger),
    happiness: { before: contentBefore.bins, after: contentAfter.bins },
    ...run.rescued,
    findings: [
      ...findings,
      ...degradations(run.ledger),
      ...brokenWishes(run.ledger, waiting, () => run.placed),
    ],
  };
  return {
    result,
    unplaced: run.drafts.unplaced,
    isTold: run.isTold,
    ledger: run.ledger,
    get seats() {
      return run.placed;
    },
  };
}

/** Workloads and hosts of which plans are made, at most, to see what edits do. */
const EFFORT = 50_000;

/** A run in which nothing is placed yet. */
export function openRun(
  problem: PlacementProblem,
  search: Search,
  { replay, doubts }: Partial<Pick<Run, "replay" | "doubts">> = {},
): Run {
  const ledger = new Ledger(problem);
  const cache = new HostVerdictCache();
  const log = new DecisionLog(ledger, new Past(ledger));
  const register = new SeatRegister();
  const desks = new Desks({ ledger, cache, log, limits: problem.limits, search });
  return {
    problem,
    ledger,
    cache,
    desks,
    log,
    hostGates: new Map(),
    recurring: new Set(),
    register,
    get placed() {
      return register.all();
    },
    drafts: new Drafts(log),
    preference: "scarce",
    rescued: { moves: [], preempted: [], power: [] },
    get doubts() {
      return doubts ?? doubtsIn({ problem, ledger });
    },
    effort: { left: EFFORT },
    replay: replay ?? ((other) => hostsOf(runPlacement(other, search))),
    onWake: () => {
      cache.clear();
      desks.clear();
    },
    isTold: false,
    moved: 0,
    lifted: new Set(),
  };
}

/** Failures that are tried take hosts back; balance makes room, as those do who move or end. */
function doubtsIn(world: Pick<Run, "problem" | "ledger">): Doubts {
  const { problem, ledger } = world;
  if (ledger.clusters.some(({ policy }) => policy?.admission?.kind === "simulation")) return "any";
  return problem.balance !== undefined || mayRescue(world) ? "no" : "none";
}

/** Makes a whole plan. */
type Plan = (problem: PlacementProblem) => PlacementResult;

/** The host of each that was decided about, by key. */
const hostsOf = ({ decisions }: PlacementResult): ReturnType<Replay> =>
  new Map(decisions.map(({ key, chosen }) => [key, chosen]));

/** What would help some of those that wait, by key; `plan` tells what comes of an edit. */
export function advise(
  problem: PlacementProblem,
  open: readonly Decision[],
  { plan, isCut }: { readonly plan: Plan; readonly isCut: boolean },
): ReadonlyMap<string, readonly Fix[]> {
  const run = openRun(problem, "fast", {
    replay: (other) => hostsOf(plan(other)),
    ...(isCut ? { doubts: "any" } : {}),
  });
  const waiting = settle(problem.workloads, { ledger: run.ledger, placed: run.register });
  const drafts = new Map(open.map((decision) => [decision.key, decision]));
  const failed = [...waiting].flatMap((member) => {
    const draft = drafts.get(member.workload.key);
    return draft === undefined ? [] : [{ member, draft }];
  });
  return new Map(withFixes(run, failed).map(({ key, fixes }) => [key, fixes]));
}

/** Seats whoever is somewhere and decides about those that wait. */
export function settleAll(run: Run): void {
  decideAll(run, settle(run.problem.workloads, { ledger: run.ledger, placed: run.register }));
}

/** Decides about everybody, then makes room for whoever is left, then says what would help. */
export function decideAll(run: Run, waiting: Waiting, isLast = true): PlacementResult["findings"] {
  for (const each of [run.ledger, run.log, run.drafts]) each.expect(waiting.length);
  const unplaced = decideByPortfolio(run, waiting);
  const refused = refuseByTrial(run, waiting);
  const failed = rescueFailed(run, unplaced);
  // What only a plan can tell is told once the whole plan is there.
  run.isTold =
    failed.length > 0 && (isLast || (run.drafts.length === 0 && doubtsOf(run) === "none"));
  const told = run.isTold ? withFixes(run, failed) : failed.map(({ draft }) => draft);
  for (const draft of [...told, ...refused]) run.drafts.push(draft);
  const classes = new Set(failed.map(({ member }) => member.workloadClass));
  return ruleConflicts([...classes].slice(0, CONFLICTS_MAX), run.ledger);
}

const contentmentOf = ({ ledger, register }: Run): Contentment =>
  contentment(ledger, register.size, () => register.all().values());
