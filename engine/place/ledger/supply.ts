/** What filters ask of one resource of all hosts. */
export interface Stock {
  /** What the host has for workloads. */
  readonly wholeOf: (host: number) => number;
  /** What of it is taken. */
  readonly takenOf: (host: number) => number;
  /** Takes an amount of a host, or gives it back where it is below 0. */
  readonly take: (host: number, amount: number) => void;
  /** True when the host has that much free: exactly enough is enough (D05). */
  readonly has: (host: number, wanted: number) => boolean;
  /** True when every host has that much free. */
  readonly isPlenty: (wanted: number) => boolean;
}

/** One resource of all hosts, in columns. */
export class Supply {
  readonly whole: Float64Array;
  readonly taken: Float64Array;
  /** No host has less free than that, and what every host has need not be looked up. */
  #least: number;
  /** True when something was given back since, so that all may have more. */
  #isStale = false;

  constructor(whole: Float64Array) {
    this.whole = whole;
    this.taken = new Float64Array(whole.length);
    this.#least = leastFree(this.whole, this.taken);
  }

  wholeOf(host: number): number {
    return this.whole[host] ?? 0;
  }

  takenOf(host: number): number {
    return this.taken[host] ?? 0;
  }

  take(host: number, amount: number): void {
    if (amount === 0) return;
    const taken = (this.taken[host] ?? 0) + amount;
    this.taken[host] = taken;
    const free = (this.whole[host] ?? 0) - taken;
    if (free < this.#least) this.#least = free;
    if (amount < 0) this.#isStale = true;
  }

  has(host: number, wanted: number): boolean {
    return wanted <= this.#least || wanted <= (this.whole[host] ?? 0) - (this.taken[host] ?? 0);
  }

  /** Looks at the hosts only where it is not plain. */
  isPlenty(wanted: number): boolean {
    if (wanted > this.#least && this.#isStale) {
      this.#least = leastFree(this.whole, this.taken);
      this.#isStale = false;
    }
    return wanted <= this.#least;
  }
}

function leastFree(whole: Float64Array, taken: Float64Array): number {
  let least = Number.POSITIVE_INFINITY;
  for (let host = 0; host < whole.length; host++) {
    least = Math.min(least, (whole[host] ?? 0) - (taken[host] ?? 0));
  }
  return least;
}
