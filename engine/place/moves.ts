import { compareText } from "../model/canonical.ts";
import type { DecisionList, PlacementProblem, PlacementResult } from "../model/placement.ts";
import { aftermath, withoutUnordered } from "./outcome/aftermath.ts";
import { Course } from "./outcome/course.ts";
import { Improver } from "./improve/improve.ts";
import { settlePlacement } from "./run.ts";
import type { Decided, ProposedMove, Settled } from "./deciding/settled.ts";
import { type MoveOrder, orderMoves, type Unordered } from "./waves/order-moves.ts";

/** Times that whoever has no host is asked again, since others came and moved. */
const ROUNDS_MAX = 8;

/** Times that whoever is withdrawn, since no order is safe, is asked again. */
const WITHDRAWALS_MAX = 3;

/** Adds to a placement what else shall move, and the order of all moves. */
export function withMoves(problem: PlacementProblem, placed: Decided): Planned {
  const proposal = settleFully(problem, placed);
  if (proposal.moves.length === 0) {
    return { result: proposal.settled.result, untold: untoldOf(proposal), isCut: false };
  }
  const { settled, order, ...course } = inOrder(problem, placed.result, proposal);
  const { result } = settled;
  const { arrivalWaits } = order;
  const whole = {
    ...withoutUnordered(settled, order.unordered),
    moves: order.moves,
    ...(arrivalWaits.length === 0 ? {} : { arrivalWaits }),
    findings: [...result.findings, ...orderFindings(order, result.decisions)],
  };
  const isCut = order.unordered.length > 0;
  return {
    result: whole,
    untold: untoldOf({ ...course, isTold: proposal.isTold && !isCut }),
    isCut,
  };
}

/** A plan, and what it leaves. */
export interface Planned {
  readonly result: PlacementResult;
  /** The problem that it leaves where those without a host, who still wait, know of no fix. */
  readonly untold: PlacementProblem | undefined;
  /** True where the order took something back. */
  readonly isCut: boolean;
}

const untoldOf = ({ course, isTold }: Pick<Proposal, "course" | "isTold">): Planned["untold"] =>
  isTold || course?.isOpen !== true ? undefined : course.problemLeft();

/** What shall be done, before it is in an order. */
interface Proposal {
  readonly settled: Settled;
  readonly moves: readonly ProposedMove[];
  /** True where whoever has no host was told what would help. */
  readonly isTold: boolean;
  /** Absent where one asking decided all. */
  readonly course?: Course;
}

/**
 * Puts moves in order. Where that takes somebody's host away, whoever has none is asked again with
 * everybody else where the order leaves them, so that reasons and fixes are those of that world.
 * Nobody moves or ends for them, as the same moves would be found.
 */
function inOrder(
  problem: PlacementProblem,
  first: PlacementResult,
  given: Proposal,
): { readonly settled: Settled; readonly order: MoveOrder; readonly course?: Course } {
  let { settled, moves, course } = given;
  const unordered: Unordered[] = [];
  for (let round = 0; ; round++) {
    const order = orderMoves(problem, settled, moves);
    const whole = { ...order, unordered: [...unordered, ...order.unordered] };
    if (order.unordered.length === 0) {
      return { settled, order: whole, ...(course === undefined ? {} : { course }) };
    }
    course ??= courseOf(problem, first);
    const isAskedAgain = course.withdraw(order.unordered) && round < WITHDRAWALS_MAX;
    if (!isAskedAgain) return { settled, order: whole, course };
    unordered.push(...undecided(order.unordered, settled.result.decisions));
    const again = settlePlacement(withoutLiberties(course.problemLeft()), "fast", false);
    course.take(again.result);
    settled = withResult(again, outcome(course, first, again));
    moves = movesOf(problem, settled.result.decisions, course);
  }
}

function courseOf(problem: PlacementProblem, result: PlacementResult): Course {
  const course = new Course(problem);
  course.take(result);
  return course;
}

/** What stays though nobody decided about it; others are told in their decisions. */
function undecided(unordered: readonly Unordered[], decisions: DecisionList): readonly Unordered[] {
  if (unordered.length === 0) return unordered;
  const decided = new Set(decisions.map(({ key }) => key));
  return unordered.filter(({ key }) => !decided.has(key));
}

const movesOf = (
  problem: PlacementProblem,
  decisions: DecisionList,
  course: Course,
): readonly ProposedMove[] => [...forcedMoves(problem, decisions), ...course.moves()];

/** The problem in which nobody moves or ends for others. */
const withoutLiberties = (problem: PlacementProblem): PlacementProblem => ({
  ...problem,
  workloads: problem.workloads.map(
    ({ isMovable: _movable, isPreemptible: _preemptible, ...workload }) => workload,
  ),
});

/**
 * Improves, and asks again for those whom that may have helped, until neither does anything: then
 * a plan for the world after this one is empty.
 */
