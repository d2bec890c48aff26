import type { SeededRandom } from "../basics/random.ts";
import type { ReassignProblem } from "./problem.ts";

/** Out of 256 draws how many look for one of similar size instead of any. */
const ALIKE_OF_256 = 192;

/**
 * Draws processes by size. Large ones are drawn more often: where they go decides what is left for
 * the others. Two of similar size can trade machines that are full, and the cost changes little:
 * late in a search only such trades are still accepted.
 */
export class BySize {
  readonly #random: SeededRandom;
  /** Processes by size. */
  readonly #order: Int32Array;
  /** Per process its index in that order. */
  readonly #ranks: Int32Array;
  /** How far apart two may be in the order: up to 2^1, 2^2 ... half of all. */
  readonly #doublings: number;

  constructor(problem: ReassignProblem, random: SeededRandom) {
    const { processCount } = problem;
    const sizes = sizesOf(problem);
    const bySize = (a: number, b: number): number =>
      (sizes[a] as number) - (sizes[b] as number) || a - b;
    this.#random = random;
    this.#order = Int32Array.from({ length: processCount }, (_, process) => process).sort(bySize);
    this.#ranks = new Int32Array(processCount);
    for (const [rank, process] of this.#order.entries()) this.#ranks[process] = rank;
    this.#doublings = Math.max(1, Math.floor(Math.log2(processCount)) - 1);
  }

  /** Any process, more often a large one: the square of an even draw is more often small. */
  large(): number {
    const count = this.#order.length;
    const fromLargest = this.#random.fraction();
    return this.#order[count - 1 - Math.floor(count * fromLargest * fromLargest)] as number;
  }

  /** Any process, more often one of similar size; may be the process itself. */
  alike(process: number): number {
    const random = this.#random;
    const count = this.#order.length;
    if (random.below(256) >= ALIKE_OF_256) return random.below(count);
    const span = 1 << (1 + random.below(this.#doublings));
    const rank = (this.#ranks[process] as number) + random.below(span) - (span >> 1);
    return this.#order[rank < 0 ? rank + count : rank % count] as number;
  }
}

/** Per process the sum of its shares of what all machines have of each resource. */
function sizesOf({
  processCount,
  resourceCount,
  capacities,
  requirements,
}: ReassignProblem): Float64Array {
  const totals = new Float64Array(resourceCount).fill(1);
  for (const [index, amount] of capacities.entries()) {
    totals[index % resourceCount] = (totals[index % resourceCount] as number) + amount;
  }
  const sizes = new Float64Array(processCount);
  for (const [index, amount] of requirements.entries()) {
    const resource = index % resourceCount;
    const process = (index - resource) / resourceCount;
    sizes[process] = (sizes[process] as number) + amount / (totals[resource] as number);
  }
  return sizes;
}
