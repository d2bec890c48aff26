import type { Ledger } from "../ledger/ledger.ts";
import { peakPpm } from "./field.ts";

/** Hosts, by their positions in a list, in the order of their load: the emptiest first. */
export class Emptiest {
  readonly #ledger: Ledger;
  readonly #hosts: readonly number[];
  /** By position in the list, as they are ordered. */
  readonly #peaks: Float64Array;
  readonly #order: Int32Array;

  constructor(ledger: Ledger, hosts: readonly number[]) {
    this.#ledger = ledger;
    this.#hosts = hosts;
    this.#peaks = Float64Array.from(hosts, (host) => peakPpm(ledger, host));
    this.#order = Int32Array.from(hosts.keys()).sort((left, right) => this.#compare(left, right));
  }

  /** The first so many of those that somebody wants. */
  first(count: number, isWanted: (slot: number) => boolean): readonly number[] {
    const found: number[] = [];
    for (let place = 0; place < this.#order.length && found.length < count; place++) {
      const slot = this.#order[place] as number;
      if (isWanted(slot)) found.push(slot);
    }
    return found;
  }

  /** Reads the load of one host anew. */
  renew(slot: number): void {
    const last = this.#order.length - 1;
    const from = this.#placeOf(slot, this.#order.length);
    this.#order.copyWithin(from, from + 1);
    this.#peaks[slot] = peakPpm(this.#ledger, this.#hosts[slot] as number);
    const to = this.#placeOf(slot, last);
    this.#order.copyWithin(to + 1, to, last);
    this.#order[to] = slot;
  }

  /** Where a host is, or belongs, among the first so many. */
  #placeOf(slot: number, count: number): number {
    let [low, high] = [0, count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#compare(this.#order[middle] as number, slot) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Positions break ties. */
  #compare(left: number, right: number): number {
    return (this.#peaks[left] as number) - (this.#peaks[right] as number) || left - right;
  }
}
