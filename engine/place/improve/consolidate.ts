import type { Board } from "./board.ts";
import { evacuate } from "./evacuate.ts";
import { peakPpm } from "./field.ts";
import type { Report } from "./report.ts";

/** Most that a host may carry once others are emptied into it: the upper edge of DPM's band. */
const MOST_PPM = 810_000;

interface Limits {
  readonly report: Report;
  readonly movesMax: number | undefined;
  /** False once the cluster could not lose the hosts any more that it promises. */
  readonly isKept: () => boolean;
}

/**
 * Empties little-used hosts into those in use, the least used first, until none can be emptied any
 * more. Out: whether anything has moved.
 */
export function consolidate(
  board: Board,
  hosts: readonly number[],
  { report, movesMax, isKept }: Limits,
): boolean {
  const { ledger } = board;
  const start = board.mark();
  for (let before = -1; before < board.mark(); ) {
    before = board.mark();
    for (const host of leastUsedFirst(board, hosts)) {
      const mark = board.mark();
      const used = hosts.filter((each) => (ledger.workloads[each] ?? 0) > 0);
      const refuge = { hosts: used, mostPpm: MOST_PPM, movesMax: report.movesLeft(movesMax) };
      if (evacuate(board, host, refuge) !== undefined) continue;
      if (!isKept()) {
        board.rollback(mark);
        continue;
      }
      const message = `empties ${ledger.hosts[host]?.name ?? ""}`;
      report.claim(board, mark, { reason: "consolidate", priority: 3, message });
    }
  }
  return board.mark() > start;
}

/** Hosts that run anything. */
const leastUsedFirst = ({ ledger }: Board, hosts: readonly number[]): readonly number[] =>
  hosts
    .filter((host) => (ledger.workloads[host] ?? 0) > 0)
    .map((host) => ({ host, peak: peakPpm(ledger, host) }))
    .sort((left, right) => left.peak - right.peak || left.host - right.host)
    .map(({ host }) => host);
