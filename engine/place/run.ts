import type { Fix, PlacementProblem, PlacementResult } from "../model/placement.ts";
import { degradations } from "./admission/degradation.ts";
import { isAdmittedByTrial, refuseByTrial } from "./admission/over-admitted.ts";
import { resilienceOf } from "./admission/resilience.ts";
import { peakProof } from "./bounds.ts";
import type { WorkloadClass } from "./classes.ts";
import { ruleConflicts } from "./conflicts.ts";
import { type Draft, numbered, unplacedDraft } from "./decision.ts";
import { DecisionLog, PlacedDecision } from "./decision-log.ts";
import { Desks } from "./desk.ts";
import { gangFixes } from "./fixes/gang.ts";
import { fixesFor, type FixWorld, remediesFor } from "./fixes.ts";
import { type Gate, hostGate, poolGate } from "./gates.ts";
import { type Contentment, contentment } from "./happiness.ts";
import { Ledger } from "./ledger.ts";
import { type Batch, orderBatches, type Pending, sortedByKey } from "./order.ts";
import { usesOf, outlooksOf } from "./outlook.ts";
import { whatIf } from "./overlay.ts";
import { Past } from "./past.ts";
import { type Failure, gangFailures, type Troop, troopsOf } from "./rescue/gangs.ts";
import { mayRescue, Rescue, type Rescued } from "./rescue/rescue.ts";
import type { Settled } from "./settled.ts";
import { type Seat, seatLeaving, settle } from "./seating.ts";
import { SeatRegister } from "./seat-register.ts";
import type { Search } from "./standing.ts";
import { HostVerdictCache } from "./verdict.ts";

/** Rounds over workloads whose verdict may change once others have a host (affinity, spread). */
const ROUNDS_MAX = 4;

/** Classes for which fixes are looked for; the rest of a large failure looks much the same. */
const FIXED_CLASSES_MAX = 32;

/** The state of one run: the ledger, who is where, and what was decided in which order. */
interface Run {
  readonly problem: PlacementProblem;
  readonly ledger: Ledger;
  readonly cache: HostVerdictCache;
  readonly desks: Desks;
  readonly hostGates: Map<WorkloadClass, Gate | undefined>;
  /** Classes that come in more than one batch. */
  readonly recurring: Set<WorkloadClass>;
  readonly register: SeatRegister;
  /** Class and host of everything placed, by key. */
  readonly placed: ReadonlyMap<string, Seat>;
  readonly drafts: Draft[];
  /** What was done to make room for those that had found none. */
  rescued: Rescued;
  readonly mayRescue: boolean;
  readonly replay: FixWorld["replay"];
  /** Forgets what was known of a host that now runs. */
  readonly onWake: () => void;
  /** Workloads that found another host than the one they had. */
  moved: number;
}

/** Places everything that waits; `search` exists for tests, both ways give the same answer. */
export function runPlacement(problem: PlacementProblem, search: Search): PlacementResult {
  return settlePlacement(problem, search).result;
}

/** As `runPlacement`, with the ledger as it is afterwards. */
export function settlePlacement(problem: PlacementProblem, search: Search): Settled {
  const run = openRun(problem, search);
  // Whoever is counted has to know all others, also those that are on their way out.
  for (const each of problem.leaving ?? []) run.ledger.classes.classOf(each);
  const pending = settle(problem.workloads, { ledger: run.ledger, placed: run.register });
  const leaving = seatLeaving(problem.leaving ?? [], run.ledger);
  const before = usesOf(run.ledger);
  const contentBefore = contentmentOf(run);
  const isSettled = pending.length === 0 && leaving.length === 0;
  for (const { workloadClass, host } of leaving) run.ledger.add(workloadClass, host, -1);
  const findings = decideAll(run, pending);
  const contentAfter = isSettled ? contentBefore : contentmentOf(run);
  const result: PlacementResult = {
    algorithm: "drs-like/1",
    decisions: numbered(run.drafts),
    hosts: outlooksOf(run.ledger, before),
    scoreBefore: contentBefore.mean,
    scoreAfter: contentAfter.mean,
    resilience: resilienceOf(run.ledger, run.register),
    proof: peakProof(run.ledger),
    happiness: { before: contentBefore.bins, after: contentAfter.bins },
    ...run.rescued,
    findings: [...findings, ...degradations(run.ledger)],
  };
  return {
    result,
    ledger: run.ledger,
    get seats() {
      return run.placed;
    },
  };
}

function openRun(problem: PlacementProblem, search: Search): Run {
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
    hostGates: new Map(),
    recurring: new Set(),
    register,
    get placed() {
      return register.all();
    },
    drafts: [],
    rescued: { moves: [], preempted: [], power: [] },
    get mayRescue() {
      return mayRescue({ problem, ledger });
    },
    replay: (other) => {
      const { decisions } = runPlacement(other, search);
      return new Map(decisions.map(({ key, chosen }) => [key, chosen]));
    },
    onWake: () => {
      cache.clear();
      desks.clear();
    },
    moved: 0,
  };
}

