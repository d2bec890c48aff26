import type { Applicant } from "../classes/applicant.ts";
import type { Reads } from "../filters/filter.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Mark } from "../classes/marks.ts";

/** Best value of one score, as upstream's MaxNodeScore. */
export const SCORE_MAX = 100;

/** A host that a score does not judge; it ends with 0. */
export const IGNORED = -1;

/** The feasible hosts of one workload; each of `hosts` may stand for some that are alike. */
export interface Feasible {
  readonly hosts: readonly number[];
  /** How many hosts each one stands for, itself included; absent: for itself. */
  readonly alike?: readonly number[];
}

/**
 * One of kube-scheduler's scores: raw values per host, then brought to 0..100 over the feasible
 * hosts, then weighted. All by requests, never by use (row D07).
 */
export interface Score {
  /** Name of the plugin. */
  readonly name: string;
  readonly weight: number;
  /** What it reads of a workload besides its scheduling terms and its demand. Absent: nothing. */
  readonly reads?: Reads;
  /** Value of one host; undefined when upstream skips the score for this workload. */
  readonly prepare: (
    applicant: Applicant,
    ledger: Ledger,
    feasible: Feasible,
  ) => ((host: number) => number) | undefined;
  /** Brings raw values of the feasible hosts to 0..100, in place; absent: they are already. */
  readonly normalise?: (values: Float64Array) => void;
  /**
   * Only with `normalise`, where a placement on one host can change the raw values of others: what
   * hosts have in common whose raw values are always equal. Absent: a host's own raw value.
   */
  readonly marks?: (applicant: Applicant, ledger: Ledger) => readonly Mark[];
  /**
   * The value that every host gets, whatever hosts are feasible; undefined where hosts differ.
   * Scores without it depend on one host alone and need no other.
   */
  readonly constant?: (applicant: Applicant, ledger: Ledger) => number | undefined;
  /** True when it reads of a host nothing but CPU and memory: what it has, what is requested. */
  readonly isOfAmounts?: boolean;
}

/** Scales values to 0..100 of the largest one, as upstream's DefaultNormalizeScore. */
export function normaliseToLargest(values: Float64Array, isReversed: boolean): void {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, value);
  for (let index = 0; index < values.length; index++) {
    const scaled = largest === 0 ? 0 : Math.floor((SCORE_MAX * (values[index] ?? 0)) / largest);
    values[index] = isReversed ? SCORE_MAX - scaled : scaled;
  }
}
