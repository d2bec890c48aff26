import type { Applicant } from "../classes/applicant.ts";
import { domainMarks } from "../classes/marks.ts";
import type { DomainCounts } from "../classes/spread.ts";
import type { SpreadTerm } from "../classes/terms.ts";
import { type Filter, PASS } from "./filter.ts";

const NO_LABEL = 0;
const SKEWED = 1;

/** Topology spread with `DoNotSchedule`. Source: PodTopologySpread of kube-scheduler. */
export const spread: Filter = {
  name: "PodTopologySpread",
  origin: "kubernetes",
  scope: "ledger",
  reasons: [
    { code: "spread-label", curable: false },
    { code: "spread", curable: true },
  ],
  marks: ({ workloadClass, spreadHard }) =>
    workloadClass.terms.spreadHard.flatMap(({ topology }, index) =>
      domainMarks(topology, { at: (domain) => spreadHard[index]?.counts[domain] ?? 0 }),
    ),
  phaseOf:
    ({ spreadHard }) =>
    () =>
      spreadHard.reduce((sum, { steps }) => sum + steps, 0),
  turnsOf:
    ({ spreadHard }) =>
    () =>
      spreadHard.reduce((sum, { turns }) => sum + turns, 0),
  outliers: ({ workloadClass, spreadHard }) => {
    const terms = workloadClass.terms.spreadHard;
    if (!terms.every(({ topology }) => topology.isEverywhere)) return undefined;
    const rejected = terms.flatMap((term, index) =>
      term.topology.members.flatMap((hosts, domain) =>
        isSkewed(term, spreadHard[index], domain) ? [{ hosts, reason: SKEWED }] : [],
      ),
    );
    return { rejected };
  },
  isIdle: ({ workloadClass }) => workloadClass.terms.spreadHard.length === 0,
  test: (host, applicant) => violationOf(applicant, host).reason,
  describe: (host, applicant, _ledger, reason) => {
    const { key, skew, skewMax } = violationOf(applicant, host);
    if (reason === NO_LABEL) return { message: `the host has no label ${key} to spread over` };
    const bound = `at most ${String(skewMax)} is allowed`;
    return { message: `spread over ${key}: skew would be ${String(skew)}, ${bound}` };
  },
};

interface Violation {
  readonly reason: number;
  readonly key: string;
  readonly skew: number;
  readonly skewMax: number;
}

const FINE: Violation = { reason: PASS, key: "", skew: 0, skewMax: 0 };

/** The first constraint that the host would violate. */
function violationOf(applicant: Applicant, host: number): Violation {
  const terms = applicant.workloadClass.terms.spreadHard;
  for (let index = 0; index < terms.length; index++) {
    const term = terms[index];
    const counted = applicant.spreadHard[index];
    if (term === undefined || counted === undefined) continue;
    const skewMax = term.constraint.maxSkew;
    const domain = term.topology.domainOf[host] ?? -1;
    if (domain < 0) return { reason: NO_LABEL, key: term.topology.key, skew: 0, skewMax };
    const skew = skewOf(term, counted, domain);
    if (skew > skewMax) return { reason: SKEWED, key: term.topology.key, skew, skewMax };
  }
  return FINE;
}

/** By how many a domain would be above the smallest with the workload in it. */
const skewOf = (
  { matchesItself }: SpreadTerm,
  { counts, minimum }: DomainCounts,
  domain: number,
): number => (counts[domain] ?? 0) + (matchesItself ? 1 : 0) - minimum;

const isSkewed = (term: SpreadTerm, counted: DomainCounts | undefined, domain: number): boolean =>
  counted !== undefined && skewOf(term, counted, domain) > term.constraint.maxSkew;
