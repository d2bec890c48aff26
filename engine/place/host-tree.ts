import { hostsByLikeness } from "./alike.ts";
import { FreeRange, IdealHosts } from "./host-bounds.ts";
import type { Ledger } from "./ledger.ts";
import type { Stock } from "./supply.ts";

/** Hosts of a leaf: more of them make looking at one dearer, fewer make keeping up dearer. */
const LEAF = 8;

/** After so many changes a host, hosts that were alike may not be so any more. */
const CHANGES_PER_HOST = 0.25;

/** The node that holds all hosts. */
export const ROOT = 1;

/**
 * What the hosts of a ledger have, kept up with it for all classes: a binary tree over blocks of
 * hosts, in which those that are alike lie side by side.
 * The children of a node are `2 * node` and the next one; nodes from `leaves` on are the blocks.
 */
export class HostTree {
  readonly ledger: Ledger;
  readonly leaves: number;
  /** All hosts, leaf by leaf. */
  readonly hosts: Int32Array;
  /** For each node a host that is at least as good as any below it. */
  readonly ideal: IdealHosts;
  /** Room for a key of each host, which whoever searches fills. */
  readonly keys: Float64Array;
  /** Room for a number of each host, which whoever counts fills, and leaves with 0. */
  readonly lacks: Int32Array;
  /** Where a host is among them. */
  readonly #placeOf: Int32Array;
  readonly #ranges = new Map<Stock, FreeRange>();
  #cursor: number;
  #settledAt = 0;

  constructor(ledger: Ledger) {
    const size = ledger.hosts.length;
    this.ledger = ledger;
    this.leaves = Math.max(1, Math.ceil(size / LEAF));
    this.hosts = new Int32Array(size);
    this.#placeOf = new Int32Array(size);
    this.lacks = new Int32Array(size);
    this.keys = new Float64Array(size);
    this.ideal = new IdealHosts(2 * this.leaves, ledger);
    this.#cursor = ledger.version;
    this.#settle();
  }

  /** Where the hosts of a leaf begin among all; they end where those of the next one begin. */
  startOf(leaf: number): number {
    return Math.min((leaf - this.leaves) * LEAF, this.hosts.length);
  }

  /** What the hosts below each node have free of one resource. */
  rangeOf(stock: Stock): FreeRange {
    let range = this.#ranges.get(stock);
    if (range === undefined) {
      // From here on it follows the ledger together with everything else.
      this.sync();
      range = new FreeRange(2 * this.leaves, this.hosts.length, stock);
      this.#fill(range);
      this.#ranges.set(stock, range);
    }
    return range;
  }

  /** Brings the bounds up to the ledger. */
  sync(): void {
    const { version } = this.ledger;
    const since = this.#cursor;
    if (version === since) return;
    this.#cursor = version;
    if (version - this.#settledAt > this.hosts.length * CHANGES_PER_HOST) {
      this.#settle();
      return;
    }
    for (let index = since; index < version; index++) {
      const place = this.#placeOf[this.ledger.changedAt(index)] ?? 0;
      const leaf = this.leaves + Math.floor(place / LEAF);
      this.#renew(this.ideal, leaf);
      for (const range of this.#ranges.values()) this.#renew(range, leaf);
    }
  }

  /** Puts hosts side by side that are alike by now. */
  #settle(): void {
    this.#settledAt = this.ledger.version;
    this.hosts.set(hostsByLikeness(this.ledger));
    this.hosts.forEach((host, place) => {
      this.#placeOf[host] = place;
    });
    this.#fill(this.ideal);
    for (const range of this.#ranges.values()) this.#fill(range);
  }

  #fill(bounds: IdealHosts | FreeRange): void {
    for (let leaf = this.leaves; leaf < 2 * this.leaves; leaf++) {
      bounds.read(leaf, this);
    }
    for (let node = this.leaves - 1; node >= ROOT; node--) bounds.join(node);
  }

  /** Reads a leaf anew, and above it whatever that changes. */
  #renew(bounds: IdealHosts | FreeRange, leaf: number): void {
    let isChanged = bounds.read(leaf, this);
    for (let node = leaf >> 1; node >= ROOT && isChanged; node >>= 1) isChanged = bounds.join(node);
  }
}
