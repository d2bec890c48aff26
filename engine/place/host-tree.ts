import { isOpen, leaningOf, lotsOf } from "./alike.ts";
import { FreeHosts } from "./free-hosts.ts";
import { IdealHosts } from "./host-bounds.ts";
import type { Ledger } from "./ledger.ts";
import { SortedHosts } from "./sorted-hosts.ts";
import type { Supply } from "./supply.ts";

/** After so many changes a host it is quicker to sort all hosts anew. */
const CHANGES_PER_HOST = 0.25;

/** Room that whoever searches writes on. */
class Room {
  /** Hosts that lack something; and what each lacks, which is left with 0. */
  readonly lacking: Int32Array;
  readonly lacks: Int32Array;
  /** A key of each host. */
  readonly keys: Float64Array;
  /** Blocks that are to be looked at, and a bound of each. */
  readonly blocks: Int32Array;
  readonly bounds: Float64Array;
  /** The best hosts that somebody found, the number of searches, and the last one of each block. */
  best: readonly number[] = [];
  searches = 0;
  readonly visited: Int32Array;

  constructor(hostCount: number) {
    this.lacking = new Int32Array(hostCount);
    this.lacks = new Int32Array(hostCount);
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
  /** For each block a host that is at least as good as any of it. */
  readonly ideal: IdealHosts;
  /** By host: 1 where it takes whoever comes, as far as its state tells. */
  readonly isOpen: Uint8Array;
  readonly room: Room;
  readonly #byFree = new Map<Supply, FreeHosts>();
  #cursor: number;

  constructor(ledger: Ledger) {
    const size = ledger.hosts.length;
    const lots = lotsOf(ledger);
    this.ledger = ledger;
    this.ideal = new IdealHosts(size, ledger);
    this.isOpen = Uint8Array.from(ledger.hosts, (host) => (isOpen(host) ? 1 : 0));
    this.room = new Room(size);
    const keyOf = (host: number): number => leaningOf(host, lots[host] ?? 0, ledger);
    this.hosts = new SortedHosts(size, keyOf, this.ideal);
    this.#cursor = ledger.version;
  }

  /** Hosts by what they have free of one resource. */
  byFree(supply: Supply): FreeHosts {
    let hosts = this.#byFree.get(supply);
    if (hosts === undefined) {
      // From here on it follows the ledger together with everything else.
      this.sync();
      hosts = new FreeHosts(supply);
      this.#byFree.set(supply, hosts);
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
