import { matchesTerm } from "../classes/selectors.ts";
import { normaliseToLargest, type Score } from "./score.ts";

/** Sum of the weights of the preferred node affinity terms that the host matches. */
export const nodeAffinityScore: Score = {
  name: "NodeAffinity",
  weight: 2,
  prepare: ({ workloadClass }, ledger) => {
    const { preferred } = workloadClass.sample.scheduling.nodeAffinity;
    if (preferred.length === 0) return undefined;
    return (index) => {
      const host = ledger.hosts[index];
      if (host === undefined) return 0;
      let sum = 0;
      for (const { term, weight } of preferred) {
        if (matchesTerm(term, host.labels, host.name)) sum += weight;
      }
      return sum;
    };
  },
  marks: ({ workloadClass }, { hosts }) =>
    workloadClass.sample.scheduling.nodeAffinity.preferred.map(({ term }) => ({
      name: "",
      of: (index) => {
        const host = hosts[index];
        return host !== undefined && matchesTerm(term, host.labels, host.name) ? 1 : 0;
      },
    })),
  normalise: (values) => normaliseToLargest(values, false),
  constant: ({ workloadClass }) =>
    workloadClass.sample.scheduling.nodeAffinity.preferred.length === 0 ? 0 : undefined,
};
