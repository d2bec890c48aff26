import type { SpreadTerm } from "../terms.ts";
import { IGNORED, type Score, SCORE_MAX } from "./score.ts";

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
    const judged = feasible.filter((host) => !isIgnored(host));
    const eligible = applicant.eligibleSoft;
    const parts = terms.map((term, index) =>
      partOf(term, judged, eligible[index] ?? new Uint8Array(0)),
    );
    return (host) => {
      if (isIgnored(host)) return IGNORED;
      let sum = 0;
      for (const part of parts) sum += part(host);
      return roundHalfAway(sum);
    };
  },
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

/** What one constraint adds: matches in the host's domain, weighted by the number of domains. */
function partOf(
  term: SpreadTerm,
  judged: readonly number[],
  eligible: Uint8Array,
): (host: number) => number {
  const { domainOf, domainCount, key } = term.topology;
  const tolerance = term.constraint.maxSkew - 1;
  if (key === HOSTNAME) {
    const weight = Math.log(judged.length + 2);
    return (host) => (term.perHost[host] ?? 0) * weight + tolerance;
  }
  const isCandidate = new Uint8Array(domainCount);
  let candidates = 0;
  for (const host of judged) {
    const domain = domainOf[host] ?? 0;
    if (isCandidate[domain] === 0) candidates++;
    isCandidate[domain] = 1;
  }
  const counts = new Int32Array(domainCount);
  for (let host = 0; host < eligible.length; host++) {
    const domain = domainOf[host] ?? -1;
    if (eligible[host] !== 1 || domain < 0 || isCandidate[domain] === 0) continue;
    counts[domain] = (counts[domain] ?? 0) + (term.perHost[host] ?? 0);
  }
  const weight = Math.log(candidates + 2);
  return (host) => (counts[domainOf[host] ?? 0] ?? 0) * weight + tolerance;
}

/** Go's math.Round for values that are not negative. */
const roundHalfAway = (value: number): number => Math.floor(value + 0.5);
