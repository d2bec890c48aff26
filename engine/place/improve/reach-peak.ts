import type { PlacementProblem } from "../../model/placement.ts";
import type { ProposedMove, Settled } from "../deciding/settled.ts";
import { Board } from "./board.ts";
import { Crowd } from "./crowd.ts";
import { relieve } from "./relief.ts";
import { Report } from "./report.ts";

/** A thorough search; it takes some milliseconds for each host. */
const STARTS = 5;
const TRIES_PER_UNIT = 500;

/**
 * Looks for the fewest moves after which no host carries more than `targetPpm` of its capacity, in
 * CPU and memory, all rules kept. In: a problem and its settled placement, whose ledger is left
 * with the moves made. Out: the moves; undefined when no such plan was found.
 */
export function reachPeak(
  problem: PlacementProblem,
  settled: Settled,
  targetPpm: number,
): readonly ProposedMove[] | undefined {
  const board = new Board(problem, settled);
  const report = new Report(board.ledger);
  const hosts = board.ledger.hosts.flatMap(({ connection }, host) =>
    connection === "connected" ? [host] : [],
  );
  const tries = TRIES_PER_UNIT * board.units.length;
  const effort = { starts: STARTS, tries, insists: true };
  if (!relieve(new Crowd(board, hosts, targetPpm), problem.seed, effort)) return undefined;
  report.claim(board, 0, { reason: "repair", priority: 1 });
  return report.moves();
}
