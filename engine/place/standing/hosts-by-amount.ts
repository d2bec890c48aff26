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

/** All hosts by about how much of something they have, so that those with less are soon found. */
export class HostsByAmount {
  readonly #amountOf: (host: number) => number;
  readonly #bucketOf: Int32Array;
  /** Buckets that some host is in or has been in, from below. */
  readonly #buckets: number[];
  /** By their places: the hosts of the bucket and of all below. */
  readonly #upTo: HostSet[] = [];
  readonly #nobody: HostSet;

  constructor(hostCount: number, amountOf: (host: number) => number) {
    this.#amountOf = amountOf;
    this.#nobody = HostSet.of(hostCount);
    this.#bucketOf = new Int32Array(hostCount);
    const sets = new Map<number, HostSet>();
    for (let host = 0; host < hostCount; host++) {
      const bucket = bucketOf(amountOf(host));
      this.#bucketOf[host] = bucket;
      let hosts = sets.get(bucket);
      if (hosts === undefined) sets.set(bucket, (hosts = HostSet.of(hostCount)));
      hosts.add(host);
    }
    const sorted = [...sets].sort(([left], [right]) => left - right);
    this.#buckets = sorted.map(([bucket]) => bucket);
    for (const [, hosts] of sorted) {
      hosts.unite(this.#upTo.at(-1) ?? this.#nobody);
      this.#upTo.push(hosts);
    }
  }

  /** Reads anew how much a host has. */
  read(host: number): void {
    const before = this.#bucketOf[host] ?? 0;
    const bucket = bucketOf(this.#amountOf(host));
    if (bucket === before) return;
    this.#bucketOf[host] = bucket;
    this.#open(bucket);
    const end = this.#placeOf(Math.max(before, bucket));
    for (let place = this.#placeOf(Math.min(before, bucket)); place < end; place++) {
      if (bucket < before) this.#upTo[place]?.add(host);
      else this.#upTo[place]?.delete(host);
    }
  }

  /** No host has less than that. */
  get least(): number {
    return leastOf(this.#buckets[0] ?? 0);
  }

  /** Makes a set that of all who have less than that. */
  below(wanted: number, hosts: HostSet): void {
    const bucket = bucketOf(wanted);
    const place = this.#placeOf(bucket);
    const less = this.#before(place);
    hosts.become(less);
    if (this.#buckets[place] !== bucket) return;
    this.#upTo[place]?.eachBeside(less, (host) => {
      if (this.#amountOf(host) < wanted) hosts.add(host);
    });
  }

  /** Place of the first bucket that is not below that one. */
  #placeOf(bucket: number): number {
    let low = 0;
    let high = this.#buckets.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#buckets[middle] ?? 0) < bucket) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The hosts of all buckets before a place. */
  #before(place: number): HostSet {
    return this.#upTo[place - 1] ?? this.#nobody;
  }

  /** Begins a bucket that nobody was in so far. */
  #open(bucket: number): void {
    const place = this.#placeOf(bucket);
    if (this.#buckets[place] === bucket) return;
    this.#upTo.splice(place, 0, this.#before(place).copy());
    this.#buckets.splice(place, 0, bucket);
  }
}
