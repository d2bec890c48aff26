import { nearest, type RoughOrder } from "../basics/argmin-near.ts";
import { HOSTS_BELOW } from "../basics/units.ts";
import type { WorkloadClass } from "../classes/classes.ts";
import type { EqualHosts } from "../ledger/equal-hosts.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { KUBE_TOTAL_BELOW } from "../scores/index.ts";
import {
  type HostLoads,
  isLoadedBeyond,
  KUBE_SCORE,
  LOAD,
  LOAD_BAND,
  loadBand,
  loadPpmAfter,
  TERMS,
  UNMET,
  unmetPpmAfter,
} from "../judging/score.ts";

/** How the feasible hosts of one class are ordered: by key, and by `compare` for equal keys. */
export interface HostOrder {
  readonly keys: Float64Array;
  /** Reads the key of a host anew; a better host never has a larger one. */
  readonly renew: (host: number) => void;
  /**
   * Writes the `count` best of the open hosts, maybe more, to where they go, and with them every
   * host as good as the last; reads their keys anew and returns how many they are.
   */
  readonly nearest: (choice: Choice, count: number) => number;
  /** Below 0 when the left host is better; for hosts with equal keys. */
  readonly compare: (left: number, right: number, key: number) => number;
  /** First term in which two hosts differ, as an index of `TERMS`; its length when in none. */
  readonly difference: (left: number, right: number) => number;
}

/** Hosts to choose from, and where those go that are chosen. */
interface Choice {
  readonly hosts: Int32Array;
  /** True for these, of all there are. */
  readonly isOpen: (host: number) => boolean;
  readonly near: Int32Array;
}

/** What an order is made for. */
interface Basis {
  readonly workloadClass: WorkloadClass;
  readonly ledger: Ledger;
  /** Room for a key of each host. */
  readonly keys: Float64Array;
  /** Kubernetes' weighted sum of a host. */
  readonly totalOf: (host: number) => number;
  /** True where that shall be a part of the key; absent: it is asked for seldom. */
  readonly isPacked?: boolean;
  /** Hosts for which a packed key comes out the same but for their numbers; absent: any differ. */
  readonly equalHosts?: EqualHosts | undefined;
}

/** The order of the cluster's chooser. */
export function hostOrder(chooser: "drs" | "kube", basis: Basis): HostOrder {
  if (chooser === "kube") return new KubeOrder(basis);
  const { isPacked = false, equalHosts } = basis;
  if (!isPacked) return new LoadOrder(basis);
  return equalHosts === undefined ? new PackedOrder(basis) : new SharedOrder(basis, equalHosts);
}

/** Says of two hosts that no term tells them apart; then the one first by name is better. */
const EQUAL = TERMS.length;

/** What all orders have in common. They are classes, whose methods run faster than closures. */
abstract class KeyOrder implements HostOrder, RoughOrder {
  readonly keys: Float64Array;
  protected readonly totalOf: Basis["totalOf"];

  constructor({ keys, totalOf }: Basis) {
    this.keys = keys;
    this.totalOf = totalOf;
  }

  /** Finds the nearest by the rough order, and reads the keys of these alone. */
  nearest({ hosts, near }: Choice, count: number): number {
    const found = nearest({ order: this, hosts, near, numbers: this.keys }, count);
    for (let index = 0; index < found; index++) this.renew(near[index] ?? 0);
    return found;
  }

  /** Heaps are given it alone. */
  abstract readonly compare: HostOrder["compare"];

  abstract renew(host: number): void;
  abstract roughly(host: number): number;
  abstract isBeyond(host: number, most: number): boolean;
  abstract difference(left: number, right: number): number;
}

/** Nothing but Kubernetes' score (row D07). */
class KubeOrder extends KeyOrder {
  override readonly compare: HostOrder["compare"] = (left, right) => left - right;

  override renew(host: number): void {
    this.keys[host] = -this.totalOf(host);
  }

  override roughly(host: number): number {
    return -this.totalOf(host);
  }

  override isBeyond(host: number, most: number): boolean {
    return -this.totalOf(host) > most;
  }

  override difference(left: number, right: number): number {
    return this.keys[left] === this.keys[right] ? EQUAL : KUBE_SCORE;
  }
}

/** Load of a full host in ppm; below it nothing is unmet. */
export const FULL = 1_000_000;
/** In the key of a host that is not full, so much room is left for what decides among equals. */
const PER_PPM = HOSTS_BELOW * KUBE_TOTAL_BELOW;
const FULL_KEY = FULL * PER_PPM;
/** How far a full host's load is told in its key. */
const LOAD_RANGE = 2 ** 27;
const LOAD_MAX = LOAD_RANGE - 1;

/** The key of a host with a load and nothing unmet; that of no host with such a load is smaller. */
const keyOfLoad = (ppm: number): number =>
  ppm < FULL ? ppm * PER_PPM : FULL_KEY + Math.min(LOAD_MAX, ppm - FULL);

