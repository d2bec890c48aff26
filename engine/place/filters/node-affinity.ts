import { matchesRequiredAffinity } from "../selectors.ts";
import { type Filter, PASS } from "./filter.ts";

/** Node selector and required node affinity, with `metadata.name` as the one field. */
export const nodeAffinity: Filter = {
  name: "NodeAffinity",
  origin: "kubernetes",
  scope: "host",
  reasons: [{ code: "node-affinity", curable: false }],
  isIdle: ({ workloadClass }) => {
    const { nodeSelector, nodeAffinity: wanted } = workloadClass.sample.scheduling;
    return wanted.required === undefined && Object.keys(nodeSelector).length === 0;
  },
  test: (index, { workloadClass }, ledger) => {
    const host = ledger.hosts[index];
    if (host === undefined) return 0;
    const { scheduling } = workloadClass.sample;
    return matchesRequiredAffinity(scheduling, host.labels, host.name) ? PASS : 0;
  },
  describe: (index, { workloadClass }, ledger) => {
    const { nodeSelector } = workloadClass.sample.scheduling;
    const labels = ledger.hosts[index]?.labels ?? {};
    const missing = Object.entries(nodeSelector).find(([key, value]) => labels[key] !== value);
    if (missing === undefined) return { message: "the host matches no term of the node affinity" };
    return { message: `label ${missing[0]}=${missing[1]} of the node selector is missing` };
  },
};
