import type { Applicant } from "../classes/applicant.ts";
import { domainMarks } from "../classes/marks.ts";
import type { Holder } from "../classes/matchers.ts";
import type { Sums } from "../basics/sums.ts";
import type { AffinityGroup, CountedTerm } from "../classes/terms.ts";
import type { Topology } from "../classes/topology.ts";
import { type Filter, type Lot, PASS } from "./filter.ts";

const AFFINITY = 0;
const ANTI_AFFINITY = 1;
const ANTI_AFFINITY_OF_OTHERS = 2;

/**
 * Affinity and anti-affinity between workloads, symmetric for anti-affinity: a placed workload
 * keeps off those that its own terms name. Source: InterPodAffinity of kube-scheduler.
 */
export const interPodAffinity: Filter = {
  name: "InterPodAffinity",
  origin: "kubernetes",
  scope: "ledger",
  reasons: [
    { code: "affinity", curable: false },
    { code: "anti-affinity", curable: true },
    { code: "anti-affinity-of-others", curable: true },
  ],
  marks: ({ workloadClass, impact }) => [
    ...[
      ...(workloadClass.terms.affinity?.terms ?? []),
      ...workloadClass.terms.antiAffinity,
    ].flatMap(({ topology, counts }) => domainMarks(topology, counts, Math.sign)),
    ...impact.antiHolders.flatMap(({ topology, weights }) =>
      domainMarks(topology, weights, Math.sign),
    ),
  ],
  // Only the first of a group looks beyond its own domain.
  phaseOf:
    ({ workloadClass: { terms } }) =>
    () =>
      terms.affinity !== undefined && isFirst(terms.affinity) ? 1 : 0,
  isAlone: (applicant) => isAlone(applicant),
  turnsOf: (applicant) => {
    const { affinity } = applicant.workloadClass.terms;
    if (isAlone(applicant)) return () => (affinity !== undefined && isFirst(affinity) ? 1 : 0);
    const counters = relatedTo(applicant).map(({ counter }) => counter);
    return () => counters.reduce((sum, { turns }) => sum + turns, 0);
  },
  outliers: (applicant) => {
    const { affinity } = applicant.workloadClass.terms;
    const [nearest] = affinity?.terms ?? [];
    if (affinity === undefined || nearest === undefined) return { rejected: inConflict(applicant) };
    if (!mayBeFirst(affinity)) {
      const hosts = hostsWith(nearest.topology, nearest.counts).flat();
      return { rejected: [], near: { hosts, reason: AFFINITY } };
    }
    const isAnywhere = affinity.terms.every(({ topology }) => topology.isEverywhere);
    return isAnywhere ? { rejected: inConflict(applicant) } : undefined;
  },
  isIdle: ({ workloadClass, impact }) =>
    workloadClass.terms.affinity === undefined &&
    workloadClass.terms.antiAffinity.length === 0 &&
    impact.antiHolders.length === 0,
  test: (host, applicant) => {
    const { affinity } = applicant.workloadClass.terms;
    if (affinity !== undefined && !isNearMatch(affinity, host)) return AFFINITY;
    if (conflictOf(applicant, host) !== undefined) return ANTI_AFFINITY;
    return holderAgainst(applicant, host) === undefined ? PASS : ANTI_AFFINITY_OF_OTHERS;
  },
  describe: (host, applicant, _ledger, reason) => {
    if (reason === AFFINITY) return { message: affinityText(applicant) };
    if (reason === ANTI_AFFINITY) return { message: conflictText(conflictOf(applicant, host)) };
    return { message: holderText(holderAgainst(applicant, host)) };
  },
};

/** True when no two hosts share a domain that counts. */
const isAlone = (applicant: Applicant): boolean =>
  relatedTo(applicant).every(({ topology }) => topology.isPerHost);

/** All that counts whom the workload looks for or keeps off, and who keeps it off. */
const relatedTo = ({ workloadClass: { terms }, impact }: Applicant): readonly Related[] => [
  ...(terms.affinity?.terms ?? []),
  ...terms.antiAffinity,
  ...impact.antiHolders,
];

type Related = Pick<CountedTerm | Holder, "topology" | "counter">;

/** Hosts with anybody who must not be a neighbour. */
const inConflict = ({ workloadClass, impact }: Applicant): readonly Lot[] => [
  ...workloadClass.terms.antiAffinity.flatMap(({ topology, counts }) =>
    hostsWith(topology, counts).map((hosts) => ({ hosts, reason: ANTI_AFFINITY })),
  ),
  ...impact.antiHolders.flatMap(({ topology, weights }) =>
    hostsWith(topology, weights).map((hosts) => ({ hosts, reason: ANTI_AFFINITY_OF_OTHERS })),
  ),
];

/** Hosts of each domain that counts anything. */
const hostsWith = ({ members }: Topology, sums: Sums): readonly (readonly number[])[] =>
  sums.domains().map((domain) => members[domain] ?? NOBODY);

const NOBODY: readonly number[] = [];

/** True when the host's domains hold a match, or the workload is the first of its own group. */
function isNearMatch(group: AffinityGroup, host: number): boolean {
  let hasMatch = true;
  for (const { topology, counts } of group.terms) {
    const domain = topology.domainOf[host] ?? -1;
    if (domain < 0) return false;
    if (counts.at(domain) <= 0) hasMatch = false;
  }
  if (hasMatch) return true;
  return mayBeFirst(group);
}

/** True for a workload that may go anywhere, as nobody is there of the group that it is of. */
const mayBeFirst = (group: AffinityGroup): boolean => group.matchesItself && isFirst(group);

/** True while nothing matches anywhere, which lets a workload of its own group go anywhere. */
const isFirst = (group: AffinityGroup): boolean =>
  group.terms.every(({ counter }) => counter.used === 0);

function conflictOf(applicant: Applicant, host: number): CountedTerm | undefined {
  return applicant.workloadClass.terms.antiAffinity.find(({ topology, counts }) => {
    const domain = topology.domainOf[host] ?? -1;
    return counts.at(domain) > 0;
  });
}

function holderAgainst(applicant: Applicant, host: number): Holder | undefined {
  return applicant.impact.antiHolders.find(({ topology, weights }) => {
    const domain = topology.domainOf[host] ?? -1;
    return weights.at(domain) > 0;
  });
}

function affinityText({ workloadClass }: Applicant): string {
  const rules = new Set(workloadClass.terms.affinity?.terms.map((term) => term.rule));
  return `affinity ${[...rules].join(", ")}: no matching workload in the same domain`;
}

const conflictText = (term: CountedTerm | undefined): string =>
  `anti-affinity ${term?.rule ?? ""}: a matching workload has the same ${term?.topology.key ?? ""}`;

const holderText = (holder: Holder | undefined): string =>
  `anti-affinity ${holder?.rule ?? ""} of a workload with the same ${holder?.topology.key ?? ""}`;
