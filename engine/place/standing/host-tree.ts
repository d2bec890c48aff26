import { isOpen, leaningOf, lotsOf } from "./alike.ts";
import { equalityOf } from "../ledger/equal-hosts.ts";
import { BlockBounds } from "./host-bounds.ts";
import { HostSet, HostSets } from "../basics/host-set.ts";
import { HostsByAmount } from "./hosts-by-amount.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { SortedHosts } from "./sorted-hosts.ts";
import { REASONS } from "../judging/verdict.ts";
import type { Supply } from "../ledger/supply.ts";

/** After so many changes a host it is quicker to sort all hosts anew. */
const CHANGES_PER_HOST = 0.25;

/** Amounts that are asked for at most. */
export const NEEDS_MAX = 15;
/** Who lacks one and who could never have it are two sets; so are those rejected for a reason. */
const SETS_MAX = 2 * NEEDS_MAX + REASONS.length;

/** Room that whoever searches writes on. */
class Room {
  /** A key of each host. */
  readonly keys: Float64Array;
  /** Blocks that are to be looked at, and a bound of each; the first so many have open hosts. */
  readonly blocks: Int32Array;
  readonly bounds: Float64Array;
  blockCount = 0;
  openCount = 0;
  /** The best hosts that somebody found, the number of searches, and the last one of each block. */
  best: readonly number[] = [];
  searches = 0;
  readonly visited: Int32Array;
  /** Hosts that were looked at in searches. */
  lookedAt = 0;
  /** Sets of hosts that are looked at together. */
  readonly sets: HostSets;

  constructor(hostCount: number) {
    this.sets = new HostSets(hostCount, SETS_MAX);
    this.keys = new Float64Array(hostCount);
    this.blocks = new Int32Array(hostCount);
    this.bounds = new Float64Array(hostCount);
    this.visited = new Int32Array(hostCount);
  }
}

/**
 * What the hosts of a ledger have, kept up with it for all classes: a tree of two levels, blocks of
 * hosts that are alike with what is the best of each block.
 */
export class HostTree {
  readonly ledger: Ledger;
  /** The blocks. */
  readonly hosts: SortedHosts;
  /** What the hosts of each block have, and at best. */
  readonly bounds: BlockBounds;
  /** Hosts that take nobody or not everybody, as far as their state tells: they come last. */
  readonly closed: HostSet;
  readonly room: Room;
  readonly #byFree = new Map<Supply, HostsByAmount>();
  readonly #byWhole = new Map<Supply, HostsByAmount>();
  #cursor: number;

  constructor(ledger: Ledger) {
    const size = ledger.hosts.length;
    const lots = lotsOf(ledger);
    this.ledger = ledger;
    this.bounds = new BlockBounds(size, ledger, equalityOf(ledger));
    this.closed = HostSet.of(size);
    ledger.hosts.forEach((host, index) => {
      if (!isOpen(host)) this.closed.add(index);
    });
    this.room = new Room(size);
    const keyOf = (host: number): number => leaningOf(host, lots[host] ?? 0, ledger);
    this.hosts = new SortedHosts(size, keyOf, this.bounds);
    this.#cursor = ledger.version;
  }

  /** Hosts by what they have free of one resource. */
  byFree(supply: Supply): HostsByAmount {
    let hosts = this.#byFree.get(supply);
    if (hosts === undefined) {
      // From here on it follows the ledger together with everything else.
      this.sync();
      const freeOf = (host: number): number => supply.wholeOf(host) - supply.takenOf(host);
      hosts = new HostsByAmount(this.ledger.hosts.length, freeOf);
      this.#byFree.set(supply, hosts);
    }
    return hosts;
  }

  /** Hosts by what they have of one resource, taken or not. */
  byWhole(supply: Supply): HostsByAmount {
    let hosts = this.#byWhole.get(supply);
    if (hosts === undefined) {
      hosts = new HostsByAmount(this.ledger.hosts.length, (host) => supply.wholeOf(host));
      this.#byWhole.set(supply, hosts);
    }
    return hosts;
  }

  /** Brings everything up to the ledger. */
  sync(): void {
    const { version } = this.ledger;
    const since = this.#cursor;
    if (version === since) return;
    this.#cursor = version;
    if (version - since > this.ledger.hosts.length * CHANGES_PER_HOST) {
      this.#readAll();
      return;
    }
    for (let index = since; index < version; index++) {
      const host = this.ledger.changedAt(index);
      this.hosts.move(host);
      for (const hosts of this.#byFree.values()) hosts.read(host);
    }
  }

  #readAll(): void {
    this.hosts.sort();
    for (const hosts of this.#byFree.values()) {
      for (let host = 0; host < this.ledger.hosts.length; host++) hosts.read(host);
    }
  }
}
