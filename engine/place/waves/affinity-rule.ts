import { Sums } from "../basics/sums.ts";
import type { AffinityGroup } from "../classes/terms.ts";
import type { Topology } from "../classes/topology.ts";
import { Batches } from "./batches.ts";

/** What somebody is to one affinity: whether it matches its terms, and whether it has them. */
export interface Role {
  readonly isMatch: boolean;
  readonly isHolder: boolean;
  /** True when it has them, and a match now and in the end: it must not lose sight of one. */
  readonly isKept: boolean;
}

/** One term: per domain the matches that are sure to be there, and those who must keep one. */
interface Side {
  readonly topology: Topology;
  readonly matches: Sums;
  readonly kept: Sums;
  /** Domains that holders enter in this round: each needs a match whenever it sets out. */
  readonly entered: Set<number>;
  /** 1 for domains in which a holder is, or shall be: only there a match matters. */
  readonly isWatched: Uint8Array;
}

/** One required affinity, with the matches that are there whatever of a round has happened. */
export class AffinityRule {
  readonly batches: Batches = new Batches();
  /** True while its workloads go to another domain one by one and cannot all be together. */
  isOpen = false;
  /** Keys of matches that the plan ends; they are no company to rely on. */
  readonly leaving: string[] = [];
  /** Keys of those that legs wait for. */
  gone: readonly string[] = [];
  readonly counts: readonly Sums[];
  readonly #sides: readonly Side[];
  /** 1 where a holder is one of the matches, which is no company for itself. */
  readonly #own: number;
  readonly #total: number;

  constructor({ terms, matchesItself }: AffinityGroup) {
    this.counts = terms.map(({ counts }) => counts);
    this.#own = matchesItself ? 1 : 0;
    this.#sides = terms.map(({ topology, counts }) => ({
      topology,
      matches: counts.copy(),
      kept: new Sums(topology.domainCount),
      entered: new Set(),
      isWatched: new Uint8Array(topology.domainCount),
    }));
    this.#total = this.counts[0]?.total ?? 0;
  }

  /** Counts somebody who is there, or is no more with a sign of -1. */
  count(host: number, { isMatch, isKept }: Partial<Role>, sign: 1 | -1): void {
    for (const { topology, matches, kept } of this.#sides) {
      const domain = domainAt(topology, host);
      if (domain < 0) continue;
      if (isMatch === true) matches.add(domain, sign);
      if (isKept === true) kept.add(domain, sign);
    }
  }

  /** From now on legs wait for the end of the matches that the plan ends. */
  letGo(): void {
    this.gone = this.leaving.splice(0);
  }

  /** Notes that a holder is on a host, or shall be. */
  watch(host: number): void {
    for (const { topology, isWatched } of this.#sides) {
      const domain = domainAt(topology, host);
      if (domain >= 0) isWatched[domain] = 1;
    }
  }

  /** True when a holder on the host has no match now, and is not the only one of its group. */
  isAloneOn(host: number): boolean {
    if (this.#isOnlyOne(0)) return false;
    return this.#sides.some(({ topology, matches }) => {
      const domain = domainAt(topology, host);
      return domain < 0 || matches.at(domain) <= this.#own;
    });
  }

  /** True when the way changes what anybody is near to. */
  isCrossed(from: number, to: number, { isHolder }: Role): boolean {
    return this.#sides.some(({ topology, isWatched }) => {
      const [source, target] = [domainAt(topology, from), domainAt(topology, to)];
      return source !== target && (isHolder || isWatched[source] === 1 || isWatched[target] === 1);
    });
  }

  /** True when a leg that crosses leaves nobody alone and finds somebody. */
  admits(from: number, to: number, { isMatch, isHolder, isKept }: Role): boolean {
    if (this.batches.isFull) return false;
    return this.#sides.every((side) => {
      const [source, target] = [domainAt(side.topology, from), domainAt(side.topology, to)];
      if (isHolder && target < 0) return false;
      if (source === target || this.isOpen) return true;
      if (isHolder && !this.#finds(side, target)) return false;
      return !isMatch || source < 0 || this.#spares(side, source, isKept ? 1 : 0);
    });
  }

  begin(from: number, to: number, { isMatch, isHolder, isKept }: Role): void {
    this.count(from, { isMatch }, -1);
    this.count(to, { isKept }, 1);
    if (!isHolder) return;
    for (const { topology, entered } of this.#sides) entered.add(domainAt(topology, to));
  }

  end(from: number, to: number, { isMatch, isKept }: Role): void {
    this.count(to, { isMatch }, 1);
    this.count(from, { isKept }, -1);
  }

  endRound(): void {
    this.batches.endRound();
    for (const { entered } of this.#sides) entered.clear();
  }

  /** Company in the domain it enters; the only one of its group needs none. */
  #finds({ matches, isWatched }: Side, domain: number): boolean {
    if (isWatched[domain] !== 1) return false;
    return matches.at(domain) > 0 || this.#isOnlyOne(this.leaving.length);
  }

  /** True when whoever matches itself has no other of its group anywhere. */
  #isOnlyOne(more: number): boolean {
    return this.#own === 1 && this.#total + more <= 1;
  }

  /** True when those who stay, and those who come, have company without this one. */
  #spares({ matches, kept, entered }: Side, domain: number, leaving: number): boolean {
    const others = matches.at(domain) - 1;
    if (entered.has(domain) && others <= 0) return false;
    const staying = kept.at(domain) - leaving;
    return staying <= 0 || others > this.#own;
  }
}

const domainAt = ({ domainOf }: Topology, host: number): number => domainOf[host] ?? -1;
