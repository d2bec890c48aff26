import { FailureDrill } from "../admission/drill.ts";
import type { Board } from "./board.ts";

/** Workloads up to which the loss of hosts is tried; beyond, filters by sums have to do. */
const DRILLED_MAX = 2000;
const QUESTIONS_MAX = 20_000;

/** True when what the lost hosts ran finds other hosts, whatever hosts the policy lets be lost. */
export function standsFailures(board: Board, cluster: number): boolean {
  const { ledger } = board;
  const failures = ledger.clusters[cluster]?.policy?.hostFailuresToTolerate ?? 0;
  const seats = [...board.seats().values()];
  if (failures <= 0 || seats.length > DRILLED_MAX) return true;
  const drill = new FailureDrill({ ledger, seats });
  return drill.survives(cluster, failures, QUESTIONS_MAX).stranded === undefined;
}

/**
 * Tells whether a cluster with admission by simulation still keeps what it promises. One that does
 * not keep it anyhow is no worse off for being evened out.
 */
export function promiseOf(board: Board, cluster: number): () => boolean {
  const { admission } = board.ledger.clusters[cluster]?.policy ?? {};
  const isHeld = admission?.kind === "simulation" && standsFailures(board, cluster);
  return isHeld ? () => standsFailures(board, cluster) : () => true;
}

/** Makes moves, and takes them back where they break a promise: half as many are tried then. */
export function keepingPromise(
  board: Board,
  cluster: number,
  { movesMax, make }: { readonly movesMax: number; readonly make: (movesMax: number) => void },
): void {
  const isKept = promiseOf(board, cluster);
  for (let most = movesMax; most > 0; ) {
    const mark = board.mark();
    make(most);
    const made = board.mark() - mark;
    if (made === 0 || isKept()) return;
    board.rollback(mark);
    most = Math.floor(Math.min(most, made) / 2);
  }
}
