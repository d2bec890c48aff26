const BLOCK = 40;

/** How many hosts have which total, so that a rank is found without sorting them. */
export class Ranks {
  readonly #histogram: Int32Array;
  readonly #blocks: Int32Array;

  constructor(totalMax: number) {
    this.#histogram = new Int32Array(totalMax + 1);
    this.#blocks = new Int32Array(Math.floor(totalMax / BLOCK) + 1);
  }

  clear(): void {
    this.#histogram.fill(0);
    this.#blocks.fill(0);
  }

  /** Counts one host more (1) or less (-1) with this total. */
  count(total: number, sign: 1 | -1): void {
    const block = Math.floor(total / BLOCK);
    this.#histogram[total] = (this.#histogram[total] ?? 0) + sign;
    this.#blocks[block] = (this.#blocks[block] ?? 0) + sign;
  }

  /** 1 is best; equal totals share a rank. */
  rankOf(total: number): number {
    return this.countAbove(total) + 1;
  }

  /** Hosts with a higher total; any number may be asked for. */
  countAbove(total: number): number {
    if (total < 0) return this.countAbove(0) + (this.#histogram[0] ?? 0);
    const block = Math.floor(total / BLOCK);
    let better = 0;
    for (let index = block + 1; index < this.#blocks.length; index++) {
      better += this.#blocks[index] ?? 0;
    }
    const end = Math.min((block + 1) * BLOCK, this.#histogram.length);
    for (let value = total + 1; value < end; value++) better += this.#histogram[value] ?? 0;
    return better;
  }
}
