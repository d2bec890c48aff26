import { whatIf } from "../ledger/overlay.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { type Guard, type Leg, legOf } from "./leg.ts";
import type { RoomGuard } from "./room.ts";
import type { Rounds } from "./rounds.ts";

/** Most legs that are sent round for one that cannot start. */
const STOPS_MAX = 8;

/** Legs in a row that nothing helps, after which those that were helped go first. */
const MISSES_MAX = 32;

/** Hosts asked whether a leg can stop there, in one attempt: a world without room is soon known. */
export const STOPS_ASKED_MAX = 200_000;

/** Work left, in hosts asked; what is found depends on nothing else. */
export interface Effort {
  left: number;
}

interface Parts {
  readonly effort: Effort;
  readonly ledger: Ledger;
  readonly rounds: Rounds;
  readonly room: RoomGuard;
  readonly guards: readonly Guard[];
}

/** A leg and the host on which it is to stop. */
interface Stop {
  readonly leg: Leg;
  readonly host: number;
}

/**
 * Legs that wait for each other in a circle: some are sent to a spare host first, so that another
 * finds its room. True when any started. Asked when nothing is on its way.
 */
export function startDetours(parts: Parts): boolean {
  const { rounds, room } = parts;
  const bySource = legsBySource(rounds.waiting);
  const spares = sparesOf(parts);
  const freed = new Set<number>();
  /** Legs that stop on their way, or have been helped. */
  const served = new Set<Leg>();
  let misses = 0;
  for (const leg of [...rounds.waiting].sort(smallestFirst)) {
    if (freed.size > 0 && misses > MISSES_MAX) break;
    if (freed.has(leg.to) || served.has(leg) || !room.mayEnter(leg)) continue;
    const others = (bySource.get(leg.to) ?? []).filter(
      (other) => mayStop(other) && !served.has(other),
    );
    const stops = stopsFor(leg, others.sort(smallestFirst), spares, parts);
    const started = stops.filter((stop) => startStop(stop, rounds));
    misses++;
    if (started.length === 0) continue;
    misses = 0;
    freed.add(leg.to);
    served.add(leg);
    for (const stop of started) served.add(stop.leg);
  }
  return freed.size > 0;
}

function legsBySource(legs: readonly Leg[]): ReadonlyMap<number, Leg[]> {
  const bySource = new Map<number, Leg[]>();
  for (const leg of legs) {
    const others = bySource.get(leg.from);
    if (others === undefined) bySource.set(leg.from, [leg]);
    else others.push(leg);
  }
  return bySource;
}

/** Nobody stops twice. */
const mayStop = ({ follows, from }: Leg): boolean => follows === undefined && from >= 0;

/** Stops that together let the leg in; none when there are none. */
function stopsFor(
  leg: Leg,
  others: readonly Leg[],
  spares: readonly number[],
  { ledger, ...parts }: Parts,
): readonly Stop[] {
  return whatIf(ledger, () => {
    const stops: Stop[] = [];
    for (const other of others.slice(0, STOPS_MAX)) {
      const host = spares.find((spare) => canStop(other, spare, parts));
      if (host === undefined) continue;
      stops.push({ leg: other, host });
      ledger.add(other.workloadClass, host, 1);
      ledger.add(other.workloadClass, other.from, -1);
      if (parts.room.fits(leg)) return stops;
    }
    return [];
  });
}

function canStop(
  { key, workloadClass, from, to, move }: Leg,
  host: number,
  { room, guards, effort }: Pick<Parts, "room" | "guards" | "effort">,
): boolean {
  if (host === from || host === to || effort.left <= 0) return false;
  effort.left--;
  const way = legOf({ key, workloadClass, from, to: host, move });
  return room.mayEnter(way) && guards.every((guard) => guard.admits(way));
}

function startStop({ leg, host }: Stop, rounds: Rounds): boolean {
  const { key, workloadClass, move, from, to, copyBytes } = leg;
  const first = legOf({ key, workloadClass, move, copyBytes, from, to: host });
  if (!rounds.tryStart(first)) return false;
  const second = legOf({ key, workloadClass, move, copyBytes, from: host, to, follows: first });
  rounds.split(leg, second);
  return true;
}

/**
 * Hosts with memory for the smallest of those that wait, in the order in which they are asked:
 * those that nobody goes to, the emptiest first.
 */
function sparesOf({ ledger, rounds }: Parts): readonly number[] {
  const wanted = new Set(rounds.waiting.map(({ to }) => to));
  const free = ledger.hosts.map((_host, host) => {
    const taken = Math.max(ledger.requestedMemory[host] ?? 0, ledger.reservedMemory[host] ?? 0);
    return (ledger.allocatableMemory[host] ?? 0) - taken;
  });
  const freeOf = (host: number): number => free[host] ?? 0;
  const smallest = rounds.waiting.reduce((least, leg) => Math.min(least, memoryOf(leg)), Infinity);
  const isWanted = (host: number): number => (wanted.has(host) ? 1 : 0);
  return [...ledger.hosts.keys()]
    .filter((host) => freeOf(host) >= smallest)
    .sort(
      (left, right) =>
        isWanted(left) - isWanted(right) || freeOf(right) - freeOf(left) || left - right,
    );
}

/** Memory that every host has to have free for the leg. */
const memoryOf = ({ workloadClass: { sample, reserved } }: Leg): number =>
  Math.max(sample.demand.request.memoryBytes, reserved.memoryBytes);

const smallestFirst = (left: Leg, right: Leg): number => left.copyBytes - right.copyBytes;
