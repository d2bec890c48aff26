import type { Board } from "./board.ts";
import type { Member } from "./movers.ts";
import { peakPpm } from "./field.ts";
import type { Report } from "./report.ts";
import { overbooking } from "./rules.ts";

/** Units of one host that are thought of when one of them has to leave. */
const CANDIDATES_MAX = 16;
/** Hosts tried for whoever has to leave. */
const HOSTS_TRIED = 64;
/** Hosts, and units on each of them, that are thought of when someone has to make room. */
const EJECTED_FROM_MAX = 16;
const EJECTED_MAX = 8;
/** Further moves that may make room for one. */
const CHAIN_MAX = 2;

/** Tries of one pass over all hosts to make room for someone. */
const CHAIN_TRIES_MAX = 4000;

/**
 * Heals broken must rules and overbooked hosts with few moves: of those that a host cannot keep
 * together, the one leaves whose departure heals most. What cannot be healed stays as it is. Out:
 * whether anything has moved.
 */
export function repair(board: Board, report: Report): boolean {
  const before = board.mark();
  const healed = new Set<number>();
  let passed = -1;
  // What one move heals may let another be healed that could not be so far.
  while (passed < board.mark()) {
    passed = board.mark();
    repairOnce(board, { report, healed, hosts: emptiestFirst(board), tries: CHAIN_TRIES_MAX });
  }
  return board.mark() > before;
}

/** One pass over all hosts. */
interface Pass {
  readonly report: Report;
  readonly hosts: readonly number[];
  /** Units that were healed before: two that break each other's rules would go to and fro. */
  readonly healed: Set<number>;
  /** Left of `CHAIN_TRIES_MAX`. */
  tries: number;
}

function repairOnce(board: Board, pass: Pass): void {
  const isOverbooked = overbooking(board.ledger);
  for (let host = 0; host < board.ledger.hosts.length; host++) {
    const isOver = isOverbooked(host);
    const find = (): readonly number[] =>
      brokenOn(board, host, isOver).filter((unit) => !pass.healed.has(unit));
    let broken = find();
    while (broken.length > 0 && healOne(board, broken, pass)) broken = find();
  }
}

/** Movable units of a host that must not stay there. */
function brokenOn(board: Board, host: number, isOver: boolean): readonly number[] {
  const broken: number[] = [];
  const { rules } = board;
  if (!isOver && (board.isFree || rules.isFine(host))) return broken;
  const units = board.members[host] as readonly number[];
  for (const unit of units) if (isBroken(board, unit, isOver)) broken.push(unit);
  const isLasting = (unit: number): boolean =>
    (board.units[unit] as readonly Member[]).every((each) => rules.isLocal(each.workloadClass));
  if (broken.length === 0 && !isOver && units.every(isLasting)) rules.noteFine(host);
  return broken.length > 1 ? broken.sort((left, right) => left - right) : broken;
}

function isBroken(board: Board, unit: number, isOver: boolean): boolean {
  const { rules } = board;
  for (const { workloadClass } of board.units[unit] as readonly Member[]) {
    const host = board.at[unit] as number;
    if (!isOver && !rules.isSuspect(workloadClass, host)) continue;
    if (rules.brokenBy(workloadClass, host) !== undefined) return true;
  }
  return false;
}

/** Moves one of the broken away. */
function healOne(board: Board, broken: readonly number[], pass: Pass): boolean {
  const candidates = broken
    .slice(0, CANDIDATES_MAX)
    .map((unit) => ({ unit, healed: healedBy(board, unit, broken), bytes: board.memory[unit] }))
    .sort(
      (left, right) =>
        right.healed - left.healed ||
        (left.bytes ?? 0) - (right.bytes ?? 0) ||
        left.unit - right.unit,
    );
  for (const { unit } of candidates) {
    const [first] = board.units[unit] as readonly Member[];
    const from = board.at[unit] as number;
    const cause = first && board.rules.causeOf(first.workloadClass, from);
    const mark = board.mark();
    if (!relocate(board, unit, { pass, chain: CHAIN_MAX, not: [] })) continue;
    pass.report.claim(board, mark, { reason: "repair", priority: 1, ...cause });
    pass.healed.add(unit);
    return true;
  }
  return false;
}

/** How many of the broken would be fine if the unit were gone, itself included. */
function healedBy(board: Board, unit: number, broken: readonly number[]): number {
  return board.without(
    unit,
    () => 1 + broken.filter((other) => other !== unit && !isBroken(board, other, true)).length,
  );
}

interface Search {
  readonly pass: Pass;
  /** Further moves that may make room. */
  readonly chain: number;
  /** Hosts that are no goal. */
  readonly not: readonly number[];
}

/** Moves a unit anywhere, after others have made room when there is no other way. */
function relocate(board: Board, unit: number, search: Search): boolean {
  const { pass, chain, not } = search;
  const goals = goalsOf(board, unit, search);
  if (goals.some((to) => board.move(unit, to))) return true;
  if (chain === 0) return false;
  return goals.slice(0, EJECTED_FROM_MAX).some((to) =>
    smallestOn(board, to).some((other) => {
      if (pass.tries-- <= 0) return false;
      const mark = board.mark();
      const rest = { pass, chain: chain - 1, not: [...not, to, board.at[unit] as number] };
      const isDone = relocate(board, other, rest) && board.move(unit, to);
      if (!isDone) board.rollback(mark);
      return isDone;
    }),
  );
}

const smallestOn = (board: Board, host: number): readonly number[] =>
  [...(board.members[host] as readonly number[])]
    .sort(
      (left, right) =>
        (board.memory[left] as number) - (board.memory[right] as number) || left - right,
    )
    .slice(0, EJECTED_MAX);

/** Some hosts that may take a unit, near its required partners, those of its cluster first. */
function goalsOf(board: Board, unit: number, { pass: { hosts }, not }: Search): readonly number[] {
  const { clusterOf } = board.ledger;
  const from = board.at[unit] as number;
  const members = board.units[unit] as readonly Member[];
  const needed = members.flatMap(({ workloadClass }) => workloadClass.terms.affinity?.terms ?? []);
  const isNear = (host: number): boolean =>
    needed.every(({ topology, counts }) => {
      const domain = topology.domainOf[host] ?? -1;
      return counts.at(domain) > 0;
    });
  const isOpen = (host: number): boolean => host !== from && board.admits(unit, host);
  const hasNear = needed.length > 0 && hosts.some((host) => isNear(host) && isOpen(host));
  const own: number[] = [];
  const others: number[] = [];
  for (const host of hosts) {
    if (own.length === HOSTS_TRIED) break;
    if ((hasNear && !isNear(host)) || !isOpen(host) || not.includes(host)) continue;
    (clusterOf[host] === clusterOf[from] ? own : others).push(host);
  }
  return [...own, ...others].slice(0, HOSTS_TRIED);
}

/** Hosts that take newcomers, by their load. */
function emptiestFirst({ ledger }: Board): readonly number[] {
  return ledger.hosts
    .flatMap(({ connection, unschedulable }, host) =>
      connection === "connected" && !unschedulable ? [{ host, peak: peakPpm(ledger, host) }] : [],
    )
    .sort((left, right) => left.peak - right.peak || left.host - right.host)
    .map(({ host }) => host);
}
