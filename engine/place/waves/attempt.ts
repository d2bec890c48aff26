import { DEFAULT_MIGRATION } from "../../model/desired.ts";
import type { ArrivalWait, Move, PlacementProblem } from "../../model/placement.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { ProposedMove, Settled } from "../deciding/settled.ts";
import { AffinityGuard } from "./affinity-guard.ts";
import { arrivalsAfter } from "./arrivals.ts";
import { ClusterGuard } from "./cluster-guard.ts";
import { type Effort, STOPS_ASKED_MAX, startDetours } from "./detours.ts";
import type { Guard, Leg } from "./leg.ts";
import { RoomGuard } from "./room.ts";
import { type Preference, Rounds } from "./rounds.ts";
import { SpreadGuard } from "./spread-guard.ts";
import { type Intent, rewind } from "./world.ts";

/** How far an intent can be carried out. */
export interface Attempt {
  readonly moves: readonly Move[];
  readonly arrivalWaits: readonly ArrivalWait[];
  /** Keys of workloads without their match while they move one by one. */
  readonly parted: readonly string[];
  /** Moves whose host takes nobody like them, whatever is on it. */
  readonly refused: readonly ProposedMove[];
  /** Moves that nothing has made room for. */
  readonly stuck: readonly ProposedMove[];
  /** Newcomers that nothing has made room for, with the hosts they were to get. */
  readonly homeless: readonly { readonly key: string; readonly host: string }[];
  /** Rounds that it takes, and that no order of the same moves can do without. */
  readonly rounds: number;
  readonly roundsFewest: number;
}

/** Carries out an intent on the ledger of a settled placement, which the caller rolls back. */
export function attemptMoves(
  problem: PlacementProblem,
  settled: Settled,
  intent: Intent,
  prefer: Preference,
): Attempt {
  const world = rewind(problem, settled, intent);
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
  const rounds = new Rounds(guards, limits, {
    hostCount: ledger.hosts.length,
    legs: admitted,
    isNeedy: (leg) => !room.fits(leg),
    prefer,
    isLost: (host) => ledger.hosts[host]?.connection === "disconnected",
  });
  const roundsFewest = rounds.fewest;
  const letGo = onlyOnce(leaving.length > 0, guards);
  const effort = { left: STOPS_ASKED_MAX };
  const crew: Crew = { ledger, rounds, room, guards, affinity, effort, letGo };
  runToTheEnd(crew);
  const arrivals = arrivalsAfter(world.newcomers, { ...crew, gates: [clusters, room] });
  return {
    moves: rounds.order.map((leg) => moveOf(leg, ledger)),
    arrivalWaits: arrivals.waits,
    parted: [...affinity.parted],
    refused: movesOf(legs.filter((leg) => !room.mayEnter(leg))),
    stuck: movesOf(rounds.waiting),
    homeless: arrivals.stuck.map(({ key, to }) => ({ key, host: ledger.hosts[to]?.name ?? "" })),
    rounds: 1 + (rounds.order.at(-1)?.round ?? -1),
    roundsFewest,
  };
}

const movesOf = (legs: readonly Leg[]): readonly ProposedMove[] =>
  legs.flatMap(({ move }) => move ?? []);

interface Crew {
  readonly ledger: Ledger;
  readonly rounds: Rounds;
  readonly room: RoomGuard;
  readonly guards: readonly Guard[];
  readonly affinity: AffinityGuard;
  readonly effort: Effort;
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
    affinity.openStuck(rounds.waiting);
    rounds.run();
    if (rounds.waiting.length === 0) return;
    room.vacateAll();
    hasMore = letGo() || startDetours(crew) || affinity.openAny(rounds.waiting);
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
