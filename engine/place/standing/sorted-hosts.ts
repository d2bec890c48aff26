import { HOSTS_BELOW } from "../basics/units.ts";

/** Hosts of a block at most; a full one is cut in two. */
export const BLOCK_MAX = 64;
/** Hosts of a block when all are sorted anew. */
const BLOCK = 40;
/** Two neighbours that have no more together become one block. */
const MERGED_MAX = 40;

/** Steps into which numbers are cut, so that each and its host are sorted as one double. */
const STEPS = 2 ** 30;

const NO_ROW = new Int32Array(0);

/** Who keeps something of the hosts of each block, in the order of its row. */
export interface BlockReader {
  /** Reads all of a block anew: it has the first so many hosts of a row. */
  readonly read: (block: number, row: Int32Array, length: number) => void;
  /** Reads anew a host at a place of a block that has so many. */
  readonly renew: (block: number, host: number, at: number, length: number) => void;
  /** Makes room for a host at a place of a block that has so many by now, and reads it. */
  readonly insert: (block: number, host: number, at: number, length: number) => void;
  /** Leaves out the host at a place of a block that has so many left. */
  readonly remove: (block: number, at: number, length: number) => void;
}

/**
 * All hosts in the order of a number of each, cut into blocks: one whose number changes moves from
 * block to block, and no other is touched. Equal numbers are in host order.
 */
export class SortedHosts {
  /** The blocks in order, by number. */
  readonly order: number[] = [];
  /** The hosts of each block in order, and how many they are. */
  readonly rows: Int32Array[] = [];
  readonly lengths: number[] = [];
  /** Block of each host. */
  readonly blockOf: Int32Array;
  /** The number by which each host is sorted. */
  readonly #keys: Float64Array;
  readonly #keyOf: (host: number) => number;
  readonly #reader: BlockReader;
  readonly #unused: number[] = [];

  constructor(hostCount: number, keyOf: (host: number) => number, reader: BlockReader) {
    this.blockOf = new Int32Array(hostCount);
    this.#keys = new Float64Array(hostCount);
    this.#keyOf = keyOf;
    this.#reader = reader;
    this.sort();
  }

  /** Sorts all hosts anew. */
  sort(): void {
    const keys = this.#keys;
    for (let host = 0; host < keys.length; host++) keys[host] = this.#keyOf(host);
    const hosts = hostsByKey(keys);
    this.#unused.push(...this.order.splice(0));
    for (let start = 0; start < hosts.length; start += BLOCK) {
      const block = this.#newBlock();
      this.order.push(block);
      this.#fill(block, hosts.subarray(start, start + BLOCK));
    }
  }

  /** Puts a host that has changed where its number, as it is now, belongs. */
  move(host: number): void {
    const key = this.#keyOf(host);
    const block = this.blockOf[host] ?? 0;
    const at = (this.rows[block] ?? NO_ROW).indexOf(host);
    if (key === this.#keys[host]) {
      this.#reader.renew(block, host, at, this.lengths[block] ?? 0);
      return;
    }
    this.#take(block, at);
    this.#keys[host] = key;
    this.#put(host);
  }

  /** True where all hosts of a block have one number: they are in host order then. */
  isLevel(block: number): boolean {
    const row = this.rows[block] ?? NO_ROW;
    const last = (this.lengths[block] ?? 0) - 1;
    return this.#keys[row[0] ?? 0] === this.#keys[row[last] ?? 0];
  }

  #take(block: number, at: number): void {
    const row = this.rows[block] ?? NO_ROW;
    const length = (this.lengths[block] ?? 0) - 1;
    row.copyWithin(at, at + 1, length + 1);
    this.lengths[block] = length;
    this.#reader.remove(block, at, length);
    if (length > MERGED_MAX / 2) return;
    const place = this.order.indexOf(block);
    if (length === 0) this.#drop(place);
    else if (!this.#merge(place)) this.#merge(place - 1);
  }

