import type { WorkloadClass } from "./classes.ts";
import type { Ledger } from "./ledger.ts";
import {
  isLoadedBeyond,
  KUBE_SCORE,
  LOAD,
  LOAD_BAND,
  loadBand,
  loadPpmAfter,
  TERMS,
  UNMET,
  unmetPpmAfter,
} from "./score.ts";

/** How the feasible hosts of one class are ordered: by key, and by `compare` for equal keys. */
export interface HostOrder {
  readonly keys: Float64Array;
  /** Reads the key of a host anew; a better host never has a larger one. */
  readonly renew: (host: number) => void;
  /** True when the key of the host, read anew, is certainly larger than another one. */
  readonly isBeyond: (host: number, key: number) => boolean;
  /** Below 0 when the left host is better; for hosts with equal keys. */
  readonly compare: (left: number, right: number, key: number) => number;
  /** First term in which two hosts differ, as an index of `TERMS`; its length when in none. */
  readonly difference: (left: number, right: number) => number;
}

/** What an order is made for. */
interface Basis {
  readonly workloadClass: WorkloadClass;
  readonly ledger: Ledger;
  /** Room for a key of each host. */
  readonly keys: Float64Array;
  /** Kubernetes' weighted sum of a host, which is asked for seldom. */
  readonly totalOf: (host: number) => number;
}

/** The order of the cluster's chooser. */
export const hostOrder = (chooser: "drs" | "kube", basis: Basis): HostOrder =>
  chooser === "kube" ? kubeOrder(basis) : plainOrder(basis);

/** Says of two hosts that no term tells them apart; then the one first by name is better. */
const EQUAL = TERMS.length;

/** Nothing but Kubernetes' score (row D07). */
const kubeOrder = ({ keys, totalOf }: Basis): HostOrder => ({
  keys,
  renew: (host) => {
    keys[host] = -totalOf(host);
  },
  isBeyond: (host, key) => -totalOf(host) > key,
  compare: (left, right) => left - right,
  difference: (left, right) => (keys[left] === keys[right] ? EQUAL : KUBE_SCORE),
});

const LOAD_RANGE = 2 ** 32;
const LOAD_MAX = LOAD_RANGE - 1;
/** Below a full host nothing is unmet. */
const FULL = 1_000_000;

/**
 * DRS' order for a class without wishes in one cluster: unmet demand and load make the key, and
 * Kubernetes' score is worked out only where hosts are equal in both.
 */
function plainOrder({ workloadClass, ledger, keys, totalOf }: Basis): HostOrder {
  const { load } = workloadClass;
  const loadOf = (host: number): number => loadPpmAfter(host, load, ledger);
  const unmetOf = (host: number): number => unmetPpmAfter(host, load, ledger);
  return {
    keys,
    renew: (host) => {
      const full = loadOf(host);
      keys[host] = full < FULL ? full : unmetOf(host) * LOAD_RANGE + Math.min(LOAD_MAX, full);
    },
    isBeyond: (host, key) => key < FULL && isLoadedBeyond(host, load, ledger, key),
    compare: (left, right, key) => {
      // A load beyond the range of the key is that of a host many times overfull.
      const beyondKey =
        key - Math.floor(key / LOAD_RANGE) * LOAD_RANGE < LOAD_MAX
          ? 0
          : loadOf(left) - loadOf(right);
      return beyondKey || totalOf(right) - totalOf(left) || left - right;
    },
    difference: (left, right) => {
      const [one, other] = [loadOf(left), loadOf(right)];
      if (unmetOf(left) !== unmetOf(right)) return UNMET;
      if (one !== other) return loadBand(one) === loadBand(other) ? LOAD : LOAD_BAND;
      return totalOf(left) === totalOf(right) ? EQUAL : KUBE_SCORE;
    },
  };
}
