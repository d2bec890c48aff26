import { type Applicant, refresh } from "./applicant.ts";
import { HostHeap } from "./argmin-heap.ts";
import { failover } from "./filters/failover.ts";
import type { Ledger } from "./ledger.ts";
import { policyFor } from "./policy.ts";
import {
  clusterDeficit,
  compareHosts,
  drsVector,
  firstDifference,
  isWholeKey,
  kubeVector,
  PEAK,
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
import type { Topology } from "./topology.ts";
import { busyFilters, type HostVerdicts, judge, LEDGER_FILTERS, REASONS } from "./verdict.ts";

/** Highest weighted sum of Kubernetes' scores. */
export const KUBE_TOTAL_MAX: number =
  SCORES.reduce((sum, score) => sum + score.weight, 0) * SCORE_MAX;
const BLOCK = 40;

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
  readonly local: LocalScores | undefined;
  readonly #known: Parameters<typeof judge>[3];
  readonly #heap: HostHeap;
  readonly #chooser: "drs" | "kube";
  /** Vectors that one number can stand for are not kept. */
  readonly #isPlain: boolean;
  readonly #keys: Float64Array;
  readonly #peaks: Float64Array;
  readonly #vectors: Float64Array;
  readonly #vector = new Float64Array(VECTOR_LENGTH);
  readonly #other = new Float64Array(VECTOR_LENGTH);
  #whole: { readonly feasible: readonly number[]; readonly scores: KubeScores } | undefined;
  readonly #isLocal: boolean;
  readonly #histogram = new Int32Array(KUBE_TOTAL_MAX + 1);
  readonly #blocks = new Int32Array(Math.floor(KUBE_TOTAL_MAX / BLOCK) + 1);
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
    this.#peaks = new Float64Array(this.#isPlain ? size : 0);
    this.#vectors = new Float64Array(this.#isPlain ? 0 : size * VECTOR_LENGTH);
    this.#heap = new HostHeap(size, (left, right) => this.#compareClose(left, right), this.#keys);
    this.local = localScores(applicant, ledger);
    this.#isLocal = search === "heap" && this.local !== undefined && isLocal(applicant);
    this.#watchesClusters =
      ledger.clusters.length > 1 || busy.some(([, each]) => each === failover);
    this.#clusterState = this.#readClusters();
    this.#cursor = ledger.mark();
    this.#rebuild();
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
    const total = this.kubeTotals[host] ?? 0;
    const block = Math.floor(total / BLOCK);
    let better = 0;
    for (let index = block + 1; index < this.#blocks.length; index++) {
      better += this.#blocks[index] ?? 0;
    }
    const end = Math.min((block + 1) * BLOCK, this.#histogram.length);
    for (let value = total + 1; value < end; value++) better += this.#histogram[value] ?? 0;
    return better + 1;
  }

  /** Kubernetes' scores of a feasible host, parallel to `SCORES`; undefined for skipped ones. */
  kubeValues(host: number): readonly (number | undefined)[] {
    if (this.#whole === undefined) return this.local?.values(host) ?? [];
    const index = this.#whole.feasible.indexOf(host);
    return this.#whole.scores.values.map((row) => row?.[index]);
  }

  /** Brings the standing up to the ledger, after its own and other classes' placements. */
  sync(): void {
    const changed = this.ledger.changedSince(this.#cursor);
    if (changed.length === 0) return;
    this.#cursor = this.ledger.mark();
    const minima = this.applicant.spreadHard.map(({ minimum }) => minimum);
    const clusterState = this.#readClusters();
    refresh(this.applicant);
    const isWide =
      clusterState !== this.#clusterState ||
      changed.length > this.reasons.length ||
      this.applicant.spreadHard.some(({ minimum }, index) => minimum !== minima[index]);
    this.#clusterState = clusterState;
    if (!this.#isLocal || isWide) {
      this.#rebuild();
      return;
    }
    for (const affected of affectedBy(changed, this.applicant)) this.#rejudge(affected);
  }

  #rejudge(host: number): void {
    const reason = judge(host, this.applicant, this.ledger, this.#known);
    const before = this.reasons[host] ?? 0;
    if (before === 0) this.#countTotal(host, -1);
    if (reason !== before || reason !== 0) this.#setReason(host, reason);
    if (reason !== 0) {
      this.#heap.remove(host);
      return;
    }
    this.#setVector(host, this.local?.total(host) ?? 0);
    this.#countTotal(host, 1);
    if (before === 0) this.#heap.update(host);
    else this.#heap.insert(host);
  }

  #rebuild(): void {
    this.reasonCounts.fill(0);
    this.#histogram.fill(0);
    this.#blocks.fill(0);
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
      this.local === undefined ? kubeScores(this.applicant, this.ledger, feasible) : undefined;
    this.#whole = whole === undefined ? undefined : { feasible, scores: whole };
    for (let index = 0; index < feasible.length; index++) {
      const host = feasible[index] ?? 0;
      this.#setVector(host, whole?.totals[index] ?? this.local?.total(host) ?? 0);
      this.#countTotal(host, 1);
    }
  }

  #setVector(host: number, kubeTotal: number): void {
    const vector = this.#vector;
    this.kubeTotals[host] = kubeTotal;
    this.#readVector(host, kubeTotal, vector);
    if (this.#isPlain) {
      this.#keys[host] = plainKey(vector, KUBE_TOTAL_MAX);
      this.#peaks[host] = vector[PEAK] ?? 0;
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
    if (isWholeKey(this.#keys[left] ?? 0)) return left - right;
    return (
      (this.#peaks[left] ?? 0) - (this.#peaks[right] ?? 0) ||
      (this.kubeTotals[right] ?? 0) - (this.kubeTotals[left] ?? 0) ||
      left - right
    );
  }

  #setReason(host: number, reason: number): void {
    const before = this.reasons[host] ?? 0;
    this.reasonCounts[before] = (this.reasonCounts[before] ?? 0) - 1;
    this.reasonCounts[reason] = (this.reasonCounts[reason] ?? 0) + 1;
    this.reasons[host] = reason;
    this.reasonVersion++;
  }

  #countTotal(host: number, sign: number): void {
    const total = this.kubeTotals[host] ?? 0;
    const block = Math.floor(total / BLOCK);
    this.#histogram[total] = (this.#histogram[total] ?? 0) + sign;
    this.#blocks[block] = (this.#blocks[block] ?? 0) + sign;
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

/**
 * True when a placement changes the verdict of hosts in the same domains only. Affinity is not so,
 * since the first of a group may go anywhere and the second may not; nor is what is normalised.
 */
const isLocal = ({ workloadClass }: Applicant): boolean =>
  workloadClass.terms.affinity === undefined;

/** Hosts whose verdict changes on the given hosts may have changed. */
function affectedBy(
  changed: readonly number[],
  { workloadClass, impact }: Applicant,
): Iterable<number> {
  const affected = new Set(changed);
  const { antiAffinity, spreadHard } = workloadClass.terms;
  const topologies = new Set<Topology>();
  for (const { topology } of antiAffinity) topologies.add(topology);
  for (const { topology } of impact.antiHolders) topologies.add(topology);
  for (const { topology } of spreadHard) topologies.add(topology);
  for (const topology of topologies) {
    if (!topology.isPerHost) addDomains(affected, changed, topology);
  }
  return affected;
}

/** Adds every host that shares a domain with one of `hosts`. */
function addDomains(affected: Set<number>, hosts: readonly number[], topology: Topology): void {
  const domains = new Set(hosts.map((host) => topology.domainOf[host] ?? -1));
  for (const domain of domains) {
    for (const member of topology.members[domain] ?? []) affected.add(member);
  }
}
