import type { Decision, Move, PlacementProblem, PlacementResult } from "../model/placement.ts";
import { leftBy, type Placed } from "./seats.ts";

/** Times that newcomers are sent elsewhere before what was found last is kept. */
const ROUNDS_MAX = 6;

type Place = (problem: PlacementProblem) => PlacementResult;
type Workload = PlacementProblem["workloads"][number];

/**
 * Newcomers go where they can stay: once they run they may be moved to even the load, and the next
 * plan must find nothing to move. So that plan is made at once, and what it would move is brought
 * there to begin with. `mayMove` tells who of those that get a host now may move once it runs.
 */
export function placedToStay(
  problem: PlacementProblem,
  place: Place,
  mayMove: (key: string) => boolean,
): Placed {
  let best: Placed = { problem, placement: place(problem) };
  // A budget of moves leaves some of them to the next plan, so there is nothing to foresee.
  if (problem.balance === undefined || problem.balance.movesMax !== undefined) return best;
  const first = new Map(best.placement.decisions.map((item) => [item.key, item]));
  const sent = new Map<string, Move>();
  for (let round = 0; round < ROUNDS_MAX && first.size > 0; round++) {
    const later = place(runningAfter(best, mayMove)).moves;
    if (later.length === 0) return best;
    // What moves already goes on doing so: else one move would only call for another.
    for (const move of [...best.placement.moves, ...later]) sent.set(move.key, move);
    const workloads = problem.workloads.map((item) => sentTo(item, sent.get(item.key)));
    const placement = place({ ...problem, workloads });
    if (homeless(placement) > homeless(best.placement)) return best;
    best = { problem, placement: asChosen(placement, sent, first) };
  }
  return best;
}

/** A newcomer has to go there; what could stay where it is has to leave for there. */
function sentTo(workload: Workload, move: Move | undefined): Workload {
  if (move === undefined) return workload;
  const { at, wish } = workload;
  const isStaying = wish === "keep" && at === move.to;
  if (isStaying) return workload;
  return { ...workload, wish: wish === "keep" ? "repair" : wish, pinHost: move.to };
}

/** What the next plan would be asked. */
function runningAfter(placed: Placed, mayMove: (key: string) => boolean): PlacementProblem {
  const decided = new Set(placed.placement.decisions.map(({ key }) => key));
  const problem = leftBy(placed);
  const workloads = problem.workloads.map(
    (workload): Workload =>
      decided.has(workload.key) && mayMove(workload.key)
        ? { ...workload, isMovable: true, isBalanced: true }
        : workload,
  );
  return { ...problem, workloads };
}

const homeless = ({ decisions }: PlacementResult): number =>
  decisions.reduce((count, { chosen }) => count + (chosen === undefined ? 1 : 0), 0);

/** The answer without the trick: moves are for balance, and decisions are about newcomers. */
function asChosen(
  placement: PlacementResult,
  sent: ReadonlyMap<string, Move>,
  first: ReadonlyMap<string, Decision>,
): PlacementResult {
  const decisions = placement.decisions.flatMap((decision): Decision[] => {
    const before = first.get(decision.key);
    if (before === undefined) return [];
    return [sent.has(decision.key) ? chosenBy(decision, before) : decision];
  });
  const moves = placement.moves.map((move): Move => {
    const meant = sent.get(move.key);
    if (meant === undefined || first.has(move.key) || move.reason !== "repair") return move;
    const { reason, priority, message } = meant;
    return { ...move, reason, priority, message };
  });
  return { ...placement, decisions, moves };
}

/** The decision as it was first made, with the host that evens the load in the end. */
function chosenBy(decision: Decision, before: Decision): Decision {
  const { candidates, rejected, rejectedCounts, hostsConsidered, hostsFeasible } = before;
  const { id, key, chosen, from, gate, fixes } = decision;
  const decidedBy = chosen === before.chosen ? before.decidedBy : "balance";
  const why = { candidates, rejected, rejectedCounts, hostsConsidered, hostsFeasible };
  return { id, key, chosen, from, decidedBy, ...why, gate, fixes };
}
