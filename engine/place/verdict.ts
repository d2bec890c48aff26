import { type Applicant, applicantOf } from "./applicant.ts";
import type { WorkloadClass } from "./classes.ts";
import { type Filter, PASS, type Rejection } from "./filters/filter.ts";
import { FILTERS } from "./filters/index.ts";
import type { Ledger } from "./ledger.ts";
import { Tally } from "./tally.ts";

/** One reason of one filter; its position in `REASONS` plus 1 is kept per host, 0 is feasible. */
interface NumberedReason {
  readonly filter: Filter;
  readonly index: number;
}

/** A filter with its position in `FILTERS`. */
type NumberedFilter = readonly [order: number, filter: Filter];

export const REASONS: readonly NumberedReason[] = FILTERS.flatMap((filter) =>
  filter.reasons.map((_reason, index) => ({ filter, index })),
);

const FIRST_REASON: readonly number[] = FILTERS.map((filter) =>
  REASONS.findIndex((reason) => reason.filter === filter),
);

const HOST_FILTERS = numbered((filter) => filter.scope === "host");
/** Filters whose answer depends on what runs where. */
export const LEDGER_FILTERS: readonly NumberedFilter[] = numbered(
  (filter) => filter.scope === "ledger",
);

function numbered(isWanted: (filter: Filter) => boolean): readonly NumberedFilter[] {
  return FILTERS.flatMap((filter, order): NumberedFilter[] =>
    isWanted(filter) ? [[order, filter]] : [],
  );
}

/** What the filters that look at host and workload alone found, per host. */
export interface HostVerdicts {
  /** A bit for every failing filter, by its position in `FILTERS`. */
  readonly failing: Int32Array;
  /** First failing filter's reason number plus 1; 0 where all pass. */
  readonly reasons: Int16Array;
  readonly passing: number;
  /** The same, counted. */
  readonly tally: Tally;
}

/** Keeps the verdicts of host filters by the terms they read, which many classes share. */
export class HostVerdictCache {
  readonly #byTerms = new Map<string, HostVerdicts>();
  /** By all scheduling terms, which tell more apart and are known sooner. */
  readonly #byScheduling = new Map<string, HostVerdicts>();
  readonly #byClass = new Map<WorkloadClass, HostVerdicts>();

  /** Forgets everything; needed when a host changes its state. */
  clear(): void {
    this.#byTerms.clear();
    this.#byScheduling.clear();
    this.#byClass.clear();
  }

  of(workloadClass: WorkloadClass, ledger: Ledger): HostVerdicts {
    const known = this.#byClass.get(workloadClass);
    if (known !== undefined) return known;
    const { scheduling } = workloadClass.sample;
    const name = `${ledger.classes.numberOf(scheduling)}\u0000${otherTermsOf(workloadClass)}`;
    const verdicts = this.#byScheduling.get(name) ?? this.#verdictsOf(workloadClass, ledger);
    this.#byScheduling.set(name, verdicts);
    this.#byClass.set(workloadClass, verdicts);
    return verdicts;
  }

  #verdictsOf(workloadClass: WorkloadClass, ledger: Ledger): HostVerdicts {
    const name = hostTermsOf(workloadClass, ledger.classes);
    let verdicts = this.#byTerms.get(name);
    if (verdicts === undefined) {
      verdicts = judgeHosts(applicantOf(workloadClass, ledger), ledger);
      this.#byTerms.set(name, verdicts);
    }
    return verdicts;
  }
}

const HOST_READS = HOST_FILTERS.flatMap(([, { reads }]) => (reads === undefined ? [] : [reads]));

/** What host filters read beside the scheduling terms. */
const otherTermsOf = (workloadClass: WorkloadClass): string =>
  HOST_READS.map((reads) => reads(workloadClass)).join("\u0000");

function hostTermsOf(workloadClass: WorkloadClass, classes: Ledger["classes"]): string {
  const { scheduling } = workloadClass.sample;
  return [
    scheduling.nodeName ?? "",
    classes.numberOf(scheduling.nodeSelector),
    scheduling.nodeAffinity.required === undefined
      ? ""
      : classes.numberOf(scheduling.nodeAffinity.required),
    classes.numberOf(scheduling.tolerations),
    scheduling.runtime,
    classes.numberOf(scheduling.datastores),
    classes.numberOf(scheduling.networks),
    scheduling.cluster ?? "",
    otherTermsOf(workloadClass),
  ].join("\u0000");
}

function judgeHosts(applicant: Applicant, ledger: Ledger): HostVerdicts {
  const size = ledger.hosts.length;
  const failing = new Int32Array(size);
  const busy = HOST_FILTERS.filter(([, filter]) => filter.isIdle?.(applicant, ledger) !== true);
  const tally = Tally.ofFeasible(size, REASONS.length);
  const { reasons } = tally;
  for (let host = 0; host < size; host++) {
    for (const [order, filter] of busy) {
      const reason = filter.test(host, applicant, ledger);
      if (reason === PASS) continue;
      failing[host] = (failing[host] ?? 0) | (1 << order);
      if (reasons[host] !== 0) continue;
      tally.enter(host, (FIRST_REASON[order] ?? 0) + reason + 1);
    }
  }
  return { failing, reasons, passing: tally.counts[0] ?? 0, tally };
}

/** Ledger filters that have anything to ask about a class; the others pass every host. */
export const busyFilters = (applicant: Applicant, ledger: Ledger): readonly NumberedFilter[] =>
  LEDGER_FILTERS.filter(([, filter]) => filter.isIdle?.(applicant, ledger) !== true);

/** True when, for all that these filters ask, no placement on one host changes another's answer. */
export const isByHost = (busy: readonly NumberedFilter[]): boolean =>
  busy.every(([, { marks }]) => marks === undefined);

/** The first filter that rejects the host, as a reason number plus 1; 0 when it is feasible. */
export function judge(
  host: number,
  applicant: Applicant,
  ledger: Ledger,
  known: { readonly hostVerdicts: HostVerdicts; readonly busy: readonly NumberedFilter[] },
): number {
  const { hostVerdicts } = known;
  const failing = hostVerdicts.failing[host] ?? 0;
  // Filters before the first failing host filter come first, as users read the list.
  const before = failing === 0 ? FILTERS.length : 31 - Math.clz32(failing & -failing);
  for (const [order, filter] of known.busy) {
    if (order > before) break;
    const reason = filter.test(host, applicant, ledger);
    if (reason !== PASS) return (FIRST_REASON[order] ?? 0) + reason + 1;
  }
  return hostVerdicts.reasons[host] ?? 0;
}

/** The rejection behind a reason number, in words. */
export function rejectionOf(
  reasonNumber: number,
  host: number,
  applicant: Applicant,
  ledger: Ledger,
): (Rejection & { readonly filter: string }) | undefined {
  const numberedReason = REASONS[reasonNumber - 1];
  if (numberedReason === undefined) return undefined;
  const { filter, index } = numberedReason;
  const reason = filter.reasons[index];
  if (reason === undefined) return undefined;
  const { message, short } = filter.describe(host, applicant, ledger, index);
  const rejection = { code: reason.code, curable: reason.curable, filter: filter.name, message };
  return short === undefined ? rejection : { ...rejection, short };
}

/** Code of a reason number; undefined for a feasible host. */
export function codeOf(reasonNumber: number): string | undefined {
  const numberedReason = REASONS[reasonNumber - 1];
  return numberedReason?.filter.reasons[numberedReason.index]?.code;
}
