import type { Trait } from "../filters/filter.ts";
import { HostSet } from "../basics/host-set.ts";

/** With more hosts than one in so many, a kind is added to others as a set. */
const SET_FROM_ONE_IN = 32;

/** Hosts that have the same of a trait, in host order. */
export class HostKind {
  readonly #all: number;
  readonly #hosts: Int32Array;
  #set: HostSet | undefined;

  /** Of how many hosts these are some. */
  constructor(all: number, hosts: readonly number[]) {
    this.#all = all;
    this.#hosts = Int32Array.from(hosts);
  }

  /** Any of them. */
  get sample(): number {
    return this.#hosts[0] ?? 0;
  }

  addTo(set: HostSet): void {
    if (this.#hosts.length * SET_FROM_ONE_IN < this.#all) {
      set.addAll(this.#hosts);
      return;
    }
    if (this.#set === undefined) {
      this.#set = HostSet.of(this.#all);
      this.#set.addAll(this.#hosts);
    }
    set.unite(this.#set);
  }
}

/** Hosts by the values of a trait. */
export type Kinds = ReadonlyMap<string | undefined, HostKind>;

/** Hosts by what they have in common, so that they are asked together. */
export class HostKinds {
  readonly #hostCount: number;
  readonly #byTrait = new Map<string, Kinds>();

  constructor(hostCount: number) {
    this.#hostCount = hostCount;
  }

  /** Hosts by the values of a trait. */
  of({ name, of }: Trait): Kinds {
    let kinds = this.#byTrait.get(name);
    if (kinds === undefined) {
      kinds = this.#read(of);
      this.#byTrait.set(name, kinds);
    }
    return kinds;
  }

  #read(of: Trait["of"]): Kinds {
    const hosts = new Map<string | undefined, number[]>();
    for (let host = 0; host < this.#hostCount; host++) {
      const value = of(host);
      const alike = hosts.get(value);
      if (alike === undefined) hosts.set(value, [host]);
      else alike.push(host);
    }
    return new Map([...hosts].map(([value, each]) => [value, new HostKind(this.#hostCount, each)]));
  }
}
