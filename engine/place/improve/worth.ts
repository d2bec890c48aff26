import type { PlacementWorkload } from "../../model/placement.ts";
import type { BalanceWish } from "../../model/placement.ts";
import { floorDivide, mebibytesUp } from "../basics/units.ts";
import { square } from "./field.ts";

/** Least that a move has to gain: as if one host came this much nearer to even. */
const GAIN_PPM_MIN = 1000;
/** Copying so much costs as much again as moving at all. */
const COPY_MEBIBYTES = 4096;
/** Doublings after which further recent moves cost no more. */
const DOUBLINGS_MAX = 10;
/** A cluster with less deviation is even, whatever the threshold. */
const EVEN_PPM = 5000;
const PRIORITY_STEP_PPM = 100_000;
const PRIORITIES = 5;

/** Eagerness of whoever asks for balance, and priority of a move: 1 is what must be. */
export type Threshold = BalanceWish["threshold"];

/**
 * Eagernesses of those that move to even the load, the least eager first and the wish last. Each
 * goes on to where moves are no longer urgent enough for it.
 */
export function stagesOf(
  workloads: readonly PlacementWorkload[],
  wish: Threshold,
): readonly Threshold[] {
  const stages = new Set<Threshold>();
  for (const { threshold = wish, isBalanced } of workloads) {
    if (isBalanced === true && threshold > 1 && threshold < wish) stages.add(threshold);
  }
  return [...[...stages].sort((left, right) => left - right), wish];
}

/** What a move has to gain in strain: more for much memory, and doubled by each recent move. */
export function costOf(workload: PlacementWorkload): number {
  const bytes = workload.copyBytes ?? workload.demand.size.memoryBytes;
  const copies = 1 + floorDivide(mebibytesUp(bytes), COPY_MEBIBYTES);
  const doublings = Math.min(DOUBLINGS_MAX, workload.recentMoves ?? 0);
  return square(GAIN_PPM_MIN) * copies * 2 ** doublings;
}

/**
 * Standard deviation up to which a cluster is left alone. vSphere's priority of a move is
 * 6 - ceil(deviation / 0.1 * sqrt(hosts)), and a threshold takes moves of its priority and better.
 */
export function targetPpm(threshold: Threshold, hostCount: number): number {
  const step = PRIORITY_STEP_PPM / Math.sqrt(Math.max(1, hostCount));
  return Math.max(EVEN_PPM, Math.floor((PRIORITIES - threshold) * step));
}

/** Priority of moves that even out a cluster with this deviation; 2 is the most urgent. */
export function priorityOf(deviationPpm: number, hostCount: number): 2 | 3 | 4 | 5 {
  for (const threshold of [2, 3, 4] as const) {
    if (deviationPpm > targetPpm(threshold, hostCount)) return threshold;
  }
  return 5;
}
