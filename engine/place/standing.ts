import type { Applicant } from "./applicant.ts";
import { HostHeap } from "./argmin-heap.ts";
import { failover } from "./filters/failover.ts";
import type { Ledger } from "./ledger.ts";
import { policyFor } from "./policy.ts";
import { Ranks } from "./ranks.ts";
import {
  clusterDeficit,
  compareHosts,
  drsVector,
  firstDifference,
  kubeVector,
  minorKey,
  plainKey,
  roughKey,
  VECTOR_LENGTH,
} from "./score.ts";
import {
  type KubeScores,
  kubeScores,
  type LocalScores,
  localScores,
  SCORES,
} from "./scores/index.ts";
import { SCORE_MAX } from "./scores/score.ts";
import { Surroundings } from "./surroundings.ts";
import { busyFilters, type HostVerdicts, judge, LEDGER_FILTERS, REASONS } from "./verdict.ts";

/** Highest weighted sum of Kubernetes' scores. */
export const KUBE_TOTAL_MAX: number =
  SCORES.reduce((sum, score) => sum + score.weight, 0) * SCORE_MAX;

/**
 * `heap` keeps what one placement cannot have changed; `brute` judges every host anew. Both give
 * the same answer, and `heap` falls back where verdicts of different hosts depend on each other.
 */
export type Search = "heap" | "brute";

/**
 * How all hosts stand for one class: rejected by which reason, or feasible with which vector.
 * Kept while members of the class may come; `sync` follows what others placed in between.
 */
export class Standing {
  readonly applicant: Applicant;
  readonly ledger: Ledger;
  /** Reason number plus 1 of each host; 0 is feasible. */
  readonly reasons: Int16Array;
  /** Hosts by reason number plus 1. */
  readonly reasonCounts: Int32Array;
  readonly kubeTotals: Int32Array;
  /** Grows when the reason of any host changes: what was said of rejected hosts is then stale. */
  reasonVersion = 0;
  readonly #local: LocalScores | undefined;
  readonly #isLocal: boolean;
  readonly #known: Parameters<typeof judge>[3];
  readonly #heap: HostHeap;
  readonly #chooser: "drs" | "kube";
  /** Vectors that one number can stand for are not kept. */
  readonly #isPlain: boolean;
  readonly #keys: Float64Array;
  readonly #minors: Float64Array;
  readonly #vectors: Float64Array;
  readonly #vector = new Float64Array(VECTOR_LENGTH);
  readonly #other = new Float64Array(VECTOR_LENGTH);
  #whole: { readonly feasible: readonly number[]; readonly scores: KubeScores } | undefined;
  readonly #surroundings: Surroundings;
  readonly #ranks = new Ranks(KUBE_TOTAL_MAX);
  readonly #watchesClusters: boolean;
  #clusterState: string;
  #cursor: number;

  constructor(applicant: Applicant, ledger: Ledger, hostVerdicts: HostVerdicts, search: Search) {
    const size = ledger.hosts.length;
    this.applicant = applicant;
    this.ledger = ledger;
    const busy = search === "heap" ? busyFilters(applicant, ledger) : LEDGER_FILTERS;
    this.#known = { hostVerdicts, busy };
    this.reasons = new Int16Array(size);
    this.reasonCounts = new Int32Array(REASONS.length + 1);
    this.kubeTotals = new Int32Array(size);
    this.#chooser = policyFor(applicant.workloadClass, ledger).chooser;
    this.#isPlain =
      this.#chooser === "kube" || (!applicant.hasWishes && ledger.clusters.length < 2);
    this.#keys = new Float64Array(size);
    this.#minors = new Float64Array(this.#isPlain ? size : 0);
    this.#vectors = new Float64Array(this.#isPlain ? 0 : size * VECTOR_LENGTH);
    this.#heap = new HostHeap(size, (left, right) => this.#compareClose(left, right), this.#keys);
    const local = localScores(applicant, ledger);
    this.#isLocal = search === "heap" && local !== undefined;
    this.#local = this.#isLocal || local?.leaning === undefined ? local : undefined;
    this.#surroundings = new Surroundings(applicant);
    this.#watchesClusters =
      ledger.clusters.length > 1 || busy.some(([, each]) => each === failover);
    this.#clusterState = this.#readClusters();
    this.#cursor = ledger.mark();
    this.#rebuild();
  }

  /** Reason number of a host; 0 is feasible. */
  reasonOf(host: number): number {
    return this.reasons[host] ?? 0;
  }

  /** Kubernetes' weighted sum for a feasible host. */
  kubeTotal(host: number): number {
    return this.kubeTotals[host] ?? 0;
  }

  get feasible(): number {
    return this.#heap.length;
  }

  best(): number | undefined {
    return this.#heap.best();
  }

  top(count: number): readonly number[] {
    return this.#heap.top(count);
  }

