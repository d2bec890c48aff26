import type { Applicant } from "../classes/applicant.ts";
import { domainMarks, type Mark } from "../classes/marks.ts";
import type { SpreadTerm } from "../classes/terms.ts";
import { type Feasible, IGNORED, type Score, SCORE_MAX } from "./score.ts";

const HOSTNAME = "kubernetes.io/hostname";

/**
 * Soft topology spread: fewer matching workloads in the host's domains is better, and topologies
 * with many domains weigh more. Doubles as upstream; the outcome is rounded to integers.
 */
export const topologySpread: Score = {
  name: "PodTopologySpread",
  weight: 2,
  prepare: (applicant, _ledger, feasible) => {
    const terms = applicant.workloadClass.terms.spreadSoft;
    if (terms.length === 0) return undefined;
    const { spreadSoft } = applicant;
    const judged = judgedOf(feasible, terms);
    const weights = terms.map(({ topology }, index) =>
      Math.log(
        (topology.key === HOSTNAME
          ? hostCountOf(judged)
          : (spreadSoft[index]?.domainsAmong(judged.hosts) ?? 0)) + 2,
      ),
    );
    return (host) => valueOf(host, { terms, spreadSoft, weights });
  },
  marks: ({ workloadClass, spreadSoft }) =>
    workloadClass.terms.spreadSoft.flatMap(({ topology, perHost }, index): readonly Mark[] => [
      ...domainMarks(topology, { at: (domain) => spreadSoft[index]?.counts[domain] ?? 0 }),
      ...(topology.key === HOSTNAME || topology.isPerHost
        ? [{ name: "", of: (host: number) => perHost[host] ?? 0 }]
        : []),
    ]),
  normalise: (values) => {
    let smallest = Number.MAX_SAFE_INTEGER;
    let largest = 0;
    for (const value of values) {
      if (value === IGNORED) continue;
      smallest = Math.min(smallest, value);
      largest = Math.max(largest, value);
    }
    for (let index = 0; index < values.length; index++) {
      const value = values[index] ?? 0;
      if (value === IGNORED) values[index] = 0;
      else if (largest === 0) values[index] = SCORE_MAX;
      else values[index] = Math.floor((SCORE_MAX * (largest + smallest - value)) / largest);
    }
  },
  constant: ({ workloadClass }) => (workloadClass.terms.spreadSoft.length === 0 ? 0 : undefined),
};

/** The feasible hosts that have the labels of all constraints. */
function judgedOf(feasible: Feasible, terms: readonly SpreadTerm[]): Feasible {
  const { hosts, alike } = feasible;
  if (terms.every(({ topology }) => topology.isEverywhere)) return feasible;
  const isJudged = (host = 0): boolean =>
    terms.every(({ topology }) => (topology.domainOf[host] ?? -1) >= 0);
  return {
    hosts: hosts.filter((host) => isJudged(host)),
    ...(alike === undefined ? {} : { alike: alike.filter((_count, at) => isJudged(hosts[at])) }),
  };
}

/** How many hosts there are, those included that others stand for. */
const hostCountOf = ({ hosts, alike }: Feasible): number =>
  alike === undefined ? hosts.length : alike.reduce((sum, count) => sum + count, 0);

/** What all constraints add: matches in the host's domains, weighted by the number of domains. */
function valueOf(
  host: number,
  {
    terms,
    spreadSoft,
    weights,
  }: Pick<Applicant, "spreadSoft"> & {
    readonly terms: readonly SpreadTerm[];
    readonly weights: readonly number[];
  },
): number {
  let sum = 0;
  for (let index = 0; index < terms.length; index++) {
    const term = terms[index];
    const domain = term?.topology.domainOf[host] ?? -1;
    if (term === undefined || domain < 0) return IGNORED;
    const isByHost = term.topology.key === HOSTNAME;
    const matches = isByHost ? term.perHost[host] : spreadSoft[index]?.counts[domain];
    sum += (matches ?? 0) * (weights[index] ?? 0) + (term.constraint.maxSkew - 1);
  }
  return roundHalfAway(sum);
}

/** Go's math.Round for values that are not negative. */
const roundHalfAway = (value: number): number => Math.floor(value + 0.5);
