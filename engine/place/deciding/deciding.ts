import type { PlacementProblem } from "../../model/placement.ts";
import type { WorkloadClass } from "../classes/classes.ts";
import { type Draft, unplacedDraft } from "./decision.ts";
import type { DecisionLog } from "./decision-log.ts";
import { PlacedDecision } from "./placed-decision.ts";
import type { Desk, Desks } from "./desk.ts";
import type { Drafts } from "./drafts.ts";
import type { FixWorld } from "../fixes/fixes.ts";
import { type Gate, hostGate, isUngated, poolGate } from "../judging/gates.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { type Batch, orderBatches, type Pending, type Preference } from "./order.ts";
import { type Failure, gangFailures, type Troop, troopsOf } from "../rescue/gangs.ts";
import type { Rescued } from "../rescue/rescue.ts";
import type { Seat } from "./seating.ts";
import type { SeatRegister } from "./seat-register.ts";
import type { Sums } from "../basics/sums.ts";
import type { HostVerdictCache } from "../judging/verdict.ts";
import { Waiting } from "./waiting.ts";

/** Rounds over workloads whose verdict may change once others have a host (affinity, spread). */
const ROUNDS_MAX = 4;

/** The state of one run: the ledger, who is where, and what was decided in which order. */
export interface Run {
  readonly problem: PlacementProblem;
  readonly ledger: Ledger;
  readonly cache: HostVerdictCache;
  readonly desks: Desks;
  /** What was decided, those decisions included that were taken back. */
  readonly log: DecisionLog;
  /** By the family of classes. */
  readonly hostGates: Map<number, Gate | undefined>;
  /** Classes that come in more than one batch. */
  readonly recurring: Set<WorkloadClass>;
  readonly register: SeatRegister;
  /** Class and host of everything placed, by key. */
  readonly placed: ReadonlyMap<string, Seat>;
  readonly drafts: Drafts;
  /** Who comes first among equal priorities. */
  preference: Preference;
  /** What was done to make room for those that had found none. */
  rescued: Rescued;
  readonly doubts: FixWorld["doubts"];
  readonly effort: FixWorld["effort"];
  /** True once whoever has no host was told what would help. */
  isTold: boolean;
  readonly replay: FixWorld["replay"];
  /** Forgets what was known of a host that now runs. */
  readonly onWake: () => void;
  /** Workloads that found another host than the one they had. */
  moved: number;
  /** Keys of those whose seat was given up before they are asked. */
  readonly lifted: Set<string>;
}

/** Decides round by round; those that found nothing are asked again while others still move. */
export function decideRounds(run: Run, all: Waiting): readonly Failure[] {
  let waiting = all;
  let failed: readonly Failure[] = [];
  for (let round = 0; round < ROUNDS_MAX && waiting.length > 0; round++) {
    const seatedBefore = run.drafts.length;
    const movedBefore = run.moved;
    failed = waiting.hasGangs ? decideTroops(run, [...waiting]) : decideOnce(run, waiting);
    const mayHelp = run.moved > movedBefore || failed.some(({ draft }) => mayChange(draft));
    if (run.drafts.length === seatedBefore || !mayHelp) break;
    waiting = waitingOf(
      run,
      failed.map(({ member }) => member),
    );
  }
  return decideLeavers(run, failed);
}

/**
 * Those that have to be together hold each other on a host that all of them have to leave: they
 * are asked again with all of their seats given up, and go all or not at all.
 */
function decideLeavers(run: Run, failed: readonly Failure[]): readonly Failure[] {
  const saved = new Set<Failure>();
  for (const group of leavingTogether(failed)) {
    const members = group.map(({ member }) => member);
    const point = pointOf(run);
    for (const { workload, seat } of members) {
      if (seat !== undefined) run.ledger.add(seat.workloadClass, seat.host, -1);
      run.lifted.add(workload.key);
    }
    if (decideTogether(run, members).length > 0) takeBack(run, members, point);
    else for (const failure of group) saved.add(failure);
    run.lifted.clear();
  }
  return failed.filter((failure) => !saved.has(failure));
}

/** Repairs by the host that they leave and what they have to be near to; only several of them. */
function leavingTogether(failed: readonly Failure[]): readonly (readonly Failure[])[] {
  const groups = new Map<Sums, Map<number, Failure[]>>();
  for (const failure of failed) {
    const { seat, workloadClass } = failure.member;
    const counts = workloadClass.terms.affinity?.terms[0]?.counts;
    if (seat === undefined || counts === undefined) continue;
    const byHost = groups.get(counts) ?? new Map<number, Failure[]>();
    groups.set(counts, byHost);
    byHost.set(seat.host, [...(byHost.get(seat.host) ?? []), failure]);
  }
  return [...groups.values()]
    .flatMap((byHost) => [...byHost.values()])
    .filter((group) => group.length > 1);
}

/** Reasons that a later placement can lift. */
const mayChange = ({ rejectedCounts }: Draft): boolean =>
  "affinity" in rejectedCounts || "spread" in rejectedCounts;

const waitingOf = ({ ledger }: Run, members: readonly Pending[]): Waiting =>
  Waiting.of(members, ledger.classes);

const decideTroops = (run: Run, pending: readonly Pending[]): readonly Failure[] =>
  troopsOf(pending).flatMap((troop) => decideTroop(run, troop));