  /** First term in which two feasible hosts differ; the number of terms when in none. */
  difference(left: number, right: number): number {
    this.#readVector(left, this.kubeTotals[left] ?? 0, this.#vector);
    this.#readVector(right, this.kubeTotals[right] ?? 0, this.#other);
    return firstDifference(this.#vector, this.#other);
  }

  /** Kubernetes' rank of a feasible host, 1 is best; equal scores share a rank. */
  rankOf(host: number): number {
    return this.#ranks.rankOf(this.kubeTotals[host] ?? 0);
  }

  /** Kubernetes' scores of a feasible host, parallel to `SCORES`; undefined for skipped ones. */
  kubeValues(host: number): readonly (number | undefined)[] {
    if (this.#whole === undefined) return this.#local?.values(host) ?? [];
    const index = this.#whole.feasible.indexOf(host);
    return this.#whole.scores.values.map((row) => row?.[index]);
  }

  /** Brings the standing up to the ledger, after its own and other classes' placements. */
  sync(): void {
    if (this.ledger.mark() === this.#cursor) return;
    const changed = this.ledger.changedSince(this.#cursor);
    this.#cursor = this.ledger.mark();
    const clusterState = this.#readClusters();
    const isWide = clusterState !== this.#clusterState || changed.length > this.reasons.length;
    this.#clusterState = clusterState;
    const affected = this.#surroundings.sync(changed);
    if (!this.#isLocal || isWide || affected === undefined) {
      this.#surroundings.rebuild();
      this.#rebuild();
      return;
    }
    if (this.#surroundings.isTextStale && this.feasible < this.reasons.length) this.reasonVersion++;
    const isFeasible = (host: number): boolean =>
      judge(host, this.applicant, this.ledger, this.#known) === 0;
    if (this.#local?.leaning?.follow(affected, isFeasible) === false) {
      this.#rebuild();
      return;
    }
    for (const host of affected) this.#rejudge(host);
  }

  #rejudge(host: number): void {
    const reason = judge(host, this.applicant, this.ledger, this.#known);
    const before = this.reasons[host] ?? 0;
    if (reason !== before || reason !== 0) this.#setReason(host, reason);
    if (before === 0) this.#ranks.count(this.kubeTotals[host] ?? 0, -1);
    if (reason !== 0) {
      this.#heap.remove(host);
      return;
    }
    this.#setVector(host, this.#local?.total(host) ?? 0);
    this.#ranks.count(this.kubeTotals[host] ?? 0, 1);
    if (before === 0) this.#heap.update(host);
    else this.#heap.insert(host);
  }

  #rebuild(): void {
    this.reasonCounts.fill(0);
    this.#ranks.clear();
    this.reasonVersion++;
    const feasible: number[] = [];
    for (let host = 0; host < this.reasons.length; host++) {
      const reason = judge(host, this.applicant, this.ledger, this.#known);
      this.reasons[host] = reason;
      this.reasonCounts[reason] = (this.reasonCounts[reason] ?? 0) + 1;
      if (reason === 0) feasible.push(host);
    }
    this.#score(feasible);
    this.#heap.fill(feasible);
  }

  #score(feasible: readonly number[]): void {
    const whole =
      this.#local === undefined ? kubeScores(this.applicant, this.ledger, feasible) : undefined;
    this.#whole = whole === undefined ? undefined : { feasible, scores: whole };
    this.#local?.leaning?.fill(feasible);
    for (let index = 0; index < feasible.length; index++) {
      const host = feasible[index] ?? 0;
      this.#setVector(host, whole?.totals[index] ?? this.#local?.total(host) ?? 0);
      this.#ranks.count(this.kubeTotals[host] ?? 0, 1);
    }
  }

  #setVector(host: number, kubeTotal: number): void {
    const vector = this.#vector;
    this.kubeTotals[host] = kubeTotal;
    this.#readVector(host, kubeTotal, vector);
    if (this.#isPlain) {
      const minor = minorKey(vector, KUBE_TOTAL_MAX);
      this.#minors[host] = minor;
      this.#keys[host] = plainKey(vector, minor);
    } else {
      this.#keys[host] = roughKey(vector);
      this.#vectors.set(vector, host * VECTOR_LENGTH);
    }
  }

  #readVector(host: number, kubeTotal: number, out: Float64Array): void {
    if (this.#chooser === "kube") kubeVector(out, 0, kubeTotal);
    else drsVector(host, this.applicant, this.ledger, { out, offset: 0, kubeTotal });
  }

  /** Order of two hosts with the same key. */
  #compareClose(left: number, right: number): number {
    if (!this.#isPlain) return compareHosts(this.#vectors, left, right);
    if ((this.#keys[left] ?? 0) < 0) return left - right;
    return (this.#minors[left] ?? 0) - (this.#minors[right] ?? 0) || left - right;
  }

  #setReason(host: number, reason: number): void {
    const before = this.reasons[host] ?? 0;
    this.reasonCounts[before] = (this.reasonCounts[before] ?? 0) - 1;
    this.reasonCounts[reason] = (this.reasonCounts[reason] ?? 0) + 1;
    this.reasons[host] = reason;
    this.reasonVersion++;
  }

  /** What all hosts of a cluster share: whether its gate is shut, and how much it is short. */
  #readClusters(): string {
    if (!this.#watchesClusters) return "";
    const { clusters, clusterOf } = this.ledger;
    return clusters
      .map((_cluster, number) => {
        const member = clusterOf.indexOf(number);
        const gate = failover.test(member, this.applicant, this.ledger);
        const deficit =
          clusters.length < 2 ? 0 : clusterDeficit(number, this.applicant, this.ledger);
        return `${String(gate)}:${String(deficit)}`;
      })
      .join(" ");
  }
}
