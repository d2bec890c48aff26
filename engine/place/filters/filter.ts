import type { Applicant } from "../classes/applicant.ts";
import type { WorkloadClass } from "../classes/classes.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Mark } from "../classes/marks.ts";
import type { Stock } from "../ledger/supply.ts";

/** An amount that has to be free on the host; nothing wanted is always there. */
export interface Need {
  readonly wanted: number;
  readonly from: Stock;
}

/** Something that hosts have; those that have the same of it are asked together. */
export interface Trait {
  /** Traits of the same name are the same. */
  readonly name: string;
  readonly of: (host: number) => string | undefined;
  /**
   * Where the filter looks at several traits, or need not look at a host: whether it lets pass who
   * has such a value of this one.
   */
  readonly passes?: (value: string | undefined) => boolean;
  /** The only values that may be answered in another way than any other; absent: all may. */
  readonly only?: readonly (string | undefined)[];
}

/** Hosts, and a reason of a filter: a position in its `reasons`. */
export interface Lot {
  readonly hosts: readonly number[];
  readonly reason: number;
}

/** What a filter says of all hosts. */
interface Outliers {
  /** Hosts that it rejects for a reason, unless for an earlier one. */
  readonly rejected: readonly Lot[];
  /** Hosts that it may let pass, where it rejects all others for that reason. Absent: any other. */
  readonly near?: Lot;
}

/** What a filter or a score reads of a workload that its terms do not tell, such as a label. */
export type Reads = (workloadClass: WorkloadClass) => string;

/** Why a filter rejects a host: a constant code, and whether moving others could cure it. */
interface Reason {
  readonly code: string;
  readonly curable: boolean;
}

/** A rejection in words; `short` is the missing amount in base units. */
export interface Rejection extends Reason {
  readonly message: string;
  readonly short?: number;
}

export interface Description {
  readonly message: string;
  readonly short?: number;
}

/**
 * One question of the decision tree. `test` is the fast path and the only judge; `describe` puts
 * its answer into words and is asked for hosts that are shown.
 */
export interface Filter {
  /** Name of kube-scheduler's plugin where there is one, else a name in its style. */
  readonly name: string;
  readonly origin: "kubernetes" | "vsphere";
  /** `host`: the verdict depends on the host and the workload alone. `ledger`: on what runs. */
  readonly scope: "host" | "ledger";
  readonly reasons: readonly Reason[];
  /**
   * What it reads of a workload besides the scheduling terms and, with scope `ledger`, the demand:
   * workloads for which it is the same text are judged alike. Absent: nothing.
   */
  readonly reads?: Reads;
  /** True when it passes every host for this workload: it is then not asked. Absent: never. */
  readonly isIdle?: (applicant: Applicant, ledger: Ledger) => boolean;
  /**
   * Only where a placement on one host can change the answer for others: what hosts have in common
   * that always get the same answer. Absent: nothing but what is on the host itself counts.
   */
  readonly marks?: (applicant: Applicant, ledger: Ledger) => readonly Mark[];
  /**
   * Beside `marks`: reads a number, and as long as it stays what it is, a placement changes the
   * answer for its own host and for hosts with a named mark in common with it. Absent: it stays.
   */
  readonly phaseOf?: (applicant: Applicant) => () => number;
  /** True for workloads that need no marks: a placement seldom changes the answer for others. */
  readonly isAlone?: (applicant: Applicant) => boolean;
  /**
   * Beside `marks`: reads a number, and as long as it stays what it is, a placement changes the
   * answer for its own host alone. Absent: nothing tells that.
   */
  readonly turnsOf?: (applicant: Applicant) => () => number;
  /**
   * Beside `turnsOf`, where it is told without looking at each host: what is said of all of them
   * until that number changes. Absent or undefined: each host has to be asked.
   */
  readonly outliers?: (applicant: Applicant) => Outliers | undefined;
  /**
   * For a filter that compares amounts and nothing else: it passes exactly the hosts that have
   * all of them free. That is asked of all hosts at once, and `test` of those that lack one.
   * Nothing else that changes may be in its words, which are put together when somebody reads them;
   * `Past` has to know how to take the amounts back.
   */
  readonly needs?: (applicant: Applicant, ledger: Ledger) => readonly Need[];
  /**
   * Only with scope `host`: what of a host the answer follows from. Where it is several traits, it
   * passes exactly the hosts of which all pass. Absent or undefined: every host is asked.
   */
  readonly traits?: (applicant: Applicant, ledger: Ledger) => readonly Trait[] | undefined;
  /** Position in `reasons`, or `PASS`. */
  readonly test: (host: number, applicant: Applicant, ledger: Ledger) => number;
  readonly describe: (
    host: number,
    applicant: Applicant,
    ledger: Ledger,
    reason: number,
  ) => Description;
}

export const PASS = -1;

/** Judges one host by one filter; undefined when it passes. */
export function check(
  filter: Filter,
  host: number,
  applicant: Applicant,
  ledger: Ledger,
): Rejection | undefined {
  const index = filter.test(host, applicant, ledger);
  const reason = filter.reasons[index];
  if (index === PASS || reason === undefined) return undefined;
  return { ...reason, ...filter.describe(host, applicant, ledger, index) };
}