/** Decides about a troop and returns who found none: of a gang either nobody or everybody. */
function decideTroop(run: Run, troop: Troop): readonly Failure[] {
  if (troop.gang === undefined) return decideOnce(run, waitingOf(run, troop.members));
  const point = pointOf(run);
  const failed = decideTogether(run, troop.members);
  if (failed.length === 0) return failed;
  takeBack(run, troop.members, point);
  return gangFailures(troop, failed, run.ledger.hosts.length);
}

/** Members may wait for one another, as those do that want to be near each other. */
export function decideTogether(run: Run, members: readonly Pending[]): readonly Failure[] {
  let failed = decideOnce(run, waitingOf(run, members));
  for (let left = members.length; failed.length > 0 && failed.length < left; ) {
    left = failed.length;
    const again = failed.map(({ member }) => member);
    failed = decideOnce(run, waitingOf(run, again));
  }
  return failed;
}

function decideOnce(run: Run, waiting: Waiting): readonly Failure[] {
  const failed: Failure[] = [];
  const countOf = (workloadClass: WorkloadClass): number => countHosts(run, workloadClass);
  const batches = orderBatches(waiting, run.ledger, countOf, run.preference);
  noteRecurring(run, batches);
  for (const batch of batches) {
    decideBatch(run, batch, (member, draft) => failed.push({ member, draft }));
  }
  return failed;
}

/** A state of a run to which `takeBack` returns. */
export interface Point {
  readonly ledger: number;
  readonly drafts: number;
  readonly moved: number;
}

/** The run as it is now. */
export const pointOf = ({ ledger, drafts, moved }: Run): Point => ({
  ledger: ledger.mark(),
  drafts: drafts.length,
  moved,
});

/** Undoes what was decided about some workloads since a point, and nothing else. */
export function takeBack(run: Run, members: Iterable<Pending>, point: Point): void {
  run.ledger.rollback(point.ledger);
  run.drafts.cut(point.drafts);
  run.moved = point.moved;
  const seats = run.register.all();
  for (const { workload, seat } of members) {
    if (seat === undefined) seats.delete(workload.key);
    else seats.set(workload.key, seat);
  }
}

/** A standing is worth keeping only for a class that comes back. */
export function noteRecurring(run: Run, batches: readonly Pick<Batch, "workloadClass">[]): void {
  const seen = new Set<WorkloadClass>();
  for (const { workloadClass } of batches) {
    if (seen.has(workloadClass)) run.recurring.add(workloadClass);
    seen.add(workloadClass);
  }
}

const countHosts = (run: Run, workloadClass: WorkloadClass): number =>
  run.cache.of(workloadClass, run.ledger).passing;

/** Places the members of one class one after the other; tells who finds no host, and why. */
export function decideBatch(
  run: Run,
  batch: Batch,
  onUnplaced: (member: Pending, draft: Draft) => void,
): void {
  const { workloadClass, members } = batch;
  const isRecurring = run.recurring.has(workloadClass);
  const { changes, areNewcomers } = outlineOf(members);
  let desk: Desk | undefined;
  const deskOf = (): Desk => (desk ??= run.desks.of(workloadClass, { isRecurring, changes }));
  const closed = hostGateOf(run, workloadClass);
  const isRow = areNewcomers && closed === undefined && isUngated(workloadClass, run.ledger);
  const seated = isRow ? enterRow(run, members, deskOf()) : 0;
  if (seated === members.length) return;
  for (const member of members.rest(seated)) {
    decideMember(run, member, { closed, deskOf, onUnplaced });
  }
}

/** How many changes of hosts members make, and whether none has a host, or one to stay on. */
function outlineOf(members: Waiting): { changes: number; areNewcomers: boolean } {
  let { areNewcomers } = members;
  let changes = members.length;
  if (areNewcomers) return { changes, areNewcomers };
  areNewcomers = true;
  for (const { seat, mayStay } of members) {
    if (seat !== undefined || mayStay !== undefined) areNewcomers = false;
    // A repair changes two hosts: the one it leaves and the one it gets.
    if (seat !== undefined) changes++;
  }
  return { changes, areNewcomers };
}

/** Decides about newcomers and seats them, as long as there are hosts; returns how many. */
function enterRow(run: Run, newcomers: Waiting, desk: Desk): number {
  const from = run.log.length;
  const count = desk.seat(newcomers);
  run.drafts.pushLogged(from, count);
  run.register.enterAll({ roll: run.log, from, count });
  return count;
}

function decideMember(
  run: Run,
  member: Pending,
  {
    closed,
    deskOf,
    onUnplaced,
  }: {
    readonly closed: Gate | undefined;
    readonly deskOf: () => Desk;
    readonly onUnplaced: (member: Pending, draft: Draft) => void;
  },
): void {
  const { ledger } = run;
  const { workload, workloadClass, seat } = member;
  const isSeated = seat !== undefined && !run.lifted.has(workload.key);
  if (isSeated) ledger.add(seat.workloadClass, seat.host, -1);
  const gate = closed ?? poolGate(workloadClass, ledger);
  const draft =
    gate === undefined
      ? deskOf().choose(member)
      : unplacedDraft(workload, ledger.hosts.length, { gate });
  if (draft instanceof PlacedDecision) {
    enter(run, member, draft);
    return;
  }
  if (isSeated) ledger.add(seat.workloadClass, seat.host, 1);
  onUnplaced(member, draft);
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

/** The gate that stays as it is while others are placed, asked once a family. */
function hostGateOf({ hostGates, ledger }: Run, workloadClass: WorkloadClass): Gate | undefined {
  const { family } = workloadClass;
  if (!hostGates.has(family)) hostGates.set(family, hostGate(workloadClass, ledger));
  return hostGates.get(family);
}
