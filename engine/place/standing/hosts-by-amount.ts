import { HostSet } from "../basics/host-set.ts";

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

/** No amount in a bucket is less than that. */
function leastOf(bucket: number): number {
  if (bucket === 0) return Number.NEGATIVE_INFINITY;
  halves[UPPER] = (bucket - 1 + ONE) << SHIFT;
  halves[1 - UPPER] = 0;
  return amount[0] ?? 0;
}

/** Hosts that have about as much. */
interface Bucket {
  readonly number: number;
  readonly hosts: number[];
  /** These and those of all buckets below. */
  readonly upTo: HostSet;
}

/** All hosts by about how much of something they have, so that those with less are soon found. */
export class HostsByAmount {
  readonly #amountOf: (host: number) => number;
  /** Buckets that some host is in or has been in, from below. */
  readonly #buckets: Bucket[] = [];
  readonly #nobody: HostSet;
  /** The number of the bucket of each host, and its place there. */
  readonly #numberOf: Int32Array;
  readonly #placeOf: Int32Array;

  constructor(hostCount: number, amountOf: (host: number) => number) {
    this.#amountOf = amountOf;
    this.#nobody = HostSet.of(hostCount);
    this.#numberOf = new Int32Array(hostCount).map((_none, host) => bucketOf(amountOf(host)));
    this.#placeOf = new Int32Array(hostCount);
    for (const number of this.#numberOf.toSorted()) this.#open(number);
    for (let host = 0; host < hostCount; host++) {
      const { hosts, upTo } = this.#buckets[this.#from(this.#numberOf[host] ?? 0)] ?? NO_BUCKET;
      this.#placeOf[host] = hosts.push(host) - 1;
      upTo.add(host);
    }
    this.#buckets.forEach(({ upTo }, at) => upTo.unite(this.#before(at)));
  }

  /** Reads anew how much a host has. */
  read(host: number): void {
    const before = this.#numberOf[host] ?? 0;
    const number = bucketOf(this.#amountOf(host));
    if (number === before) return;
    this.#open(number);
    this.#numberOf[host] = number;
    const end = this.#from(Math.max(before, number));
    for (let at = this.#from(Math.min(before, number)); at < end; at++) {
      if (number < before) this.#buckets[at]?.upTo.add(host);
      else this.#buckets[at]?.upTo.delete(host);
    }
    const row = (this.#buckets[this.#from(before)] ?? NO_BUCKET).hosts;
    const last = row.pop() ?? host;
    const place = this.#placeOf[host] ?? 0;
    if (last !== host) row[place] = last;
    this.#placeOf[last] = place;
    const { hosts } = this.#buckets[this.#from(number)] ?? NO_BUCKET;
    this.#placeOf[host] = hosts.push(host) - 1;
  }

  /** No host has less than that. */
  get least(): number {
    return leastOf(this.#buckets[0]?.number ?? 0);
  }

  /** Makes a set that of all who have less than that. */
  below(wanted: number, less: HostSet): void {
    const number = bucketOf(wanted);
    const at = this.#from(number);
    less.become(this.#before(at));
    const bucket = this.#buckets[at];
    if (bucket?.number !== number) return;
    for (const host of bucket.hosts) if (this.#amountOf(host) < wanted) less.add(host);
  }

  /** Place of the first bucket that has that number or a larger one. */
  #from(number: number): number {
    let low = 0;
    let high = this.#buckets.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#buckets[middle]?.number ?? 0) < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The hosts of all buckets before a place. */
  #before(place: number): HostSet {
    return this.#buckets[place - 1]?.upTo ?? this.#nobody;
  }

  /** Begins a bucket that nobody was in so far. */
  #open(number: number): void {
    const at = this.#from(number);
    if (this.#buckets[at]?.number === number) return;
    this.#buckets.splice(at, 0, { number, hosts: [], upTo: this.#before(at).copy() });
  }
}

const NO_BUCKET: Bucket = { number: 0, hosts: [], upTo: HostSet.of(0) };
