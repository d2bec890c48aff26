import { SeededRandom } from "../basics/random.ts";
import { Anneal } from "./anneal.ts";
import type { Board } from "./board.ts";
import type { Crowd } from "./crowd.ts";
import { Emptiest } from "./emptiest.ts";
import { Tournament } from "./tournament.ts";

/** Hosts tried for a unit, the emptiest first. */
const HOSTS_TRIED = 16;
/** Up to so many units a search looks for fewer moves than taking the obvious ones needs. */
const SEARCHED_UNITS_MAX = 2000;

/** How long to search: so many starts of so many changes each. */
export interface Effort {
  readonly starts: number;
  readonly tries: number;
  /** Whether to search also where the obvious moves do not reach the target. */
  readonly insists: boolean;
}

/**
 * Brings all hosts to the target with few moves; false when that was not found, with the moves
 * that bring them nearer made. Large clusters get the obvious moves only.
 */
export function relieve(crowd: Crowd, seed: number, effort: Effort): boolean {
  const { board } = crowd;
  const home = board.at.slice();
  const isReached = relieveObviously(crowd);
  const obvious = countMoves(board, home);
  const mayBeBetter = isReached ? obvious > 1 : effort.insists;
  if (!mayBeBetter || board.units.length > SEARCHED_UNITS_MAX) return isReached;
  const obviousAt = board.at.slice();
  let best = isReached ? obvious : Infinity;
  const found: Found[] = isReached ? [{ moves: obvious, at: obviousAt }] : [];
  const enough = atLeast(crowd, home);
  let strictness = 1;
  for (let start = 0; start < effort.starts && best > enough; start++) {
    restore(board, home);
    const search = new Anneal(crowd, new SeededRandom(seed + start), strictness);
    search.run(effort.tries, enough);
    if (search.bestAt === undefined) strictness *= 2;
    else found.push({ moves: search.best, at: search.bestAt });
    best = Math.min(best, search.best);
  }
  // A search may end where no order of single moves leads to; then the next best has to do.
  found.sort((left, right) => left.moves - right.moves);
  for (const { at } of found) {
    restore(board, home);
    if (replay(board, at)) return true;
  }
  restore(board, home);
  replay(board, obviousAt);
  return isReached;
}

/** A way to reach the target: how many moves, and where every unit is then. */
interface Found {
  readonly moves: number;
  readonly at: Int32Array;
}

/** Moves that no plan can do without: each host above the target loses at least one unit. */
function atLeast(crowd: Crowd, home: Int32Array): number {
  restore(crowd.board, home);
  return crowd.hosts.reduce((sum, _host, slot) => sum + (crowd.isFine(slot) ? 0 : 1), 0);
}

/** Takes from the fullest host what brings it to the target, or most of the way, and so on. */
function relieveObviously(crowd: Crowd): boolean {
  const crowded = new Tournament(crowd.hosts.length);
  const emptiest = new Emptiest(crowd.board.ledger, crowd.hosts);
  const renew = (slot: number): void => {
    const over = crowd.over(slot);
    crowded.set(slot, over > 0 ? -over : Infinity);
  };
  let passed = -1;
  // A host that nobody could leave may be helped by what has moved since.
  while (passed < crowd.board.mark()) {
    passed = crowd.board.mark();
    for (let slot = 0; slot < crowd.hosts.length; slot++) renew(slot);
    for (let slot = crowded.winner; slot >= 0; slot = crowded.winner) {
      if (relieveOnce(crowd, slot, emptiest)) renew(slot);
      else crowded.set(slot, Infinity);
    }
  }
  return crowd.hosts.every((_host, slot) => crowd.isFine(slot));
}

function relieveOnce(crowd: Crowd, slot: number, emptiest: Emptiest): boolean {
  const { board } = crowd;
  const { cpu, memory, members } = board;
  const host = crowd.hosts[slot] as number;
  const left = (unit: number): number =>
    crowd.over(slot, -(cpu[unit] as number), -(memory[unit] as number));
  const bytes = (unit: number): number => memory[unit] as number;
  const candidates = (members[host] as readonly number[])
    .map((unit) => ({ unit, left: left(unit) }))
    .filter((candidate) => candidate.left < crowd.over(slot))
    .sort(
      (one, other) =>
        one.left - other.left || bytes(one.unit) - bytes(other.unit) || one.unit - other.unit,
    );
  return candidates.some(({ unit }) =>
    roomFor(crowd, unit, emptiest).some((to) => {
      const isMade = board.move(unit, crowd.hosts[to] as number);
      if (isMade) for (const changed of [slot, to]) emptiest.renew(changed);
      return isMade;
    }),
  );
}

/** Positions of hosts that a unit would leave at the target, the emptiest first. */
function roomFor(crowd: Crowd, unit: number, emptiest: Emptiest): readonly number[] {
  const { board, hosts } = crowd;
  const cpu = board.cpu[unit] as number;
  const memory = board.memory[unit] as number;
  return emptiest.first(HOSTS_TRIED, (slot) => {
    const host = hosts[slot] as number;
    const isRoomy = host !== board.at[unit] && crowd.over(slot, cpu, memory) <= 0;
    return isRoomy && board.admits(unit, host);
  });
}

const countMoves = ({ at, units }: Board, home: Int32Array): number =>
  at.reduce((sum, host, unit) => sum + (host === home[unit] ? 0 : (units[unit]?.length ?? 0)), 0);

/** Puts all back, which needs no one's leave. */
function restore(board: Board, goal: Int32Array): void {
  board.at.forEach((host, unit) => {
    if (host !== goal[unit]) board.put(unit, goal[unit] as number);
  });
}

/** Makes the moves that lead from where all are now to where they shall be. */
function replay(board: Board, goal: Int32Array): boolean {
  const mark = board.mark();
  let waiting = [...board.at.keys()].filter((unit) => board.at[unit] !== goal[unit]);
  while (waiting.length > 0) {
    const refused = waiting.filter((unit) => !board.move(unit, goal[unit] as number));
    if (refused.length === waiting.length) {
      board.rollback(mark);
      return false;
    }
    waiting = refused;
  }
  return true;
}
