/** What the hosts of a cluster have of one resource, with what is left without the largest. */
export class HostAmounts {
  /** Hosts that are counted. */
  readonly count: number;
  /** By number of hosts lost: what the others have. */
  readonly #left: Float64Array;

  constructor(amounts: readonly number[]) {
    const smallestFirst = new Float64Array(amounts).sort();
    this.count = smallestFirst.length;
    this.#left = new Float64Array(this.count + 1);
    let sum = 0;
    smallestFirst.forEach((amount, index) => {
      sum += amount;
      this.#left[this.count - 1 - index] = sum;
    });
  }

  /** What all hosts have but so many, which are the largest. */
  without(largest: number): number {
    return this.#left[largest] ?? 0;
  }
}
