import type { Applicant } from "./applicant.ts";
import type { Ledger } from "./ledger.ts";
import {
  KUBE_SCORE,
  LOAD,
  LOAD_BAND,
  loadBand,
  loadPpmAfter,
  TERMS,
  UNMET,
  unmetPpmAfter,
} from "./score.ts";

/** How the feasible hosts of one class are ordered: by key, and by `compare` where keys are equal. */
export interface HostOrder {
  readonly keys: Float64Array;
  /** Reads the key of a host anew. */
  readonly renew: (host: number) => void;
  /** Below 0 when the left host is better; host numbers break ties, so the order is total. */
  readonly compare: (left: number, right: number) => number;
  /** First term in which two hosts differ, as an index of `TERMS`; its length when in none. */
  readonly difference: (left: number, right: number) => number;
}

/** What an order is made for; `totalOf` is Kubernetes' weighted sum, which is asked for seldom. */
interface Basis {
  readonly applicant: Applicant;
  readonly ledger: Ledger;
  readonly totalOf: (host: number) => number;
}

/** Says of two hosts that no term tells them apart. */
const EQUAL = TERMS.length;

/** Nothing but Kubernetes' score (row D07). */
export function kubeOrder({ ledger, totalOf }: Basis): HostOrder {
  const keys = new Float64Array(ledger.hosts.length);
  return {
    keys,
    renew: (host) => {
      keys[host] = -totalOf(host);
    },
    compare: (left, right) => left - right,
    difference: (left, right) => (keys[left] === keys[right] ? EQUAL : KUBE_SCORE),
  };
}

const LOAD_RANGE = 2 ** 32;
const LOAD_MAX = LOAD_RANGE - 1;

/**
 * DRS' order for a class without wishes in one cluster: unmet demand and load fill the key, and
 * Kubernetes' score is worked out only where hosts are equal in both.
 */
export function plainOrder({ applicant, ledger, totalOf }: Basis): HostOrder {
  const keys = new Float64Array(ledger.hosts.length);
  const { load } = applicant.workloadClass;
  const loadOf = (host: number): number => loadPpmAfter(host, load, ledger);
  const unmetOf = (host: number): number => Math.floor((keys[host] ?? 0) / LOAD_RANGE);
  const beyondKey = (left: number, right: number): number =>
    (keys[left] ?? 0) % LOAD_RANGE < LOAD_MAX ? 0 : loadOf(left) - loadOf(right);
  return {
    keys,
    renew: (host) => {
      const unmet = unmetPpmAfter(host, load, ledger);
      keys[host] = unmet * LOAD_RANGE + Math.min(LOAD_MAX, loadOf(host));
    },
    compare: (left, right) =>
      beyondKey(left, right) || totalOf(right) - totalOf(left) || left - right,
    difference: (left, right) => {
      if (unmetOf(left) !== unmetOf(right)) return UNMET;
      const [one, other] = [loadOf(left), loadOf(right)];
      if (one !== other) return loadBand(one) === loadBand(other) ? LOAD : LOAD_BAND;
      return totalOf(left) === totalOf(right) ? EQUAL : KUBE_SCORE;
    },
  };
}
