import type { Applicant } from "../applicant.ts";
import type { Ledger } from "../ledger.ts";
import { imageLocality } from "./image-locality.ts";
import { interPodAffinityScore } from "./inter-pod-affinity.ts";
import { type Leaning, leaningOf } from "./leaning.ts";
import { nodeAffinityScore } from "./node-affinity.ts";
import { balancedAllocation, resourcesFit } from "./resources.ts";
import type { Feasible, Score } from "./score.ts";
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

const NONE: Feasible = { hosts: [] };

/** Scores of a workload for which every host can be judged without looking at the others. */
export interface LocalScores {
  readonly total: (host: number) => number;
  /** As `KubeScores.values`, for one host. */
  readonly values: (host: number) => readonly (number | undefined)[];
  /** The one score that follows the feasible hosts; undefined where it is the same for all. */
  readonly leaning: Leaning | undefined;
}

/** Undefined when some score depends on which hosts are feasible. */
export function localScores(applicant: Applicant, ledger: Ledger): LocalScores | undefined {
  const constants: (number | undefined)[] = [];
  const parts: (((host: number) => number) | undefined)[] = [];
  let constant = 0;
  let leaning: Leaning | undefined;
  for (const score of SCORES) {
    const value = score.constant?.(applicant, ledger);
    if (score === interPodAffinityScore && value === undefined) {
      leaning = leaningOf(applicant, ledger.hosts.length);
      if (leaning === undefined) return undefined;
      constants.push(undefined);
      parts.push(undefined);
      continue;
    }
    if (score.constant !== undefined && value === undefined) return undefined;
    constant += score.weight * (value ?? 0);
    constants.push(value);
    parts.push(score.constant === undefined ? score.prepare(applicant, ledger, NONE) : undefined);
  }
  // As all hosts scored together show it: what upstream skips has no value.
  const shown = SCORES.map((score, index) =>
    leaning !== undefined && score.prepare(applicant, ledger, NONE) === undefined
      ? undefined
      : constants[index],
  );
  return {
    leaning,
    total: (host) => {
      let total = constant + interPodAffinityScore.weight * (leaning?.valueOf(host) ?? 0);
      for (let index = 0; index < parts.length; index++) {
        const valueOf = parts[index];
        if (valueOf !== undefined) total += (SCORES[index]?.weight ?? 0) * valueOf(host);
      }
      return total;
    },
    values: (host) =>
      parts.map((valueOf, index) =>
        SCORES[index] === interPodAffinityScore && leaning !== undefined
          ? leaning.valueOf(host)
          : (valueOf?.(host) ?? shown[index]),
      ),
  };
}
