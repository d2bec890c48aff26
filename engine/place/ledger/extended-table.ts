import type { Host } from "../../model/host.ts";
import { type Stock, Supply } from "./supply.ts";

/** A resource that fewer hosts than one in so many have is kept for these alone. */
const SCARCE_BELOW_ONE_IN = 8;

/** Extended resources by name. There may be as many names as hosts, each known to one of them. */
export class ExtendedTable {
  readonly #hostCount: number;
  readonly #holdings = new Map<string, Holdings>();
  readonly #stocks = new Map<string, Stock>();

  constructor(hosts: readonly Host[]) {
    this.#hostCount = hosts.length;
    hosts.forEach(({ allocatable }, host) => {
      for (const name in allocatable.extended) {
        const amount = allocatable.extended[name] ?? 0;
        const known = this.#holdings.get(name);
        if (known === undefined) this.#holdings.set(name, { hosts: [host], amounts: [amount] });
        else {
          known.hosts.push(host);
          known.amounts.push(amount);
        }
      }
    });
  }

  /** One resource; of a name that no host knows there is nothing anywhere. */
  of(name: string): Stock {
    let stock = this.#stocks.get(name);
    if (stock === undefined) {
      const holdings = this.#holdings.get(name) ?? NOTHING;
      stock =
        holdings.hosts.length * SCARCE_BELOW_ONE_IN < this.#hostCount
          ? new ScarceSupply(holdings)
          : this.#denseOf(holdings);
      this.#stocks.set(name, stock);
    }
    return stock;
  }

  #denseOf({ hosts, amounts }: Holdings): Supply {
    const whole = new Float64Array(this.#hostCount);
    hosts.forEach((host, place) => {
      whole[host] = amounts[place] ?? 0;
    });
    return new Supply(whole);
  }
}

/** Hosts that have something of a resource, in their order, and how much each has. */
interface Holdings {
  readonly hosts: number[];
  readonly amounts: number[];
}

const NOTHING: Holdings = { hosts: [], amounts: [] };

/** Place of a number in a sorted list; -1 where it is not in it. */
export function placeIn(sorted: readonly number[], wanted: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === wanted ? low : -1;
}

/** One resource that few hosts have. */
export class ScarceSupply {
  /** Hosts that have some of it, in their order. */
  readonly hosts: readonly number[];
  readonly #amounts: readonly number[];
  #taken: Map<number, number> | undefined;

  constructor({ hosts, amounts }: Holdings) {
    this.hosts = hosts;
    this.#amounts = amounts;
  }

  wholeOf(host: number): number {
    return this.#amounts[placeIn(this.hosts, host)] ?? 0;
  }

  takenOf(host: number): number {
    return this.#taken?.get(host) ?? 0;
  }

  take(host: number, amount: number): void {
    if (amount === 0) return;
    this.#taken ??= new Map();
    this.#taken.set(host, this.takenOf(host) + amount);
  }

  has(host: number, wanted: number): boolean {
    return wanted <= this.wholeOf(host) - this.takenOf(host);
  }

  /** Most hosts have none of it. */
  isPlenty(wanted: number): boolean {
    return wanted <= 0;
  }
}
