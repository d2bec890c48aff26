import type { Applicant } from "../applicant.ts";
import { type Score, SCORE_MAX } from "./score.ts";

/** Preferred terms of the workload, and terms of placed ones that speak of it, by domain. */
export const interPodAffinityScore: Score = {
  name: "InterPodAffinity",
  weight: 2,
  prepare: (applicant) => {
    const { preferred } = applicant.workloadClass.terms;
    const { scoreHolders } = applicant.impact;
    const isSilent =
      preferred.every(({ counts }) => counts.every((count) => count === 0)) &&
      scoreHolders.every(({ weights }) => weights.every((weight) => weight === 0));
    return isSilent ? undefined : (host) => preferenceOf(applicant, host);
  },
  normalise: (values) => {
    let smallest = Number.MAX_SAFE_INTEGER;
    let largest = Number.MIN_SAFE_INTEGER;
    for (const value of values) {
      smallest = Math.min(smallest, value);
      largest = Math.max(largest, value);
    }
    const range = largest - smallest;
    for (let index = 0; index < values.length; index++) {
      // The order of the operations is upstream's: doubles, cut off to an integer at the end.
      const share = range > 0 ? ((values[index] ?? 0) - smallest) / range : 0;
      values[index] = Math.floor(SCORE_MAX * share);
    }
  },
  constant: (applicant) => {
    const isNeutral =
      applicant.workloadClass.terms.preferred.length === 0 &&
      applicant.impact.scoreHolders.length === 0;
    return isNeutral ? 0 : undefined;
  },
};

/** Sum of weights for and against one host. */
function preferenceOf(applicant: Applicant, host: number): number {
  let sum = 0;
  for (const { topology, counts, weight } of applicant.workloadClass.terms.preferred) {
    const domain = topology.domainOf[host] ?? -1;
    if (domain >= 0) sum += weight * (counts[domain] ?? 0);
  }
  for (const { topology, weights } of applicant.impact.scoreHolders) {
    const domain = topology.domainOf[host] ?? -1;
    if (domain >= 0) sum += weights[domain] ?? 0;
  }
  return sum;
}
