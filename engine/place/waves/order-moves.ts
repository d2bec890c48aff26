import type { ArrivalWait, Move, PlacementProblem } from "../../model/placement.ts";
import type { Ledger } from "../ledger.ts";
import { whatIf } from "../overlay.ts";
import type { ProposedMove, Settled } from "../settled.ts";
import { AffinityGuard } from "./affinity-guard.ts";
import { arrivalsAfter } from "./arrivals.ts";
import { ClusterGuard } from "./cluster-guard.ts";
import { startDetours } from "./detours.ts";
import type { Guard, Leg } from "./leg.ts";
import { DEFAULT_MIGRATION } from "./limits.ts";
import { mergeMoves } from "./merge.ts";
import { RoomGuard } from "./room.ts";
import { Rounds } from "./rounds.ts";
import { SpreadGuard } from "./spread-guard.ts";
import { rewind } from "./world.ts";

/** A move that no order makes safe, or a newcomer whose room such a move would have left. */
export interface Unordered {
  readonly key: string;
  /** Host on which it is when all that is ordered has been done; undefined for newcomers. */
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
  settled: Settled,
  proposed: readonly ProposedMove[],
): MoveOrder {
  const moves = mergeMoves(proposed);
  return whatIf(settled.ledger, () => orderFrom(problem, settled, moves));
}

function orderFrom(
  problem: PlacementProblem,
  settled: Settled,
  moves: readonly ProposedMove[],
): MoveOrder {
  const world = rewind(problem, settled, moves);
  const { ledger, legs, leaving } = world;
  const affinity = new AffinityGuard(world);
  const clusters = new ClusterGuard(world);
  const relations = [new SpreadGuard(world), clusters, affinity];
  for (const { workloadClass, host } of leaving) ledger.add(workloadClass, host, 1);
  const woken = settled.result.power.filter(({ to }) => to === "on");
  const room = new RoomGuard(ledger, leaving, new Set(woken.map(({ host }) => host)));
  const guards: readonly Guard[] = [...relations, room];
  const limits = problem.migration ?? DEFAULT_MIGRATION;
  const admitted = legs.filter((leg) => room.mayEnter(leg));
  const rounds = new Rounds(guards, limits, { hostCount: ledger.hosts.length, legs: admitted });
  const letGo = onlyOnce(leaving.length > 0, guards);
  const crew: Crew = { ledger, rounds, room, guards, affinity, letGo };
  runToTheEnd(crew);
  const arrivals = arrivalsAfter(world.newcomers, { ...crew, gates: [clusters, room] });
  const refused = legs.filter((leg) => !room.mayEnter(leg));
  return {
    moves: rounds.order.map((leg) => moveOf(leg, ledger)),
    arrivalWaits: arrivals.waits,
    unordered: [
      ...refused.map((leg) => unordered(leg, ledger, "its host does not take it")),
      ...rounds.waiting.map((leg) => unordered(leg, ledger, "no order of moves makes room for it")),
      ...arrivals.stuck.map((leg) => unordered(leg, ledger, "its room is not left")),
    ],
    parted: [...affinity.parted],
  };
}

interface Crew {
  readonly ledger: Ledger;
  readonly rounds: Rounds;
  readonly room: RoomGuard;
  readonly guards: readonly Guard[];
  readonly affinity: AffinityGuard;
  /** Lets moves wait for the end of what the plan ends; false when they may already. */
  readonly letGo: () => boolean;
}

function onlyOnce(hasLeaving: boolean, guards: readonly Guard[]): () => boolean {
  let isOpen = hasLeaving;
  return () => {
    if (!isOpen) return false;
    isOpen = false;
    for (const guard of guards) guard.letGo();
    return true;
  };
}

/** Runs rounds; where nothing moves any more, tries what costs more, the cheapest first. */
function runToTheEnd(crew: Crew): void {
  const { rounds, room, affinity, letGo } = crew;
  let hasMore = true;
  while (hasMore) {
    rounds.run();
    if (rounds.waiting.length === 0) return;
    room.vacateAll();
    hasMore = letGo() || startDetours(crew) || rounds.waiting.some((leg) => affinity.open(leg));
  }
}

function moveOf({ move, from, to, round, waits }: Leg, ledger: Ledger): Move {
  // Only newcomers come without a move, and they are in no round.
  const given = move as ProposedMove;
  const [source, target] = [from, to].map((host) => ledger.hosts[host]?.name ?? "");
  const isStop = target !== given.to;
  return {
    ...given,
    from: from < 0 ? given.from : (source ?? ""),
    to: target ?? "",
    ...(isStop ? stopReason(given) : {}),
    wave: round,
    after: [...waits.after].sort((left, right) => left - right),
    ...(waits.gone.size === 0 ? {} : { afterGone: [...waits.gone].sort() }),
  };
}

const stopReason = ({ key, to }: ProposedMove): Pick<Move, "reason" | "message"> => ({
  reason: "bounce",
  message: `${key} stops on its way to ${to}, so that another finds room`,
});

function unordered({ key, from, move }: Leg, ledger: Ledger, message: string): Unordered {
  const host = from < 0 ? move?.from : ledger.hosts[from]?.name;
  return { key, host, message: `${key}: ${message}` };
}
