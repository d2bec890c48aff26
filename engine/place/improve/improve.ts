import type { BalanceWish, PlacementProblem, PowerAdvice } from "../../model/placement.ts";
import type { ProposedMove, Settled } from "../deciding/settled.ts";
import { Board } from "./board.ts";
import { consolidate } from "./consolidate.ts";
import { Crowd } from "./crowd.ts";
import { even } from "./even.ts";
import { Field } from "./field.ts";
import { type PowerTask, powerTasks, putToSleep, wakeUp } from "./power.ts";
import { keepingPromise, promiseOf } from "./promise.ts";
import { type Effort, relieve } from "./relief.ts";
import { repair } from "./repair.ts";
import { Report } from "./report.ts";
import { Rules } from "./rules.ts";
import { Scale } from "./scale.ts";
import { priorityOf, stagesOf, targetPpm, type Threshold } from "./worth.ts";

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
  return new Improver(problem, settled).run(problem.balance);
}

/** Improves a placement, as `improve` does, as often as somebody asks; later runs cost less. */
export class Improver {
  readonly #problem: PlacementProblem;
  readonly #settled: Settled;
  readonly #rules: Rules;
  readonly #hasMovable: boolean;
  /** Absent until something may move. */
  #board: Board | undefined;

  constructor(problem: PlacementProblem, settled: Settled) {
    this.#problem = problem;
    this.#settled = settled;
    this.#rules = new Rules(settled.ledger);
    this.#hasMovable = problem.workloads.some(({ isMovable }) => isMovable === true);
  }

  /** Class and host of everything that runs, with all moves made. */
  get seats(): Settled["seats"] {
    return this.#board?.seats() ?? this.#settled.seats;
  }

  /** Looks for moves as the next plan would, to which what has moved is at home. */
  run(balance: BalanceWish | undefined): Improvement {
    const { policies, seed, workloads } = this.#problem;
    let isMovable = this.#hasMovable;
    if (!isMovable && policies.every(({ power }) => power === undefined)) return NOTHING;
    const { ledger } = this.#settled;
    const report = new Report(ledger);
    const power = powerTasks(balance, this.#settled, report);
    const stages = balance === undefined ? [] : stagesOf(workloads, balance.threshold);
    const task = { balance, stages, seed, report, power };
    for (let round = 0; round < ROUNDS_MAX && isMovable; round++) {
      const board = this.#nextBoard();
      improveOnce(board, task);
      // Who moved may now be in other groups, which may go where single ones may not.
      isMovable = board.hasGroups && board.mark() > 0;
    }
    for (const each of task.power) wakeUp(ledger, each);
    return { moves: report.moves(), power: task.power.flatMap(({ advice }) => advice) };
  }

  #nextBoard(): Board {
    const { ledger } = this.#settled;
    if (this.#board?.settle() !== true) {
      this.#board = new Board(this.#problem, { ledger, seats: this.seats }, this.#rules);
    }
    return this.#board;
  }
}

/** What of the problem one round of improvement needs. */
interface Task {
  readonly balance: BalanceWish | undefined;
  readonly stages: readonly Threshold[];
  readonly seed: number;
  readonly report: Report;
  readonly power: readonly PowerTask[];
}

function improveOnce(board: Board, task: Task): void {
  const { balance, power } = task;
  let repaired = -1;
  // Evening out may make room for a repair that found none.
  for (let round = 0; round < ROUNDS_MAX && board.mark() !== repaired; round++) {
    if (!repair(board, task.report) && round > 0) return;
    repaired = board.mark();
    if (balance === undefined) return;
    for (let cluster = 0; cluster < board.ledger.clusters.length; cluster++) {
      const powered = power.find((each) => each.cluster === cluster);
      balanceCluster(board, cluster, { ...task, balance, powered });
    }
  }
}

interface ClusterTask extends Task {
  readonly balance: BalanceWish;
  readonly powered: PowerTask | undefined;
}

/** Lets hosts sleep, evens out or packs, and relieves those that still cannot give what is used. */
function balanceCluster(board: Board, cluster: number, task: ClusterTask): void {
  const { threshold, goal, movesMax } = task.balance;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    let hasChanged = false;
    if (threshold > 1 && task.powered !== undefined) hasChanged = putToSleep(board, task.powered);
    const hosts = hostsOf(board, cluster);
    if (threshold > 1) {
      if (goal === "pack") {
        const isKept = promiseOf(board, cluster);
        consolidate(board, hosts, { report: task.report, movesMax, isKept });
      } else if (evenOut(board, { cluster, hosts }, task) && task.powered !== undefined)
        hasChanged = true;
    }
    hasChanged = relieveOverloaded(board, hosts, task) || hasChanged;
    if (!hasChanged || threshold === 1) return;
  }
}

/** True when anything has moved: first whatever is as urgent, in the end only who is as eager. */
function evenOut(board: Board, where: ClusterHosts, task: ClusterTask): boolean {
  const mark = board.mark();
  for (const threshold of task.stages) evenOutTo(threshold, board, where, task);
  return board.mark() > mark;
}

/** A cluster, and its hosts that take part. */
interface ClusterHosts {
  readonly cluster: number;
  readonly hosts: readonly number[];
}

/** Moves those that are so eager, until the load is so even that they may stay. */
function evenOutTo(
  threshold: Threshold,
  board: Board,
  { cluster, hosts }: ClusterHosts,
  { balance, report }: ClusterTask,
): void {
  const before = new Field(board.ledger, hosts);
  const target = targetPpm(threshold, hosts.length);
  if (before.isEven(target)) return;
  const mark = board.mark();
  keepingPromise(board, cluster, {
    movesMax: report.movesLeft(balance.movesMax),
    make: (movesMax) => {
      const limits = { target, movesMax, priority: threshold };
      even(new Scale(board, new Field(board.ledger, hosts), limits), target);
    },
  });
  const priority = priorityOf(before.deviationPpm, hosts.length);
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
