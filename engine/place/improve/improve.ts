import type { BalanceWish, PlacementProblem, PowerAdvice } from "../../model/placement.ts";
import type { ProposedMove, Settled } from "../settled.ts";
import { Board } from "./board.ts";
import { even } from "./even.ts";
import { Field } from "./field.ts";
import { Report } from "./report.ts";
import { Scale } from "./scale.ts";
import { priorityOf, targetPpm } from "./worth.ts";

/** What is better than leaving everything where it is. */
export interface Improvement {
  readonly moves: readonly ProposedMove[];
  readonly power: readonly PowerAdvice[];
}

const NOTHING: Improvement = { moves: [], power: [] };

/**
 * Looks for moves that are worth their cost. In: a problem and its settled placement, whose ledger
 * is left with the moves made. Out: the moves, the most urgent first. The same search over the
 * result finds nothing, unless `movesMax` cut it short.
 */
export function improve(problem: PlacementProblem, settled: Settled): Improvement {
  const { balance, workloads } = problem;
  if (balance === undefined || !workloads.some(({ isMovable }) => isMovable === true)) {
    return NOTHING;
  }
  const board = new Board(problem, settled);
  const report = new Report(board);
  if (balance.threshold > 1) evenOut(board, balance, report);
  return { moves: report.moves(), power: [] };
}

/** Evens out each cluster by itself. */
function evenOut(board: Board, balance: BalanceWish, report: Report): void {
  let movesMax = balance.movesMax ?? Infinity;
  for (let cluster = 0; cluster < board.ledger.clusters.length; cluster++) {
    const hosts = hostsOf(board, cluster);
    const field = new Field(board.ledger, hosts);
    const priority = priorityOf(field.deviationPpm, hosts.length);
    const target = targetPpm(balance.threshold, hosts.length);
    const scale = new Scale(board, field, { target, movesMax });
    even(scale, target);
    movesMax = scale.movesLeft;
    report.claim({ reason: "balance", priority });
  }
}

/** Hosts of a cluster that run and take newcomers. */
const hostsOf = ({ ledger }: Board, cluster: number): readonly number[] =>
  ledger.hosts.flatMap(({ connection, unschedulable }, host) =>
    ledger.clusterOf[host] === cluster && connection === "connected" && !unschedulable
      ? [host]
      : [],
  );