  #put(host: number): void {
    let place = this.#placeFor(host);
    let block = this.order[place];
    if (block === undefined) {
      block = this.#newBlock();
      this.order.push(block);
      this.#fill(block, NO_ROW);
    } else if (this.lengths[block] === BLOCK_MAX) {
      this.#split(place);
      place = this.#placeFor(host);
      block = this.order[place] ?? block;
    }
    const row = this.rows[block] ?? NO_ROW;
    const length = this.lengths[block] ?? 0;
    let at = length;
    for (; at > 0 && this.#isBefore(host, row[at - 1] ?? 0); at--) row[at] = row[at - 1] ?? 0;
    row[at] = host;
    this.lengths[block] = length + 1;
    this.blockOf[host] = block;
    this.#reader.insert(block, host, at, length + 1);
  }

  /** Place of the first block that does not end before a host; the last one where all do. */
  #placeFor(host: number): number {
    let low = 0;
    let high = this.order.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      const block = this.order[middle] ?? 0;
      const last = this.rows[block]?.[(this.lengths[block] ?? 0) - 1] ?? 0;
      if (this.#isBefore(last, host)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #isBefore(left: number, right: number): boolean {
    const one = this.#keys[left] ?? 0;
    const other = this.#keys[right] ?? 0;
    return one === other ? left < right : one < other;
  }

  /** Cuts the block at a place in two. */
  #split(place: number): void {
    const block = this.order[place] ?? 0;
    const row = this.rows[block] ?? NO_ROW;
    const half = BLOCK_MAX / 2;
    const second = this.#newBlock();
    this.order.splice(place + 1, 0, second);
    this.#fill(second, row.subarray(half));
    this.#fill(block, row.subarray(0, half));
  }

  /** Puts the block at a place and the next one together; false where they have too many hosts. */
  #merge(place: number): boolean {
    const [first, second] = [this.order[place], this.order[place + 1]];
    if (first === undefined || second === undefined) return false;
    const [own, more] = [this.lengths[first] ?? 0, this.lengths[second] ?? 0];
    if (own + more > MERGED_MAX) return false;
    const row = this.rows[first] ?? NO_ROW;
    row.set((this.rows[second] ?? NO_ROW).subarray(0, more), own);
    this.#fill(first, row.subarray(0, own + more));
    this.#drop(place + 1);
    return true;
  }

  #drop(place: number): void {
    for (const block of this.order.splice(place, 1)) {
      this.lengths[block] = 0;
      this.#unused.push(block);
    }
  }

  #newBlock(): number {
    const unused = this.#unused.pop();
    if (unused !== undefined) return unused;
    this.lengths.push(0);
    return this.rows.push(new Int32Array(BLOCK_MAX)) - 1;
  }

  #fill(block: number, hosts: Int32Array): void {
    const row = this.rows[block] ?? NO_ROW;
    row.set(hosts);
    this.lengths[block] = hosts.length;
    for (const host of hosts) this.blockOf[host] = block;
    this.#reader.read(block, row, hosts.length);
  }
}

/** All hosts by their numbers, and by host where these are equal. */
function hostsByKey(keys: Float64Array): Int32Array {
  let [least, most] = [Infinity, -Infinity];
  for (const key of keys) {
    least = Math.min(least, key);
    most = Math.max(most, key);
  }
  const step = Math.max(1, (most - least) / STEPS);
  const packed = keys
    .map((key, host) => Math.floor((key - least) / step) * HOSTS_BELOW + host)
    .sort();
  const hosts = Int32Array.from(packed, (each) => each % HOSTS_BELOW);
  // What fell into one step is in host order so far.
  for (let next = 1; next < hosts.length; next++) {
    const host = hosts[next] ?? 0;
    const key = keys[host] ?? 0;
    let at = next;
    for (; at > 0 && (keys[hosts[at - 1] ?? 0] ?? 0) > key; at--) hosts[at] = hosts[at - 1] ?? 0;
    hosts[at] = host;
  }
  return hosts;
}
