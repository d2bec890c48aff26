import type { BalanceWish, PlacementProblem, PowerAdvice } from "../../model/placement.ts";
import type { ProposedMove, Settled } from "../settled.ts";
import { Board } from "./board.ts";
import { Crowd } from "./crowd.ts";
import { even } from "./even.ts";
import { Field } from "./field.ts";
import { type Effort, relieve } from "./relief.ts";
import { repair } from "./repair.ts";
import { Report } from "./report.ts";
import { Scale } from "./scale.ts";
import { priorityOf, targetPpm } from "./worth.ts";

/** What is better than leaving everything where it is. */
export interface Improvement {
  readonly moves: readonly ProposedMove[];
  readonly power: readonly PowerAdvice[];
}

const FULL_PPM = 1_000_000;
/** Times that evening out and relieving take turns. */
const ROUNDS_MAX = 4;
const RELIEF_EFFORT: Effort = { starts: 1, tries: 20_000, insists: false };

const NOTHING: Improvement = { moves: [], power: [] };

/**
 * Looks for moves that are worth their cost. In: a problem and its settled placement, whose ledger
 * is left with the moves made. Out: the moves, the most urgent first. The same search over the
 * result finds nothing, unless `movesMax` cut it short.
 */
export function improve(problem: PlacementProblem, settled: Settled): Improvement {
  const { balance, workloads, seed } = problem;
  if (!workloads.some(({ isMovable }) => isMovable === true)) return NOTHING;
  const report = new Report(settled.ledger);
  let { seats } = settled;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const board = new Board(problem, { ledger: settled.ledger, seats });
    improveOnce(board, { balance, seed, report });
    if (!board.hasGroups || board.mark() === 0) break;
    // Who moved may now be in other groups, which may go where single ones may not.
    seats = seatsNow(seats, report);
  }
  return { moves: report.moves(), power: [] };
}

function seatsNow(seats: Settled["seats"], report: Report): Settled["seats"] {
  return new Map(
    [...seats].map(([key, seat]) => [key, { ...seat, host: report.hostOf(key) ?? seat.host }]),
  );
}

function improveOnce(board: Board, task: Task): void {
  // Evening out may make room for a repair that found none.
  for (let round = 0; round < ROUNDS_MAX; round++) {
    if (!repair(board, task.report) && round > 0) return;
    for (let cluster = 0; cluster < board.ledger.clusters.length; cluster++) {
      balanceCluster(board, hostsOf(board, cluster), task);
    }
  }
}

interface Task {
  readonly balance: BalanceWish | undefined;
  readonly seed: number;
  readonly report: Report;
}

/** Evens out, and takes from hosts that still cannot give what is used on them. */
function balanceCluster(board: Board, hosts: readonly number[], task: Task): void {
  const { balance } = task;
  if (balance === undefined) return;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    if (balance.threshold > 1) evenOut(board, hosts, { balance, report: task.report });
    if (!relieveOverloaded(board, hosts, task) || balance.threshold === 1) return;
  }
}

function evenOut(
  board: Board,
  hosts: readonly number[],
  { balance, report }: { readonly balance: BalanceWish; readonly report: Report },
): void {
  const mark = board.mark();
  const field = new Field(board.ledger, hosts);
  const priority = priorityOf(field.deviationPpm, hosts.length);
  const target = targetPpm(balance.threshold, hosts.length);
  even(new Scale(board, field, { target, movesMax: report.movesLeft(balance.movesMax) }), target);
  report.claim(board, mark, { reason: "balance", priority });
}

/** True when anything has moved. */
function relieveOverloaded(
  board: Board,
  hosts: readonly number[],
  { seed, report }: Task,
): boolean {
  const mark = board.mark();
  const crowd = new Crowd(board, hosts, FULL_PPM);
  if (hosts.every((_host, slot) => crowd.isFine(slot))) return false;
  relieve(crowd, seed, RELIEF_EFFORT);
  report.claim(board, mark, { reason: "repair", priority: 1 });
  return board.mark() > mark;
}

/** Hosts of a cluster that run and take newcomers. */
const hostsOf = ({ ledger }: Board, cluster: number): readonly number[] =>
  ledger.hosts.flatMap(({ connection, unschedulable }, host) =>
    ledger.clusterOf[host] === cluster && connection === "connected" && !unschedulable
      ? [host]
      : [],
  );
