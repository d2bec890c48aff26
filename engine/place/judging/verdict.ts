import { type Applicant, applicantOf } from "../classes/applicant.ts";
import type { WorkloadClass } from "../classes/classes.ts";
import { type Filter, PASS, type Rejection } from "../filters/filter.ts";
import { FILTERS } from "../filters/index.ts";
import { HostKinds } from "./host-kinds.ts";
import { HostVerdicts, type PlacedFilter } from "./host-verdicts.ts";
import type { Ledger } from "../ledger/ledger.ts";

export type { HostVerdicts } from "./host-verdicts.ts";

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

const ORDER_OF: readonly number[] = REASONS.map(({ filter }) => FILTERS.indexOf(filter));

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

/** With as many signatures it pays to know which hosts are of one kind. */
const FEW_SIGNATURES = 4;

/** Signatures that are kept; each takes some 2 bytes a host. */
const SIGNATURES_MAX = 512;

/** Keeps the verdicts of host filters by the terms they read, which many classes share. */
export class HostVerdictCache {
  readonly #byTerms = new Map<string, HostVerdicts>();
  /** By all scheduling terms, which tell more apart and are known sooner. */
  readonly #byScheduling = new Map<string, HostVerdicts>();
  readonly #byFamily: HostVerdicts[] = [];
  #kinds: HostKinds | undefined;
  /** As many are asked about host by host. */
  #few = FEW_SIGNATURES;

  /** Many signatures will come, so that it pays from the first one on. */
  expectMany(): void {
    this.#few = 0;
  }

  /** Forgets everything; needed when a host changes its state. */
  clear(): void {
    this.#kinds = undefined;
    this.#forgetVerdicts();
  }

  #forgetVerdicts(): void {
    this.#byTerms.clear();
    this.#byScheduling.clear();
    this.#byFamily.length = 0;
  }

  of(workloadClass: WorkloadClass, ledger: Ledger): HostVerdicts {
    const known = this.#byFamily[workloadClass.family];
    if (known !== undefined) return known;
    const name = `${workloadClass.schedulingNumber}\u0000${otherTermsOf(workloadClass)}`;
    const verdicts = this.#byScheduling.get(name) ?? this.#verdictsOf(workloadClass, ledger);
    this.#byScheduling.set(name, verdicts);
    this.#byFamily[workloadClass.family] = verdicts;
    return verdicts;
  }

  #verdictsOf(workloadClass: WorkloadClass, ledger: Ledger): HostVerdicts {
    const name = hostTermsOf(workloadClass);
    let verdicts = this.#byTerms.get(name);
    if (verdicts === undefined) {
      if (this.#byTerms.size >= SIGNATURES_MAX) this.#forgetVerdicts();
      const applicant = applicantOf(workloadClass, ledger);
      const filters = busyHostFilters(applicant, ledger);
      if (this.#byTerms.size >= this.#few) this.#kinds ??= new HostKinds(ledger.hosts.length);
      const inquiry = { applicant, ledger, filters, kinds: this.#kinds };
      verdicts = new HostVerdicts(inquiry, REASONS.length);
      this.#byTerms.set(name, verdicts);
    }
    return verdicts;
  }
}

const HOST_READS = HOST_FILTERS.flatMap(([, { reads }]) => (reads === undefined ? [] : [reads]));

/** What host filters read beside the scheduling terms. */
const otherTermsOf = (workloadClass: WorkloadClass): string =>
  HOST_READS.map((reads) => reads(workloadClass)).join("\u0000");

/** Equal terms that are written in another order may give another text. */
function hostTermsOf(workloadClass: WorkloadClass): string {
  const { scheduling } = workloadClass.sample;
  const { nodeName, nodeSelector, nodeAffinity, tolerations } = scheduling;
  const { runtime, datastores, networks, cluster } = scheduling;
  const selected = [nodeName, nodeSelector, nodeAffinity.required, tolerations];
  const terms = JSON.stringify([...selected, runtime, datastores, networks, cluster]);
  return `${terms}\u0000${otherTermsOf(workloadClass)}`;
}

/** Host filters that have anything to ask about a class. */
const busyHostFilters = (applicant: Applicant, ledger: Ledger): readonly PlacedFilter[] =>
  HOST_FILTERS.filter(([, filter]) => filter.isIdle?.(applicant, ledger) !== true).map(
    ([order, filter]) => ({ order, filter, firstReason: FIRST_REASON[order] ?? 0 }),
  );

/** Ledger filters that have anything to ask about a class; the others pass every host. */
export const busyFilters = (applicant: Applicant, ledger: Ledger): readonly NumberedFilter[] =>
  LEDGER_FILTERS.filter(([, filter]) => filter.isIdle?.(applicant, ledger) !== true);

/** True when, for all that these filters ask, no placement on one host changes another's answer. */
export const isByHost = (busy: readonly NumberedFilter[]): boolean =>
  busy.every(([, { marks }]) => marks === undefined);

/** The number of a reason of the filter at a position; that of a later filter is larger. */
export const numberOfReason = (order: number, reason: number): number =>
  (FIRST_REASON[order] ?? 0) + reason + 1;

/** The first filter that rejects the host, as a reason number plus 1; 0 when it is feasible. */
export function judge(
  host: number,
  applicant: Applicant,
  ledger: Ledger,
  known: {
    readonly hostVerdicts: Pick<HostVerdicts, "reasonOf">;
    readonly busy: readonly NumberedFilter[];
  },
): number {
  const { hostVerdicts } = known;
  const byHost = hostVerdicts.reasonOf(host);
  // Filters before the first failing host filter come first, as users read the list.
  const before = byHost === 0 ? FILTERS.length : (ORDER_OF[byHost - 1] ?? 0);
  for (const [order, filter] of known.busy) {
    if (order > before) break;
    const reason = filter.test(host, applicant, ledger);
    if (reason !== PASS) return numberOfReason(order, reason);
  }
  return byHost;
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

/** True where all that is said of the rejection follows from its host and the amounts there. */
export function isOfHost(reasonNumber: number): boolean {
  const filter = REASONS[reasonNumber - 1]?.filter;
  return filter?.scope === "host" || filter?.needs !== undefined;
}

/** Code of a reason number; undefined for a feasible host. */
export function codeOf(reasonNumber: number): string | undefined {
  const numberedReason = REASONS[reasonNumber - 1];
  return numberedReason?.filter.reasons[numberedReason.index]?.code;
}
