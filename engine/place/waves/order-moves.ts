import type { ArrivalWait, Move, PlacementProblem } from "../../model/placement.ts";
import type { ProposedMove, Settled } from "../deciding/settled.ts";
import type { Attempt } from "./attempt.ts";
import { bestAttempt } from "./best-attempt.ts";
import { mergeMoves } from "./merge.ts";
import { endedBy, recounted } from "./recount.ts";
import type { Intent } from "./world.ts";

/** A move that no order makes safe, or a newcomer whose room such a move would have left. */
export interface Unordered {
  readonly key: string;
  /** Host on which it stays; undefined for newcomers. */
  readonly host: string | undefined;
  readonly message: string;
}

/** Moves in an order in which they can be made, and who else has to wait for them. */
export interface MoveOrder {
  readonly moves: readonly Move[];
  readonly arrivalWaits: readonly ArrivalWait[];
  readonly unordered: readonly Unordered[];
  /** Keys of workloads that required affinity loses sight of while they move one by one. */
  readonly parted: readonly string[];
}

/**
 * Puts moves in an order in which every one can be made. In: a problem, its settled placement whose
 * ledger has all moves made (and is left so), and the moves. Out: moves with waves, which are safe
 * in whatever way they are run that respects `after`, `afterGone` and the limits of the problem:
 *
 * - A workload on its way takes room on both hosts: requests, reservations, Pods, ports, extended
 *   resources; and both hosts count for anti-affinity and, at most and at least, for spread.
 * - It needs one restart when a host fails, so it counts once for the fail-over of a cluster.
 * - Affinity is kept by a match near either of its hosts; others can rely on it where it comes
 *   from until it sets out, and where it goes to from when it has arrived.
 * - What is violated before the first move, or will be after the last, may be so in between, but
 *   no move enters a host or domain that is not allowed at that moment.
 * - What the plan ends counts as there for room and as gone for company; moves wait for its end
 *   only if there is no other way. Newcomers come last, behind the moves whose room they need.
 */
export function orderMoves(
  problem: PlacementProblem,
  placed: Settled,
  proposed: readonly ProposedMove[],
): MoveOrder {
  const settled = recounted(problem, placed, endedBy(problem, placed));
  const unordered: Unordered[] = [];
  let intent: Intent = { moves: mergeMoves(proposed), undone: [] };
  for (;;) {
    const attempt = bestAttempt(problem, settled, intent);
    const given = givenUp(attempt, intent);
    if (given.length === 0) {
      const { moves, arrivalWaits, parted, homeless } = attempt;
      unordered.push(...homeless.map(({ key, host }) => homelessOf(key, host)));
      return { moves, arrivalWaits, unordered, parted };
    }
    unordered.push(...given.map(({ move, message }) => unorderedOf(move, message)));
    intent = without(intent, new Set(given.map(({ move }) => move)));
  }
}

const homelessOf = (key: string, host: string): Unordered => ({
  key,
  host: undefined,
  message: `${key} finds no room on ${host}: what was to leave it cannot`,
});

interface GivenUp {
  readonly move: ProposedMove;
  readonly message: string;
}

/**
 * Moves to be left out of the next attempt: what gets stuck would only be in the way of others, and
 * what only evens the load takes no newcomer's room.
 */
function givenUp({ refused, stuck, homeless }: Attempt, { moves }: Intent): readonly GivenUp[] {
  const failed = [
    ...refused.map((move) => ({ move, message: `${move.to} does not take it` })),
    ...stuck.map((move) => ({ move, message: "no order of moves makes room for it" })),
  ];
  if (failed.length > 0) return failed;
  const wanted = new Map(homeless.map(({ key, host }) => [host, key]));
  return moves.flatMap((move) => {
    const newcomer = move.priority > 1 ? wanted.get(move.to) : undefined;
    return newcomer === undefined ? [] : [{ move, message: `${newcomer} needs the room` }];
  });
}

const without = ({ moves, undone }: Intent, given: ReadonlySet<ProposedMove>): Intent => ({
  moves: moves.filter((move) => !given.has(move)),
  undone: [...undone, ...given],
});

const unorderedOf = ({ key, from }: ProposedMove, message: string): Unordered => ({
  key,
  host: from,
  message: `${key} stays on ${from}: ${message}`,
});
