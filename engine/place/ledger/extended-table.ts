import type { Host } from "../../model/host.ts";
import { type Stock, Supply } from "./supply.ts";

/** A resource that fewer hosts than one in so many have is kept for these alone. */
const SCARCE_BELOW_ONE_IN = 8;

/** Extended resources by name. There may be as many names as hosts, each known to one of them. */
export class ExtendedTable {
  readonly #hostCount: number;
  readonly #holdings = new Map<string, Holdings>();

  constructor(hosts: readonly Host[]) {
    this.#hostCount = hosts.length;
    hosts.forEach(({ allocatable }, host) => {
      for (const name in allocatable.extended) {
        const amount = allocatable.extended[name] ?? 0;
        const known = this.#holdings.get(name);
        if (known === undefined) {
          this.#holdings.set(name, { hosts: [host], amounts: [amount], stock: undefined });
        } else {
          known.hosts.push(host);
          known.amounts.push(amount);
        }
      }
    });
  }

  /** One resource; of a name that no host knows there is nothing anywhere. */
  of(name: string): Stock {
    const known = this.#holdings.get(name);
    if (known?.stock !== undefined) return known.stock;
    const holdings = known ?? { hosts: [], amounts: [], stock: undefined };
    if (known === undefined) this.#holdings.set(name, holdings);
    holdings.stock =
      holdings.hosts.length * SCARCE_BELOW_ONE_IN < this.#hostCount
        ? new ScarceSupply(holdings)
        : this.#denseOf(holdings);
    return holdings.stock;
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
  /** Made for whoever asks first. */
  stock: Stock | undefined;
}

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
  /** In the order of the hosts, and what is taken where there is none of it. */
  readonly #taken: number[];
  #takenElsewhere: Map<number, number> | undefined;

  constructor({ hosts, amounts }: Pick<Holdings, "hosts" | "amounts">) {
    this.hosts = hosts;
    this.#amounts = amounts;
    this.#taken = amounts.map(() => 0);
  }

  wholeOf(host: number): number {
    const place = placeIn(this.hosts, host);
    return place < 0 ? 0 : (this.#amounts[place] ?? 0);
  }

  takenOf(host: number): number {
    const place = placeIn(this.hosts, host);
    return (place < 0 ? this.#takenElsewhere?.get(host) : this.#taken[place]) ?? 0;
  }

  take(host: number, amount: number): void {
    if (amount === 0) return;
    const taken = this.takenOf(host) + amount;
    const place = placeIn(this.hosts, host);
    if (place < 0) (this.#takenElsewhere ??= new Map()).set(host, taken);
    else this.#taken[place] = taken;
  }

  has(host: number, wanted: number): boolean {
    return wanted <= this.wholeOf(host) - this.takenOf(host);
  }

  /** Most hosts have none of it. */
  isPlenty(wanted: number): boolean {
    return wanted <= 0;
  }
}
