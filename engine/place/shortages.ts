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
  /** Where its bits are among those of all. */
  readonly shift: number;
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
  /** Those of which some host had not enough when hosts were counted. */
  #tight: readonly BoundNeed[] = [];
  readonly #reasons = new Map<number, number>();

  constructor(tree: HostTree, judge: Judge, needs: readonly Need[]) {
    this.#tree = tree;
    this.#judge = judge;
    this.#needs = needs.map((need, index) => ({
      ...need,
      range: tree.rangeOf(need.from),
      shift: BITS * index,
    }));
  }

  /** True when no host below the node has enough of everything. */
  isShort(node: number): boolean {
    for (const { wanted, range } of this.#tight) {
      if (wanted > (range.most[node] ?? 0)) return true;
    }
    return false;
  }

  /** Who is rejected, and for what, as the tree is. */
  tally(): Tally {
    const lacking: number[] = [];
    this.#tight = this.#needs.filter(({ wanted, range }) => wanted > (range.least[ROOT] ?? 0));
    for (const need of this.#tight) this.#mark(ROOT, need, lacking);
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

  /** Notes who below a node lacks an amount. */
  #mark(node: number, need: BoundNeed, lacking: number[]): void {
    const { wanted, range, from, shift } = need;
    if (wanted <= (range.least[node] ?? 0)) return;
    const { lacks, leaves, hosts } = this.#tree;
    if (node < leaves) {
      this.#mark(2 * node, need, lacking);
      this.#mark(2 * node + 1, need, lacking);
      return;
    }
    const end = this.#tree.startOf(node + 1);
    for (let place = this.#tree.startOf(node); place < end; place++) {
      if (wanted <= (range.free[place] ?? 0)) continue;
      const host = hosts[place] ?? 0;
      const bits = wanted > from.wholeOf(host) ? LACKS_FOREVER : LACKS;
      if (lacks[host] === 0) lacking.push(host);
      lacks[host] = (lacks[host] ?? 0) | (bits << shift);
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
