import type { Need } from "./filters/filter.ts";
import type { FreeRange } from "./host-bounds.ts";
import { type HostTree, ROOT } from "./host-tree.ts";
import type { Judge } from "./judge.ts";
import type { Tally } from "./tally.ts";

/** Bits that say of one amount that a host lacks it, and that it could never have it. */
const LACKS = 1;
const LACKS_FOREVER = 3;
const BITS = 2;

/** Amounts of which what a host lacks fits into one number. */
export const NEEDS_MAX = 15;

interface BoundNeed extends Need {
  readonly range: FreeRange;
}

/**
 * Hosts that lack an amount, for one class. Leaves where all have enough are passed over. Why a
 * host is rejected follows from which amounts it lacks and which of them it could never have, so
 * the filters are asked once for each such set.
 */
export class Shortages {
  readonly #tree: HostTree;
  readonly #judge: Judge;
  readonly #needs: readonly BoundNeed[];
  readonly #reasons = new Map<number, number>();

  constructor(tree: HostTree, judge: Judge, needs: readonly Need[]) {
    this.#tree = tree;
    this.#judge = judge;
    this.#needs = needs.map((need) => ({ ...need, range: tree.rangeOf(need.from) }));
  }

  /** True when no host below the node has enough of everything. */
  isCertain(node: number): boolean {
    for (const { wanted, range } of this.#needs) {
      if (wanted > (range.most[node] ?? 0)) return true;
    }
    return false;
  }

  /** Who is rejected, and for what, as the tree is. */
  tally(): Tally {
    const lacking: number[] = [];
    this.#needs.forEach((need, index) => {
      if (need.wanted > (need.range.least[ROOT] ?? 0)) this.#mark(need, index, lacking);
    });
    const { hostTally } = this.#judge;
    if (lacking.length === 0) return hostTally;
    const tally = hostTally.copy();
    const { lacks } = this.#tree;
    for (const host of lacking) {
      this.#reject(tally, host, lacks[host] ?? 0);
      lacks[host] = 0;
    }
    return tally;
  }

  /** Notes who lacks an amount. */
  #mark({ wanted, range, from }: BoundNeed, index: number, lacking: number[]): void {
    const { lacks, leaves, hosts } = this.#tree;
    for (let leaf = leaves; leaf < 2 * leaves; leaf++) {
      if (wanted <= (range.least[leaf] ?? 0)) continue;
      const end = this.#tree.startOf(leaf + 1);
      for (let place = this.#tree.startOf(leaf); place < end; place++) {
        const host = hosts[place] ?? 0;
        if (from.has(host, wanted)) continue;
        const bits = wanted > from.wholeOf(host) ? LACKS_FOREVER : LACKS;
        if (lacks[host] === 0) lacking.push(host);
        lacks[host] = (lacks[host] ?? 0) | (bits << (BITS * index));
      }
    }
  }

  #reject(tally: Tally, host: number, lacks: number): void {
    const isRejected = tally.reasons[host] !== 0;
    let reason = isRejected ? this.#judge.of(host) : this.#reasons.get(lacks);
    if (reason === undefined) {
      reason = this.#judge.of(host);
      this.#reasons.set(lacks, reason);
    }
    tally.enter(host, reason);
  }
}
