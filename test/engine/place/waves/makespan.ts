import type { Place } from "./places.ts";
import { WorldCheck } from "./world-check.ts";
import type { Plan } from "./execute.ts";
import type {
  Move,
  PlacementProblem,
  PlacementWorkload,
} from "../../../../engine/model/placement.ts";

type Duration = (move: Move) => number;

/** Bytes that a move copies, as a length of time. */
export function copyTime(workloads: readonly PlacementWorkload[]): Duration {
  const times = new Map(
    workloads.map(({ key, copyBytes, demand }) => [key, copyBytes ?? demand.size.memoryBytes]),
  );
  return ({ key }) => times.get(key) ?? 1;
}

/** Hosts that take part in a move: one that is lost copies nothing. */
function endsIn({ hosts }: PlacementProblem): (move: Move) => readonly string[] {
  const lost = new Set(
    hosts.flatMap(({ name, connection }) => (connection === "disconnected" ? [name] : [])),
  );
  return ({ from, to }) => (lost.has(from) ? [to] : [from, to]);
}

/** When the last move ends if each starts, in order, as soon as waits and limits let it. */
export function makespan(
  moves: readonly Move[],
  problem: PlacementProblem,
  durationOf: Duration,
): number {
  const { movesPerHostMax = 4 } = problem.migration ?? {};
  const endsOf = endsIn(problem);
  const busy = new Map<string, number>();
  const ended = new Set<number>();
  const running = new Map<number, number>();
  const waiting = new Set(moves.keys());
  let now = 0;
  while (waiting.size > 0 || running.size > 0) {
    for (const position of waiting) {
      const move = moves[position];
      if (move === undefined || !move.after.every((other) => ended.has(other))) continue;
      const hosts = endsOf(move);
      if (hosts.some((host) => (busy.get(host) ?? 0) >= movesPerHostMax)) continue;
      for (const host of hosts) busy.set(host, (busy.get(host) ?? 0) + 1);
      running.set(position, now + durationOf(move));
      waiting.delete(position);
    }
    now = Math.min(...running.values());
    for (const [position, end] of running) {
      const move = moves[position];
      if (end > now || move === undefined) continue;
      running.delete(position);
      ended.add(position);
      for (const host of endsOf(move)) busy.set(host, (busy.get(host) ?? 0) - 1);
    }
  }
  return now;
}

/**
 * What no order of the same moves can be below: the work of each host over its slots, and the
 * longest chain of moves each of which needs others before it. A move needs the first half of its
 * own way; every departure of whom it has to keep away from; and where its host has no room for it
 * beside all that is there before, as many departures from there as make room for it alone,
 * whichever end first.
 */
export function makespanBound(plan: Plan, durationOf: Duration): number {
  const { moves } = plan.order;
  const { movesPerHostMax = 4 } = plan.problem.migration ?? {};
  const endsOf = endsIn(plan.problem);
  const work = new Map<string, number[]>();
  for (const move of moves) {
    for (const host of endsOf(move)) {
      const times = work.get(host) ?? [];
      times.push(durationOf(move));
      work.set(host, times);
    }
  }
  const loads = [...work.values()].map((times) => shortestOn(movesPerHostMax, times));
  return Math.max(0, ...loads, longestChain(plan, durationOf));
}

/**
 * What times on so many slots take at least: their sum over the slots, and, since of the `n * slots
 * + 1` longest some slot has to take `n + 1`, the sum of the shortest `n + 1` of those.
 */
function shortestOn(slots: number, times: readonly number[]): number {
  const longestFirst = [...times].sort((left, right) => right - left);
  let bound = longestFirst.reduce((sum, time) => sum + time, 0) / slots;
  for (let last = 0; last < longestFirst.length; last += slots) {
    const count = last / slots + 1;
    const some = longestFirst.slice(last - count + 1, last + 1);
    bound = Math.max(
      bound,
      some.reduce((sum, time) => sum + time, 0),
    );
  }
  return bound;
}

/** Earliest ends, raised until nothing changes. */
function longestChain(plan: Plan, durationOf: Duration): number {
  const { moves } = plan.order;
  const ends = moves.map((move) => durationOf(move));
  const needs = needsOf(plan, ends);
  for (let isChanged = true; isChanged; ) {
    isChanged = false;
    moves.forEach((move, position) => {
      const end = (needs[position]?.() ?? 0) + durationOf(move);
      if (end <= (ends[position] ?? 0)) return;
      ends[position] = end;
      isChanged = true;
    });
  }
  return Math.max(0, ...ends);
}

/** By move, when all that it needs can have ended at the earliest, as the ends are known now. */
function needsOf({ problem, running, order }: Plan, ends: readonly number[]): (() => number)[] {
  const { moves } = order;
  const check = new WorldCheck(problem);
  const places = new Map(
    running.map((workload) => [workload.key, { workload, at: workload.at ?? "" }] as const),
  );
  const byHost = new Map<string, Place[]>();
  for (const place of places.values()) {
    byHost.set(place.at, [...(byHost.get(place.at) ?? []), place]);
  }
  const firstOf = new Map<string, number>();
  moves.forEach(({ key }, position) => {
    if (!firstOf.has(key)) firstOf.set(key, position);
  });
  const movers = [...firstOf.keys()].flatMap((key) => places.get(key) ?? []);
  const endOf = (position: number | undefined): number =>
    position === undefined ? 0 : (ends[position] ?? 0);
  return moves.map(({ key, to }, position) => {
    const workload = places.get(key)?.workload;
    if (workload === undefined) return () => 0;
    const first = firstOf.get(key);
    const there = (byHost.get(to) ?? []).filter((other) => other.workload.key !== key);
    const leaving = there.filter((other) => firstOf.has(other.workload.key));
    const apart = movers.flatMap((other) => {
      const isNear = other.workload.key !== key && !check.isApart(workload, to, other);
      return isNear ? [firstOf.get(other.workload.key)] : [];
    });
    const isFree = check.hasRoom(workload, to, there);
    return () => {
      const before = first === position ? 0 : endOf(first);
      const room = isFree ? 0 : roomBy({ check, workload, to, there, leaving, endOf, firstOf });
      return Math.max(before, room, ...apart.map((other) => endOf(other)));
    };
  });
}

interface Room {
  readonly check: WorldCheck;
  readonly workload: PlacementWorkload;
  readonly to: string;
  readonly there: readonly Place[];
  readonly leaving: readonly Place[];
  readonly endOf: (position: number | undefined) => number;
  readonly firstOf: ReadonlyMap<string, number>;
}

/** When enough have left for one to fit, if those that can leave first do. */
function roomBy({ check, workload, to, there, leaving, endOf, firstOf }: Room): number {
  const left = new Set<Place>();
  const endOfPlace = (place: Place): number => endOf(firstOf.get(place.workload.key));
  for (const place of [...leaving].sort((one, other) => endOfPlace(one) - endOfPlace(other))) {
    left.add(place);
    const rest = there.filter((other) => !left.has(other));
    if (check.hasRoom(workload, to, rest)) return endOfPlace(place);
  }
  return 0;
}
