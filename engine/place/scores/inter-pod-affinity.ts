import type { Applicant } from "../classes/applicant.ts";
import { domainMarks } from "../classes/marks.ts";
import { type Score, SCORE_MAX } from "./score.ts";

/** Preferred terms of the workload, and terms of placed ones that speak of it, by domain. */
export const interPodAffinityScore: Score = {
  name: "InterPodAffinity",
  weight: 2,
  prepare: (applicant) =>
    isSilent(applicant) ? undefined : (host) => preferenceOf(applicant, host),
  marks: ({ workloadClass, impact }) => [
    ...workloadClass.terms.preferred.flatMap(({ topology, counts }) =>
      domainMarks(topology, counts),
    ),
    ...impact.scoreHolders.flatMap(({ topology, weights }) => domainMarks(topology, weights)),
  ],
  normalise: (values) => {
    let smallest = Number.MAX_SAFE_INTEGER;
    let largest = Number.MIN_SAFE_INTEGER;
    for (const value of values) {
      smallest = Math.min(smallest, value);
      largest = Math.max(largest, value);
    }
    for (let index = 0; index < values.length; index++) {
      values[index] = shareOf(values[index] ?? 0, smallest, largest);
    }
  },
  constant: (applicant) => {
    const isNeutral =
      applicant.workloadClass.terms.preferred.length === 0 &&
      applicant.impact.scoreHolders.length === 0;
    return isNeutral ? 0 : undefined;
  },
};

/** True while no placed workload has anything to do with the terms. */
function isSilent({ workloadClass, impact }: Applicant): boolean {
  return (
    workloadClass.terms.preferred.every(({ counter }) => counter.used === 0) &&
    impact.scoreHolders.every(({ counter }) => counter.used === 0)
  );
}

/** 0..100 between the smallest and the largest preference. */
function shareOf(value: number, smallest: number, largest: number): number {
  const range = largest - smallest;
  // The order of the operations is upstream's: doubles, cut off to an integer at the end.
  const share = range > 0 ? (value - smallest) / range : 0;
  return Math.floor(SCORE_MAX * share);
}

/** Sum of weights for and against one host; what counts for every host alike is left out. */
function preferenceOf(applicant: Applicant, host: number): number {
  let sum = 0;
  for (const { topology, counts, weight } of applicant.workloadClass.terms.preferred) {
    const domain = topology.isUniform ? -1 : (topology.domainOf[host] ?? -1);
    if (domain >= 0) sum += weight * counts.at(domain);
  }
  for (const { topology, weights } of applicant.impact.scoreHolders) {
    const domain = topology.isUniform ? -1 : (topology.domainOf[host] ?? -1);
    if (domain >= 0) sum += weights.at(domain);
  }
  return sum;
}
