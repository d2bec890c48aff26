import type { Supply } from "../ledger/supply.ts";

/** Bits of an amount that tell buckets apart beside its magnitude: so many for each doubling. */
const BITS_PER_DOUBLING = 4;
/** Where these bits are in the upper half of a double, and what that of 1 looks like. */
const SHIFT = 20 - BITS_PER_DOUBLING;
const ONE = 1023 << BITS_PER_DOUBLING;

const amount = new Float64Array(1);
const halves = new Uint32Array(amount.buffer);
/** Which half is the upper one differs between machines. */
const UPPER: number = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 1 : 0;

/** A larger amount is in no lower bucket; nothing and less are in the lowest. */
function bucketOf(free: number): number {
  if (free < 1) return 0;
  amount[0] = free;
  return 1 + ((halves[UPPER] ?? 0) >>> SHIFT) - ONE;
}

/** Hosts, and what each of them has free. */
interface Bucket {
  readonly hosts: number[];
  readonly free: number[];
}

/** All hosts by about how much of one resource they have free: by bucket, in no order there. */
export class FreeHosts {
  /** No host has less of it than that in all. */
  readonly leastWhole: number;
  readonly #supply: Supply;
  readonly #buckets: Bucket[] = [];
  /** Buckets with hosts, from below. */
  readonly #used: number[] = [];
  readonly #bucketOf: Int32Array;
  /** Where a host is in its bucket. */
  readonly #placeOf: Int32Array;

  constructor(supply: Supply) {
    const { whole } = supply;
    this.leastWhole = whole.reduce((least, each) => Math.min(least, each), Infinity);
    this.#supply = supply;
    this.#bucketOf = new Int32Array(whole.length);
    this.#placeOf = new Int32Array(whole.length);
    for (let host = 0; host < whole.length; host++) this.#put(host, bucketOf(this.#freeOf(host)));
  }

  wholeOf(host: number): number {
    return this.#supply.wholeOf(host);
  }

  /** Reads anew what a host has free. */
  read(host: number): void {
    const free = this.#freeOf(host);
    const [before, bucket] = [this.#bucketOf[host] ?? 0, bucketOf(free)];
    const place = this.#placeOf[host] ?? 0;
    const row = this.#at(before);
    if (bucket === before) {
      row.free[place] = free;
      return;
    }
    const [last, lastFree] = [row.hosts.pop() ?? host, row.free.pop() ?? free];
    if (last !== host) {
      row.hosts[place] = last;
      row.free[place] = lastFree;
      this.#placeOf[last] = place;
    }
    if (row.hosts.length === 0) this.#used.splice(this.#used.indexOf(before), 1);
    this.#put(host, bucket);
  }

  /** Writes those that have less than that free to the start of a list; returns how many. */
  below(wanted: number, list: Int32Array): number {
    const last = bucketOf(wanted);
    let count = 0;
    for (let used = 0; used < this.#used.length; used++) {
      const bucket = this.#used[used] ?? 0;
      if (bucket > last) break;
      const { hosts, free } = this.#at(bucket);
      for (let at = 0; at < hosts.length; at++) {
        if (bucket === last && (free[at] ?? 0) >= wanted) continue;
        list[count++] = hosts[at] ?? 0;
      }
    }
    return count;
  }

  #freeOf(host: number): number {
    return (this.#supply.whole[host] ?? 0) - (this.#supply.taken[host] ?? 0);
  }

  #at(bucket: number): Bucket {
    return (this.#buckets[bucket] ??= { hosts: [], free: [] });
  }

  #put(host: number, bucket: number): void {
    const { hosts, free } = this.#at(bucket);
    if (hosts.length === 0) {
      let place = this.#used.length;
      while (place > 0 && (this.#used[place - 1] ?? 0) > bucket) place--;
      this.#used.splice(place, 0, bucket);
    }
    this.#bucketOf[host] = bucket;
    this.#placeOf[host] = hosts.push(host) - 1;
    free.push(this.#freeOf(host));
  }
}
