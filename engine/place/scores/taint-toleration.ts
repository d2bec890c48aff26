import type { Host } from "../../model/host.ts";
import type { Toleration } from "../../model/scheduling.ts";
import type { Applicant } from "../classes/applicant.ts";
import { tolerates } from "../classes/selectors.ts";
import { normaliseToLargest, type Score, SCORE_MAX } from "./score.ts";

const softTolerations = ({ workloadClass }: Applicant): readonly Toleration[] =>
  workloadClass.sample.scheduling.tolerations.filter(
    (toleration) => toleration.effect === "" || toleration.effect === "PreferNoSchedule",
  );

/** Taints that would rather keep the workload off and that it does not tolerate. */
const countTaints = (host: Host | undefined, tolerations: readonly Toleration[]): number =>
  (host?.taints ?? []).filter(
    (taint) =>
      taint.effect === "PreferNoSchedule" &&
      !tolerations.some((toleration) => tolerates(toleration, taint)),
  ).length;

export const taintToleration: Score = {
  name: "TaintToleration",
  weight: 3,
  prepare: (applicant, ledger) => {
    if (!ledger.hasSoftTaints) return () => 0;
    const tolerations = softTolerations(applicant);
    return (host) => countTaints(ledger.hosts[host], tolerations);
  },
  normalise: (values) => normaliseToLargest(values, true),
  constant: (applicant, ledger) => {
    if (!ledger.hasSoftTaints) return SCORE_MAX;
    const tolerations = softTolerations(applicant);
    const isClean = ledger.hosts.every((host) => countTaints(host, tolerations) === 0);
    return isClean ? SCORE_MAX : undefined;
  },
};