/** Decides round by round; those that found nothing are asked again while others still move. */
function decideAll(run: Run, pending: readonly Pending[]): PlacementResult["findings"] {
  let waiting = pending;
  let failed: readonly Failure[] = [];
  for (let round = 0; round < ROUNDS_MAX && waiting.length > 0; round++) {
    const seatedBefore = run.drafts.length;
    const movedBefore = run.moved;
    failed = troopsOf(waiting).flatMap((troop) => decideTroop(run, troop));
    const mayHelp = run.moved > movedBefore || failed.some(({ draft }) => mayChange(draft));
    if (run.drafts.length === seatedBefore || !mayHelp) break;
    waiting = failed.map(({ member }) => member);
  }
  const refused = refuseByTrial(run, pending);
  failed = rescueFailed(run, failed);
  run.drafts.push(...withFixes(run, failed), ...refused);
  const unplaced = new Set(failed.map(({ member }) => member.workloadClass));
  return ruleConflicts([...unplaced].slice(0, FIXED_CLASSES_MAX), run.ledger);
}

/** Decides about a troop and returns who found none: of a gang either nobody or everybody. */
function decideTroop(run: Run, troop: Troop): readonly Failure[] {
  if (troop.gang === undefined) return decideOnce(run, troop.members);
  const point = pointOf(run);
  const failed = decideTogether(run, troop.members);
  if (failed.length === 0) return failed;
  takeBack(run, troop.members, point);
  return gangFailures(troop, failed, run.ledger.hosts.length);
}

/** Members may wait for one another, as those do that want to be near each other. */
function decideTogether(run: Run, members: readonly Pending[]): readonly Failure[] {
  let failed = decideOnce(run, members);
  for (let left = members.length; failed.length > 0 && failed.length < left; ) {
    left = failed.length;
    failed = decideOnce(
      run,
      failed.map(({ member }) => member),
    );
  }
  return failed;
}

function decideOnce(run: Run, members: readonly Pending[]): readonly Failure[] {
  const failed: Failure[] = [];
  const batches = orderBatches(sortedByKey(members), run.ledger, (item) => countHosts(run, item));
  noteRecurring(run, batches);
  for (const batch of batches) {
    decideBatch(run, batch, (member, draft) => failed.push({ member, draft }));
  }
  return failed;
}

interface Point {
  readonly ledger: number;
  readonly drafts: number;
}

const pointOf = ({ ledger, drafts }: Run): Point => ({
  ledger: ledger.mark(),
  drafts: drafts.length,
});

/** Undoes what was decided about some workloads since a point, and nothing else. */
function takeBack(run: Run, members: readonly Pending[], point: Point): void {
  run.ledger.rollback(point.ledger);
  run.drafts.length = point.drafts;
  const seats = run.register.all();
  for (const { workload, seat } of members) {
    if (seat === undefined) seats.delete(workload.key);
    else seats.set(workload.key, seat);
  }
}

/**
 * Makes room for those that found none, in the order in which they were decided; who then gets a
 * host is decided about like anyone else. Returns who is left.
 */
function rescueFailed(run: Run, failed: readonly Failure[]): readonly Failure[] {
  const byMember = new Map(failed.map((failure) => [failure.member, failure]));
  const rescue = new Rescue(run, [...byMember.keys()]);
  const left = troopsOf([...byMember.keys()]).flatMap(({ gang, members }) => {
    if (gang === undefined) return members.filter((member) => !isRescued(run, rescue, member));
    const point = pointOf(run);
    const mark = rescue.mark();
    if (members.every((member) => isRescued(run, rescue, member))) return [];
    takeBack(run, members, point);
    rescue.rollback(mark);
    return members;
  });
  // Room that was made or given back for some may do for others.
  const mayFit = rescue.hasHelped || left.some(({ workload }) => workload.gang !== undefined);
  const still = left.filter(
    (member) => !mayFit || member.workload.gang !== undefined || !isSeated(run, rescue, member),
  );
  run.rescued = rescue.report();
  return still.flatMap((member) => byMember.get(member) ?? []);
}

/** True when the workload has a host now, since others made room for it or for somebody else. */
function isRescued(run: Run, rescue: Rescue, member: Pending): boolean {
  // Room made for somebody whom a trial then refuses would be made for nobody.
  const isTried = isAdmittedByTrial(member.workloadClass, run.ledger);
  if (isTried && member.workload.wish === "place") return false;
  const mayFit = rescue.hasHelped || member.workload.gang !== undefined;
  return (
    (mayFit && isSeated(run, rescue, member)) ||
    (rescue.makeRoom(member) && isSeated(run, rescue, member))
  );
}

function isSeated(run: Run, rescue: Rescue, member: Pending): boolean {
  const { workloadClass, workload } = member;
  const seated = run.drafts.length;
  decideBatch(run, { workloadClass, members: [member] }, () => undefined);
  const seat = run.drafts.length === seated ? undefined : run.placed.get(workload.key);
  if (seat !== undefined) rescue.seated(member, seat.host);
  return seat !== undefined;
}

