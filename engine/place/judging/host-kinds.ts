import type { Trait } from "../filters/filter.ts";
import { HostSet } from "../basics/host-set.ts";

/** With more hosts than one in so many, a kind is added to others as a set. */
const SET_FROM_ONE_IN = 32;

/** Hosts that have the same of a trait, in host order. */
export class HostKind {
  readonly #all: number;
  readonly #hosts: number[] = [];
  #set: HostSet | undefined;

  /** Of how many hosts these are some. */
  constructor(all: number) {
    this.#all = all;
  }

  /** Any of them. */
  get sample(): number {
    return this.#hosts[0] ?? 0;
  }

  /** Takes one host more; they come in host order. */
  push(host: number): void {
    this.#hosts.push(host);
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

/** Hosts by what they have in common, so that they are asked together. */
export class HostKinds {
  readonly #hostCount: number;
  readonly #byTrait = new Map<string, ReadonlyMap<string, HostKind>>();

  constructor(hostCount: number) {
    this.#hostCount = hostCount;
  }

  /** Hosts by the values of a trait. */
  of({ name, of }: Trait): ReadonlyMap<string, HostKind> {
    let kinds = this.#byTrait.get(name);
    if (kinds === undefined) {
      kinds = this.#read(of);
      this.#byTrait.set(name, kinds);
    }
    return kinds;
  }

  #read(of: Trait["of"]): ReadonlyMap<string, HostKind> {
    const kinds = new Map<string, HostKind>();
    for (let host = 0; host < this.#hostCount; host++) {
      const value = of(host);
      let kind = kinds.get(value);
      if (kind === undefined) kinds.set(value, (kind = new HostKind(this.#hostCount)));
      kind.push(host);
    }
    return kinds;
  }
}
