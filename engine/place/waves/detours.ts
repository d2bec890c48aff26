import { whatIf } from "../overlay.ts";
import type { Ledger } from "../ledger.ts";
import { type Guard, type Leg, legOf } from "./leg.ts";
import type { RoomGuard } from "./room.ts";
import type { Rounds } from "./rounds.ts";

/** Most legs that are sent round for one that cannot start. */
const STOPS_MAX = 8;

interface Parts {
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
  const { rounds } = parts;
  const bySource = new Map<number, Leg[]>();
  for (const leg of rounds.waiting) {
    const others = bySource.get(leg.from);
    if (others === undefined) bySource.set(leg.from, [leg]);
    else others.push(leg);
  }
  const spares = sparesOf(parts);
  const freed = new Set<number>();
  for (const leg of [...rounds.waiting].sort(smallestFirst)) {
    if (freed.has(leg.to) || leg.position >= 0 || !parts.room.mayEnter(leg)) continue;
    const others = (bySource.get(leg.to) ?? []).filter((other) => mayStop(other));
    const stops = stopsFor(leg, others.sort(smallestFirst), spares, parts);
    const started = stops.filter((stop) => startStop(stop, rounds));
    if (started.length > 0) freed.add(leg.to);
  }
  return freed.size > 0;
}

/** Nobody stops twice, or sets out to stop again. */
const mayStop = ({ follows, position, from }: Leg): boolean =>
  follows === undefined && position < 0 && from >= 0;

/** Stops that together let the leg in; none when there are none. */
function stopsFor(
  leg: Leg,
  others: readonly Leg[],
  spares: readonly number[],
  { ledger, room, guards }: Parts,
): readonly Stop[] {
  return whatIf(ledger, () => {
    const stops: Stop[] = [];
    for (const other of others.slice(0, STOPS_MAX)) {
      const host = spares.find((spare) => canStop(other, spare, { room, guards }));
      if (host === undefined) continue;
      stops.push({ leg: other, host });
      ledger.add(other.workloadClass, host, 1);
      ledger.add(other.workloadClass, other.from, -1);
      if (room.fits(leg)) return stops;
    }
    return [];
  });
}

function canStop(
  { key, workloadClass, from, to, move }: Leg,
  host: number,
  { room, guards }: Pick<Parts, "room" | "guards">,
): boolean {
  if (host === from || host === to) return false;
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

/** Hosts in the order in which they are asked: those that nobody goes to, the emptiest first. */
function sparesOf({ ledger, rounds }: Parts): readonly number[] {
  const wanted = new Set(rounds.waiting.map(({ to }) => to));
  const free = (host: number): number =>
    (ledger.allocatableMemory[host] ?? 0) -
    Math.max(ledger.requestedMemory[host] ?? 0, ledger.reservedMemory[host] ?? 0);
  const isWanted = (host: number): number => (wanted.has(host) ? 1 : 0);
  return [...ledger.hosts.keys()].sort(
    (left, right) => isWanted(left) - isWanted(right) || free(right) - free(left) || left - right,
  );
}

const smallestFirst = (left: Leg, right: Leg): number => left.copyBytes - right.copyBytes;