/** Unmet demand and load of a host after the placement in one number; less is better. */
export function plainKey(host: number, load: WorkloadClass["load"], hosts: HostLoads): number {
  const ppm = loadPpmAfter(host, load, hosts);
  const key = keyOfLoad(ppm);
  return ppm < FULL ? key : key + unmetPpmAfter(host, load, hosts) * LOAD_RANGE;
}

/**
 * DRS' order for a class without wishes in one cluster. Unmet demand and load make the key, an
 * integer below 2^53. Kubernetes' score is worked out only where hosts are equal in both.
 */
class LoadOrder extends KeyOrder {
  protected readonly ledger: Ledger;
  protected readonly load: WorkloadClass["load"];
  override readonly compare: HostOrder["compare"] = (left, right, key) => {
    // A load beyond the range of the key is that of a host many times overfull.
    const isInKey = key < FULL_KEY || (key - FULL_KEY) % LOAD_RANGE < LOAD_MAX;
    const beyondKey = isInKey ? 0 : this.#loadOf(left) - this.#loadOf(right);
    return beyondKey || this.totalOf(right) - this.totalOf(left) || left - right;
  };

  constructor(basis: Basis) {
    super(basis);
    this.ledger = basis.ledger;
    this.load = basis.workloadClass.load;
  }

  override renew(host: number): void {
    this.keys[host] = plainKey(host, this.load, this.ledger);
  }

  override roughly(host: number): number {
    return Math.min(FULL, loadPpmAfter(host, this.load, this.ledger));
  }

  override isBeyond(host: number, most: number): boolean {
    return most < FULL && isLoadedBeyond(host, this.load, this.ledger, most);
  }

  override difference(left: number, right: number): number {
    const one = this.#loadInKey(left);
    const other = this.#loadInKey(right);
    const isFull = one >= FULL || other >= FULL;
    if (isFull && this.#unmetOf(left) !== this.#unmetOf(right)) return UNMET;
    if (one !== other) return loadBand(one) === loadBand(other) ? LOAD : LOAD_BAND;
    return this.areTotalsEqual(left, right, isFull) ? EQUAL : KUBE_SCORE;
  }

  /** Of hosts that are as loaded as each other. */
  protected areTotalsEqual(left: number, right: number, _isFull: boolean): boolean {
    return this.totalOf(left) === this.totalOf(right);
  }

  #loadInKey(host: number): number {
    const ppm = Math.floor((this.keys[host] ?? 0) / PER_PPM);
    return ppm < FULL ? ppm : this.#loadOf(host);
  }

  #loadOf(host: number): number {
    return loadPpmAfter(host, this.load, this.ledger);
  }

  #unmetOf(host: number): number {
    return unmetPpmAfter(host, this.load, this.ledger);
  }
}

/**
 * As `LoadOrder`, where Kubernetes' score is a part of the key, together with the number of the
 * host, so that keys alone are compared.
 */
class PackedOrder extends LoadOrder {
  override renew(host: number): void {
    this.write(host);
    this.addNumber(host);
  }

  /** Writes all of a key but the number of the host. */
  write(host: number): void {
    const ppm = loadPpmAfter(host, this.load, this.ledger);
    // One store each, or every number would be an object on its way.
    if (ppm >= FULL) this.keys[host] = plainKey(host, this.load, this.ledger);
    else
      this.keys[host] = ppm * PER_PPM + (KUBE_TOTAL_BELOW - 1 - this.totalOf(host)) * HOSTS_BELOW;
  }

  protected addNumber(host: number): void {
    const key = this.keys[host] ?? 0;
    if (key < FULL_KEY) this.keys[host] = key + host;
  }

  protected override areTotalsEqual(left: number, right: number, isFull: boolean): boolean {
    if (isFull) return super.areTotalsEqual(left, right, isFull);
    const { keys } = this;
    return (
      Math.floor((keys[left] ?? 0) / HOSTS_BELOW) === Math.floor((keys[right] ?? 0) / HOSTS_BELOW)
    );
  }
}

/** As `PackedOrder`, where hosts that are equal share their keys. */
class SharedOrder extends PackedOrder {
  readonly #equalHosts: EqualHosts;

  constructor(basis: Basis, equalHosts: EqualHosts) {
    super(basis);
    this.#equalHosts = equalHosts;
  }

  override renew(host: number): void {
    this.#equalHosts.read(host, this, this.keys);
    this.addNumber(host);
  }

  override nearest({ near, isOpen }: Choice, count: number): number {
    const found = this.#equalHosts.nearest({ near, isOpen, column: this.keys }, this, count);
    for (let index = 0; index < found; index++) this.addNumber(near[index] ?? 0);
    return found;
  }
}
