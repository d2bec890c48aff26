import type { WorkloadClass } from "./classes.ts";
import type { Impact } from "./impact.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { type DomainCounts, spreadCounts, spreadEligible } from "./spread.ts";

/** A class asking for a host: the class with what filters and scores prepare once for all hosts. */
export interface Applicant {
  readonly workloadClass: WorkloadClass;
  /** Terms of placed workloads that speak of this one. */
  readonly impact: Impact;
  /** True when any preferred term, soft spread or soft taint can tell hosts apart. */
  readonly hasWishes: boolean;
  readonly eligibleHard: readonly Uint8Array[];
  readonly eligibleSoft: readonly Uint8Array[];
  /** Matching workloads per domain of each spread constraint; kept up by `follow`. */
  readonly spreadHard: readonly DomainCounts[];
  readonly spreadSoft: readonly DomainCounts[];
}

type SpreadCounts = Pick<Applicant, "eligibleHard" | "eligibleSoft" | "spreadHard" | "spreadSoft">;

/** Most workloads are spread by no constraint. */
const NOT_SPREAD: SpreadCounts = {
  eligibleHard: [],
  eligibleSoft: [],
  spreadHard: [],
  spreadSoft: [],
};

export function applicantOf(workloadClass: WorkloadClass, ledger: Ledger): Applicant {
  const impact = ledger.classes.impactOf(workloadClass);
  const { terms, sample } = workloadClass;
  const { eligibleHard, eligibleSoft, spreadHard, spreadSoft } = countsOf(workloadClass, ledger);
  return {
    workloadClass,
    impact,
    hasWishes:
      ledger.hasSoftTaints ||
      terms.preferred.length > 0 ||
      terms.spreadSoft.length > 0 ||
      impact.scoreHolders.length > 0 ||
      sample.scheduling.nodeAffinity.preferred.length > 0,
    eligibleHard,
    eligibleSoft,
    spreadHard,
    spreadSoft,
  };
}

function countsOf(workloadClass: WorkloadClass, { hosts }: Ledger): SpreadCounts {
  const { spreadHard, spreadSoft } = workloadClass.terms;
  if (spreadHard.length + spreadSoft.length === 0) return NOT_SPREAD;
  const eligibleHard = spreadEligible(workloadClass, spreadHard, hosts);
  const eligibleSoft = spreadEligible(workloadClass, spreadSoft, hosts);
  return {
    eligibleHard,
    eligibleSoft,
    spreadHard: spreadCounts(spreadHard, eligibleHard),
    spreadSoft: spreadCounts(spreadSoft, eligibleSoft),
  };
}

/** Brings the prepared counts up to the ledger; needed for every host that changed. */
export function follow({ spreadHard, spreadSoft }: Applicant, host: number): void {
  for (const counted of spreadHard) counted.follow(host);
  for (const counted of spreadSoft) counted.follow(host);
}

/** As `follow`, after changes on hosts that nobody noted. */
export function refresh(applicant: Applicant): void {
  const { spreadHard, spreadSoft } = applicant;
  if (spreadHard.length + spreadSoft.length === 0) return;
  const { eligibleHard, eligibleSoft } = applicant;
  const hosts = (eligibleHard[0] ?? eligibleSoft[0])?.length ?? 0;
  for (let host = 0; host < hosts; host++) follow(applicant, host);
}
