/** The way of each move: one leg, or more where it stops at another host on the way. */
import type { Move } from "../model/placement.ts";

/** One live move of one workload. */
export interface Leg {
  readonly from: string;
  readonly to: string;
  /** Place in the order in which all moves can be made. */
  readonly position: number;
  /** Places of the moves that must have ended before. */
  readonly after: readonly number[];
  /** Workloads that must be gone before. */
  readonly afterGone: readonly string[];
  readonly reason: Move["reason"];
  readonly message: string;
  /** What gets the room that this move leaves. */
  readonly for: string | undefined;
}

const NOBODY: readonly string[] = [];

/** Legs by key of the workload, each list in the order of the moves. */
export function legsOf(moves: readonly Move[]): Map<string, Leg[]> {
  const legs = new Map<string, Leg[]>();
  moves.forEach((move, position) => {
    const { key, from, to, after, afterGone = NOBODY, reason, message } = move;
    const leg: Leg = { from, to, position, after, afterGone, reason, message, for: move.for };
    const known = legs.get(key);
    if (known === undefined) legs.set(key, [leg]);
    else known.push(leg);
  });
  return legs;
}
