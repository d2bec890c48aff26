import type { PlacementProblem } from "../../model/placement.ts";
import { SeededRandom } from "../random.ts";
import type { ProposedMove, Settled } from "../settled.ts";
import { Anneal } from "./anneal.ts";
import { Board } from "./board.ts";
import { Crowd } from "./crowd.ts";
import { Report } from "./report.ts";

/**
 * Looks for the fewest moves after which no host carries more than `targetPpm` of its capacity, in
 * CPU and memory, all rules kept. In: a problem and its settled placement, whose ledger is left
 * with the moves made. Out: the moves; undefined when no such plan was found, and nothing has moved.
 */
export function reachPeak(
  problem: PlacementProblem,
  settled: Settled,
  targetPpm: number,
): readonly ProposedMove[] | undefined {
  const board = new Board(problem, settled);
  const report = new Report(board);
  const hosts = board.ledger.hosts.flatMap(({ connection }, host) =>
    connection === "connected" ? [host] : [],
  );
  const crowd = new Crowd(board, hosts, targetPpm);
  if (!relieve(crowd, problem.seed)) return undefined;
  report.claim({ reason: "repair", priority: 1 });
  return report.moves();
}

const STARTS = 3;
const TRIES_PER_UNIT = 500;

function relieve(crowd: Crowd, seed: number): boolean {
  const { board } = crowd;
  const mark = board.mark();
  let best = Infinity;
  let bestAt: Int32Array | undefined;
  for (let start = 0; start < STARTS; start++) {
    board.rollback(mark);
    const search = new Anneal(crowd, new SeededRandom(seed + start));
    search.run(board.units.length * TRIES_PER_UNIT, 0);
    if (search.best >= best) continue;
    best = search.best;
    bestAt = search.bestAt;
  }
  board.rollback(mark);
  return bestAt !== undefined && replay(board, bestAt);
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