function settleFully(problem: PlacementProblem, placed: Decided): Proposal {
  if (isSettled(problem, placed)) {
    return { settled: placed, moves: forcedMoves(problem, placed.result.decisions), isTold: true };
  }
  const course = new Course(problem);
  let settled: Settled = placed;
  let { isTold } = placed;
  let hasChanged = false;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const hasNews = course.take(settled.result);
    const {
      seats,
      hasNews: isChanged,
      hasImproved,
      hasSwitched,
    } = improved(problem, course, settled);
    if (seats !== undefined) settled = { ...settled, seats };
    if (isChanged) hasChanged = true;
    const mayHelp = course.isOpen && (hasNews || hasImproved);
    const isAskedAgain = mayHelp || hasSwitched || isWaking(problem, settled);
    if (!isAskedAgain || round + 1 === ROUNDS_MAX) break;
    const again = settlePlacement(course.problemLeft(), "fast", false);
    settled = again;
    ({ isTold } = again);
    hasChanged = true;
  }
  const result = hasChanged ? outcome(course, placed.result, settled) : settled.result;
  const moves = movesOf(problem, result.decisions, course);
  return { settled: withResult(settled, result), moves, isTold, course };
}

/** Seats are put together when somebody asks for them, which a plan without moves need not. */
const withResult = (settled: Settled, result: PlacementResult): Settled => ({
  result,
  ledger: settled.ledger,
  get seats() {
    return settled.seats;
  },
});

/** A host that is woken counts for balance once it is asked about as one that runs. */
const isWaking = ({ balance }: PlacementProblem, { result }: Settled): boolean =>
  balance !== undefined && result.power.length > 0;

interface Improved {
  /** Absent: as they were. */
  readonly seats?: Settled["seats"];
  /** True also for advice alone, which changes nothing. */
  readonly hasNews: boolean;
  readonly hasImproved: boolean;
  readonly hasSwitched: boolean;
}

/**
 * Improves until nothing is found: what has moved once has other reasons to stay, and those are the
 * ones that the next plan sees.
 */
function improved(problem: PlacementProblem, course: Course, settled: Settled): Improved {
  if (problem.balance === undefined || isWaking(problem, settled)) {
    return { hasNews: false, hasImproved: false, hasSwitched: false };
  }
  const improver = new Improver(course.problemLeft(), settled);
  let hasImproved = false;
  let hasSwitched = false;
  let hasNews = false;
  for (let pass = 0; pass < ROUNDS_MAX && !hasSwitched; pass++) {
    const { moves, power } = improver.run(course.balanceLeft);
    hasSwitched = course.add(moves, power);
    if (power.length > 0) hasNews = true;
    if (moves.length === 0 && !hasSwitched) break;
    hasImproved = true;
  }
  return { seats: improver.seats, hasNews: hasNews || hasImproved, hasImproved, hasSwitched };
}

/** True when nobody asks for improvement, everybody has a host, and nobody was moved for it. */
const isSettled = ({ balance }: PlacementProblem, { unplaced, result }: Decided): boolean =>
  balance === undefined &&
  result.moves.length + result.preempted.length + result.power.length === 0 &&
  unplaced === 0;

/** Everything as it is at the end of a course; what was before is told by the first asking. */
function outcome(course: Course, first: PlacementResult, last: Settled): PlacementResult {
  return {
    ...last.result,
    ...aftermath(first, last),
    decisions: course.decisions(),
    scoreBefore: first.scoreBefore,
    moves: [],
    preempted: course.preempted(),
    power: course.power(),
  };
}

/** What cannot be done though nobody asked for it, and what is done at a price. */
function orderFindings(
  { unordered, parted }: MoveOrder,
  decisions: DecisionList,
): PlacementResult["findings"] {
  const stuck = undecided(unordered, decisions).map(({ message }) => ({
    code: "move-unordered",
    message,
  }));
  if (parted.length === 0) return stuck;
  const message = `moving one by one, these are apart for a while: ${parted.join(", ")}`;
  return [...stuck, { code: "affinity-parted", message }];
}

/** What placement sent elsewhere although it runs. */
function forcedMoves(
  { workloads }: PlacementProblem,
  decisions: DecisionList,
): readonly ProposedMove[] {
  const repaired = workloads.filter(({ wish, poweredOn }) => wish === "repair" && poweredOn);
  if (repaired.length === 0) return [];
  const running = new Set(repaired.map(({ key }) => key));
  return decisions
    .flatMap(({ key, from, chosen }): ProposedMove[] => {
      if (from === undefined || chosen === undefined || from === chosen) return [];
      if (!running.has(key)) return [];
      const message = `${key} cannot stay on ${from}`;
      return [{ key, from, to: chosen, reason: "repair", priority: 1, message }];
    })
    .sort((left, right) => compareText(left.key, right.key));
}
