import { Descent } from "./descent.ts";
import { Exchange } from "./exchange.ts";
import { square } from "./field.ts";
import type { Scale } from "./scale.ts";

/** Least gains of the rounds, in squares of the target: moves that bring little wait. */
const ROUNDS = [2, 0] as const;
/** Pairs that all exchanges may look at, for each host and in all. */
const WORK_PER_HOST = 1_000_000;
const WORK_MAX = 10_000_000;

/**
 * Evens out the hosts of a field with few moves: big ones first, then what moves anyhow changes
 * places until no further gain is free, and only then smaller moves. In the end nothing that is
 * worth its cost is left, so the same search over the result finds nothing.
 */
export function even(scale: Scale, target: number): void {
  const descent = new Descent(scale);
  let work = Math.min(WORK_MAX, WORK_PER_HOST * scale.field.hosts.length);
  const exchange = (addedMax: number): boolean => {
    const round = new Exchange(scale, { addedMax, work });
    const hasChanged = round.run();
    work = round.workLeft;
    return hasChanged;
  };
  for (const squares of ROUNDS) {
    descent.run(squares * square(target), 1);
    exchange(0);
  }
  while (scale.goesOn() && (descent.run(0) || exchange(2))) exchange(0);
}