/** Adds what would help; members of a class or gang share it, and only some classes are tried. */
function withFixes(run: Run, failed: readonly Failure[]): readonly Draft[] {
  const known = new Map<WorkloadClass, readonly Fix[]>();
  const { fixesMax } = run.problem.limits;
  if (fixesMax <= 0) return failed.map(({ draft }) => draft);
  const drafts = new Map(failed.map(({ member, draft }) => [member, draft]));
  return troopsOf([...drafts.keys()]).flatMap(({ gang, members }) => {
    const ofGang = gang === undefined ? undefined : tryGangFixes(run, members, fixesMax);
    return members.flatMap((member) => {
      const draft = drafts.get(member);
      if (draft === undefined) return [];
      if (ofGang !== undefined) return { ...draft, fixes: ofGang(member) };
      const { workloadClass } = member;
      const fixes =
        known.get(workloadClass) ??
        (known.size < FIXED_CLASSES_MAX ? tryFixes(run, member, fixesMax) : []);
      known.set(workloadClass, fixes);
      return { ...draft, fixes };
    });
  });
}

/** A repair is tried as if it had left its host already. */
const tryFixes = (run: Run, member: Pending, countMax: number): readonly Fix[] =>
  whatIf(run.ledger, () => {
    const { seat } = member;
    if (seat !== undefined) run.ledger.add(seat.workloadClass, seat.host, -1);
    return fixesFor(member, run, countMax);
  });

/** A gang is held up by its first member that finds no host while the others are seated. */
function tryGangFixes(
  run: Run,
  members: readonly Pending[],
  countMax: number,
): (member: Pending) => readonly Fix[] {
  const point = pointOf(run);
  const [first] = decideTogether(run, members);
  const culprit = first?.member ?? members[0];
  if (culprit === undefined) return () => [];
  const remedies = remediesFor(culprit, run, countMax);
  takeBack(run, members, point);
  return gangFixes({ members, culprit, remedies }, run, countMax);
}

/** A standing is worth keeping only for a class that comes back. */
function noteRecurring(run: Run, batches: readonly Batch[]): void {
  const seen = new Set<WorkloadClass>();
  for (const { workloadClass } of batches) {
    if (seen.has(workloadClass)) run.recurring.add(workloadClass);
    seen.add(workloadClass);
  }
}

const countHosts = (run: Run, workloadClass: WorkloadClass): number =>
  run.cache.of(workloadClass, run.ledger).passing;

/** Reasons that a later placement can lift. */
const mayChange = ({ rejectedCounts }: Draft): boolean =>
  "affinity" in rejectedCounts || "spread" in rejectedCounts;

/** Places the members of one class one after the other. */
function decideBatch(
  run: Run,
  { workloadClass, members }: Batch,
  onUnplaced: (member: Pending, draft: Draft) => void,
): void {
  const { ledger } = run;
  const closed = hostGateOf(run, workloadClass);
  const isRecurring = run.recurring.has(workloadClass);
  // A repair changes two hosts: the one it leaves and the one it gets.
  const changes = members.reduce((sum, { seat }) => sum + (seat === undefined ? 1 : 2), 0);
  let desk: ReturnType<Desks["of"]> | undefined;
  for (const member of members) {
    const { workload, seat } = member;
    if (seat !== undefined) ledger.add(seat.workloadClass, seat.host, -1);
    const gate = closed ?? poolGate(workloadClass, ledger);
    if (gate === undefined) desk ??= run.desks.of(workloadClass, { isRecurring, changes });
    const draft =
      desk === undefined || gate !== undefined
        ? unplacedDraft(workload, ledger.hosts.length, { gate })
        : desk.choose(member);
    if (draft instanceof PlacedDecision) {
      enter(run, member, draft);
      continue;
    }
    if (seat !== undefined) ledger.add(seat.workloadClass, seat.host, 1);
    onUnplaced(member, draft);
  }
}

/** Seats a member where it was decided. */
function enter(
  run: Run,
  { workloadClass, seat, mayStay }: Pending,
  decision: PlacedDecision,
): void {
  run.drafts.push(decision);
  run.register.enter(decision, seat !== undefined);
  run.ledger.add(workloadClass, decision.host, 1);
  const before = seat?.host ?? mayStay;
  if (before !== undefined && before !== decision.host) run.moved++;
}

/** The gate that stays as it is while others are placed, asked once a class. */
function hostGateOf({ hostGates, ledger }: Run, workloadClass: WorkloadClass): Gate | undefined {
  if (!hostGates.has(workloadClass)) {
    hostGates.set(workloadClass, hostGate(workloadClass, ledger));
  }
  return hostGates.get(workloadClass);
}

const contentmentOf = ({ ledger, register }: Run): Contentment =>
  contentment(ledger, register.size, () => register.all().values());
