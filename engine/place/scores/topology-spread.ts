import { domainMarks, type Mark } from "../marks.ts";
import type { DomainCounts } from "../spread.ts";
import type { SpreadTerm } from "../terms.ts";
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
    const isIgnored = (host: number): boolean =>
      terms.some((term) => (term.topology.domainOf[host] ?? -1) < 0);
    const parts = terms.map((term, index) => {
      const weight = Math.log(sizeOf(term, feasible, isIgnored) + 2);
      return partOf(term, applicant.spreadSoft[index], weight);
    });
    return (host) => {
      if (isIgnored(host)) return IGNORED;
      let sum = 0;
      for (const part of parts) sum += part(host);
      return roundHalfAway(sum);
    };
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

/** Hosts, for host names, or else domains among the feasible hosts that have all labels. */
function sizeOf(
  { topology }: SpreadTerm,
  { hosts, alike }: Feasible,
  isIgnored: (host: number) => boolean,
): number {
  const seen = new Set<number>();
  let size = 0;
  for (let index = 0; index < hosts.length; index++) {
    const host = hosts[index] ?? 0;
    if (isIgnored(host)) continue;
    if (topology.key === HOSTNAME) {
      size += alike?.[index] ?? 1;
      continue;
    }
    seen.add(topology.domainOf[host] ?? 0);
  }
  return size + seen.size;
}

/** What one constraint adds: matches in the host's domain, weighted by the number of domains. */
function partOf(
  { topology, perHost, constraint }: SpreadTerm,
  counted: DomainCounts | undefined,
  weight: number,
): (host: number) => number {
  const tolerance = constraint.maxSkew - 1;
  if (topology.key === HOSTNAME) return (host) => (perHost[host] ?? 0) * weight + tolerance;
  const counts = counted?.counts;
  return (host) => (counts?.[topology.domainOf[host] ?? 0] ?? 0) * weight + tolerance;
}

/** Go's math.Round for values that are not negative. */
const roundHalfAway = (value: number): number => Math.floor(value + 0.5);
