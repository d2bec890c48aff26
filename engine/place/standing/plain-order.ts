import { nearest, type RoughOrder } from "../basics/argmin-near.ts";
import type { WorkloadClass } from "../classes/classes.ts";
import type { EqualHosts } from "../ledger/equal-hosts.ts";
import type { Ledger } from "../ledger/ledger.ts";
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
export const hostOrder = (chooser: "drs" | "kube", basis: Basis): HostOrder =>
  chooser === "kube" ? kubeOrder(basis) : plainOrder(basis);

/** Says of two hosts that no term tells them apart; then the one first by name is better. */
const EQUAL = TERMS.length;

/** Nothing but Kubernetes' score (row D07). */
function kubeOrder({ keys, totalOf }: Basis): HostOrder {
  const renew = (host: number): void => {
    keys[host] = -totalOf(host);
  };
  const rough: RoughOrder = {
    roughly: (host) => -totalOf(host),
    isBeyond: (host, most) => -totalOf(host) > most,
  };
  return {
    keys,
    renew,
    nearest: nearestBy(rough, keys, renew),
    compare: (left, right) => left - right,
    difference: (left, right) => (keys[left] === keys[right] ? EQUAL : KUBE_SCORE),
  };
}

/** Finds the nearest by a rough order, and reads the keys of these alone. */
const nearestBy =
  (order: RoughOrder, keys: Float64Array, renew: HostOrder["renew"]): HostOrder["nearest"] =>
  ({ hosts, near }, count) => {
    const found = nearest({ order, hosts, near, numbers: keys }, count);
    for (let index = 0; index < found; index++) renew(near[index] ?? 0);
    return found;
  };

/** Load of a full host in ppm; below it nothing is unmet. */
export const FULL = 1_000_000;
/** Hosts have numbers below that, Kubernetes' sums are below that. */
const HOSTS = 2 ** 22;
const TOTALS = 2 ** 11;
/** In the key of a host that is not full, so much room is left for what decides among equals. */
const PER_PPM = HOSTS * TOTALS;
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
 * integer below 2^53. Kubernetes' score is worked out only where hosts are equal in both, or is a
 * part of the key, together with the number of the host, so that keys alone are compared.
 */
function plainOrder(basis: Basis): HostOrder {
  const { workloadClass, ledger, keys, totalOf, isPacked = false } = basis;
  const { load } = workloadClass;
  const loadOf = (host: number): number => loadPpmAfter(host, load, ledger);
  const unmetOf = (host: number): number => unmetPpmAfter(host, load, ledger);
  const loadInKey = (host: number): number => {
    const ppm = Math.floor((keys[host] ?? 0) / PER_PPM);
    return ppm < FULL ? ppm : loadOf(host);
  };
  return {
    keys,
    ...(isPacked ? packedKeys(basis) : plainKeys(basis)),
    compare: (left, right, key) => {
      // A load beyond the range of the key is that of a host many times overfull.
      const isInKey = key < FULL_KEY || (key - FULL_KEY) % LOAD_RANGE < LOAD_MAX;
      const beyondKey = isInKey ? 0 : loadOf(left) - loadOf(right);
      return beyondKey || totalOf(right) - totalOf(left) || left - right;
    },
    difference: (left, right) => {
      const [one, other] = [loadInKey(left), loadInKey(right)];
      if (Math.max(one, other) >= FULL && unmetOf(left) !== unmetOf(right)) return UNMET;
      if (one !== other) return loadBand(one) === loadBand(other) ? LOAD : LOAD_BAND;
      const isEqual =
        isPacked && one < FULL
          ? Math.floor((keys[left] ?? 0) / HOSTS) === Math.floor((keys[right] ?? 0) / HOSTS)
          : totalOf(left) === totalOf(right);
      return isEqual ? EQUAL : KUBE_SCORE;
    },
  };
}

/** How keys are read. */
type Keys = Pick<HostOrder, "renew" | "nearest">;

function plainKeys(basis: Basis): Keys {
  const { workloadClass, ledger, keys } = basis;
  const renew = (host: number): void => {
    keys[host] = plainKey(host, workloadClass.load, ledger);
  };
  return { renew, nearest: nearestBy(loadOrder(basis), keys, renew) };
}

/** What of the order is worked out most easily. */
const loadOrder = ({ workloadClass: { load }, ledger }: Basis): RoughOrder => ({
  roughly: (host) => Math.min(FULL, loadPpmAfter(host, load, ledger)),
  isBeyond: (host, most) => most < FULL && isLoadedBeyond(host, load, ledger, most),
});

/** Keys that hold Kubernetes' score and the number of the host as well. */
function packedKeys(basis: Basis): Keys {
  const { workloadClass, ledger, keys, totalOf, equalHosts } = basis;
  const { load } = workloadClass;
  const writeShared = (host: number): void => {
    const ppm = loadPpmAfter(host, load, ledger);
    // One store each, or every number would be an object on its way.
    if (ppm >= FULL) keys[host] = plainKey(host, load, ledger);
    else keys[host] = ppm * PER_PPM + (TOTALS - 1 - totalOf(host)) * HOSTS;
  };
  const addNumber = (host: number): void => {
    const key = keys[host] ?? 0;
    if (key < FULL_KEY) keys[host] = key + host;
  };
  if (equalHosts === undefined) {
    const renew = (host: number): void => {
      writeShared(host);
      addNumber(host);
    };
    return { renew, nearest: nearestBy(loadOrder(basis), keys, renew) };
  }
  const reading = { write: writeShared };
  return {
    renew: (host) => {
      equalHosts.read(host, reading, keys);
      addNumber(host);
    },
    nearest: ({ near, isOpen }, count) => {
      const found = equalHosts.nearest({ near, isOpen, column: keys }, reading, count);
      for (let index = 0; index < found; index++) addNumber(near[index] ?? 0);
      return found;
    },
  };
}
