import type { Applicant } from "../classes/applicant.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { imageLocality } from "./image-locality.ts";
import { interPodAffinityScore } from "./inter-pod-affinity.ts";
import { nodeAffinityScore } from "./node-affinity.ts";
import { balancedAllocation, resourcesFit } from "./resources.ts";
import { type Score, SCORE_MAX } from "./score.ts";
import { taintToleration } from "./taint-toleration.ts";
import { topologySpread } from "./topology-spread.ts";

/** Scores of kube-scheduler's default profile with their default weights. */
export const SCORES: readonly Score[] = [
  taintToleration,
  nodeAffinityScore,
  topologySpread,
  interPodAffinityScore,
  resourcesFit,
  balancedAllocation,
  imageLocality,
];

/** Highest weighted sum of all scores. */
export const KUBE_TOTAL_MAX: number =
  SCORES.reduce((sum, { weight }) => sum + weight, 0) * SCORE_MAX;

/** Weighted sums are below that: keys that sort hosts have room for no more (`plain-order.ts`). */
export const KUBE_TOTAL_BELOW: number = 2 ** 11;

/** Kubernetes' judgement of the feasible hosts; the arrays run parallel to `feasible`. */
export interface KubeScores {
  /** By score: 0..100 each, not weighted; undefined where upstream skips the score. */
  readonly values: readonly (Float64Array | undefined)[];
  /** Weighted sums. */
  readonly totals: Int32Array;
}

/** Scores all feasible hosts of one workload. */
export function kubeScores(
  applicant: Applicant,
  ledger: Ledger,
  hosts: readonly number[],
): KubeScores {
  const totals = new Int32Array(hosts.length);
  const values = SCORES.map((score) => {
    const valueOf = score.prepare(applicant, ledger, { hosts });
    if (valueOf === undefined) return undefined;
    const row = new Float64Array(hosts.length);
    for (let index = 0; index < row.length; index++) row[index] = valueOf(hosts[index] ?? 0);
    score.normalise?.(row);
    for (let index = 0; index < row.length; index++) {
      totals[index] = (totals[index] ?? 0) + score.weight * (row[index] ?? 0);
    }
    return row;
  });
  return { values, totals };
}
