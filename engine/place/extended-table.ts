import type { Host } from "../model/host.ts";
import { type Stock, Supply } from "./supply.ts";

/** A resource that fewer hosts than one in so many have is kept for these alone. */
const SCARCE_BELOW_ONE_IN = 8;

/** Extended resources by name. There may be as many names as hosts, each known to one of them. */
export class ExtendedTable {
  readonly #hostCount: number;
  readonly #whole = new Map<string, Map<number, number>>();
  readonly #stocks = new Map<string, Stock>();

  constructor(hosts: readonly Host[]) {
    this.#hostCount = hosts.length;
    hosts.forEach(({ allocatable }, host) => {
      for (const name in allocatable.extended) {
        const amount = allocatable.extended[name] ?? 0;
        const amounts = this.#whole.get(name);
        if (amounts === undefined) this.#whole.set(name, new Map([[host, amount]]));
        else amounts.set(host, amount);
      }
    });
  }

  /** One resource; of a name that no host knows there is nothing anywhere. */
  of(name: string): Stock {
    let stock = this.#stocks.get(name);
    if (stock === undefined) {
      const whole = this.#whole.get(name) ?? new Map<number, number>();
      stock =
        whole.size * SCARCE_BELOW_ONE_IN < this.#hostCount
          ? new ScarceSupply(whole)
          : this.#denseOf(whole);
      this.#stocks.set(name, stock);
    }
    return stock;
  }

  #denseOf(amounts: ReadonlyMap<number, number>): Supply {
    const whole = new Float64Array(this.#hostCount);
    for (const [host, amount] of amounts) whole[host] = amount;
    return new Supply(whole);
  }
}

/** One resource that few hosts have. */
export class ScarceSupply {
  readonly #whole: ReadonlyMap<number, number>;
  #taken: Map<number, number> | undefined;

  constructor(whole: ReadonlyMap<number, number>) {
    this.#whole = whole;
  }

  /** Hosts that have some of it, in their order. */
  hosts(): readonly number[] {
    return [...this.#whole.keys()];
  }

  get hostCount(): number {
    return this.#whole.size;
  }

  wholeOf(host: number): number {
    return this.#whole.get(host) ?? 0;
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
