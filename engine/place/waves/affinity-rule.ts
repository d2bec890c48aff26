import type { AffinityGroup } from "../terms.ts";
import type { Topology } from "../topology.ts";
import { Batches } from "./batches.ts";

/** What a leg does to one affinity: whether it matches its terms, and whether it has them. */
export interface Role {
  readonly isMatch: boolean;
  readonly isHolder: boolean;
}

/** One term: per domain the matches that are sure to be there, and those who need one. */
interface Side {
  readonly topology: Topology;
  readonly matches: Int32Array;
  readonly holders: Int32Array;
  /** 1 for domains in which a holder is, or shall be, without a match. */
  readonly isLost: Uint8Array;
  /** 1 for domains in which a holder is, or shall be: only there a match matters. */
  readonly isWatched: Uint8Array;
}

/** One required affinity, with the matches that are there whatever of a round has happened. */
export class AffinityRule {
  readonly batches: Batches = new Batches();
  /** True while its workloads go to another domain one by one and cannot all be together. */
  isOpen = false;
  readonly counts: readonly Int32Array[];
  readonly #sides: readonly Side[];
  /** 1 where a holder is one of the matches, which is no company for itself. */
  readonly #own: number;
  #total = 0;

  constructor({ terms, matchesItself }: AffinityGroup) {
    this.counts = terms.map(({ counts }) => counts);
    this.#own = matchesItself ? 1 : 0;
    this.#sides = terms.map(({ topology, counts }) => ({
      topology,
      matches: counts.slice(),
      holders: new Int32Array(counts.length),
      isLost: new Uint8Array(counts.length),
      isWatched: new Uint8Array(counts.length),
    }));
    this.#total = this.counts[0]?.reduce((sum, count) => sum + count, 0) ?? 0;
  }

  /** Counts somebody who is there, or is no more with a sign of -1. */
  count(host: number, { isMatch, isHolder }: Role, sign: 1 | -1): void {
    for (const { topology, matches, holders } of this.#sides) {
      const domain = topology.domainOf[host] ?? -1;
      if (domain < 0) continue;
      if (isMatch) matches[domain] = (matches[domain] ?? 0) + sign;
      if (isHolder) holders[domain] = (holders[domain] ?? 0) + sign;
    }
  }

  /** Notes that a holder is on a host, or shall be. */
  watch(host: number): void {
    for (const { topology, isWatched } of this.#sides) {
      const domain = domainAt(topology, host);
      if (domain >= 0) isWatched[domain] = 1;
    }
  }

  /** Asks nothing for domains in which somebody is alone now. */
  bearLoss(): void {
    for (const side of this.#sides) {
      side.isLost.forEach((_flag, domain) => {
        if (this.#isAlone(side, domain)) side.isLost[domain] = 1;
      });
    }
  }

  /** True when the way changes what anybody is near to. */
  isCrossed(from: number, to: number, { isHolder }: Role): boolean {
    return this.#sides.some(({ topology, isWatched }) => {
      const [source, target] = [domainAt(topology, from), domainAt(topology, to)];
      return source !== target && (isHolder || isWatched[source] === 1 || isWatched[target] === 1);
    });
  }

  /** True when a leg that crosses leaves nobody alone and finds somebody. */
  admits(from: number, to: number, { isMatch, isHolder }: Role): boolean {
    if (this.batches.isFull) return false;
    return this.#sides.every((side) => {
      const [source, target] = [domainAt(side.topology, from), domainAt(side.topology, to)];
      if (isHolder && target < 0) return false;
      if (source === target || this.isOpen) return true;
      if (isHolder && !this.#finds(side, target)) return false;
      return !isMatch || source < 0 || this.#spares(side, source, isHolder ? 1 : 0);
    });
  }

  begin(from: number, to: number, { isMatch, isHolder }: Role): void {
    if (isMatch) this.count(from, { isMatch, isHolder: false }, -1);
    if (isHolder) this.count(to, { isMatch: false, isHolder }, 1);
  }

  end(from: number, to: number, { isMatch, isHolder }: Role): void {
    if (isMatch) this.count(to, { isMatch, isHolder: false }, 1);
    if (isHolder) this.count(from, { isMatch: false, isHolder }, -1);
  }

  /** Company in the domain it enters; the only one of its group needs none. */
  #finds({ matches, isWatched }: Side, domain: number): boolean {
    if (isWatched[domain] !== 1) return false;
    return (matches[domain] ?? 0) > 0 || this.#total <= this.#own;
  }

  /** True when those who stay have company without this one. */
  #spares({ matches, holders, isLost }: Side, domain: number, leaving: number): boolean {
    const staying = (holders[domain] ?? 0) - leaving;
    if (staying <= 0 || isLost[domain] === 1) return true;
    return (matches[domain] ?? 0) - 1 > this.#own;
  }

  #isAlone({ matches, holders }: Side, domain: number): boolean {
    if ((holders[domain] ?? 0) === 0 || this.#total <= this.#own) return false;
    return (matches[domain] ?? 0) <= this.#own;
  }
}

const domainAt = ({ domainOf }: Topology, host: number): number => domainOf[host] ?? -1;
