import type { Trait } from "./filters/filter.ts";

/** Hosts by what they have in common, so that they are asked together. */
export class HostKinds {
  readonly #hostCount: number;
  readonly #byTrait = new Map<string, ReadonlyMap<string, readonly number[]>>();

  constructor(hostCount: number) {
    this.#hostCount = hostCount;
  }

  /** Hosts in host order by the values of a trait. */
  of({ name, of }: Trait): ReadonlyMap<string, readonly number[]> {
    let kinds = this.#byTrait.get(name);
    if (kinds === undefined) {
      kinds = this.#read(of);
      this.#byTrait.set(name, kinds);
    }
    return kinds;
  }

  #read(of: Trait["of"]): ReadonlyMap<string, readonly number[]> {
    const kinds = new Map<string, number[]>();
    for (let host = 0; host < this.#hostCount; host++) {
      const value = of(host);
      const kind = kinds.get(value);
      if (kind === undefined) kinds.set(value, [host]);
      else kind.push(host);
    }
    return kinds;
  }
}
