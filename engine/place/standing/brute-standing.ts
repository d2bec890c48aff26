import { type Applicant, follow } from "../classes/applicant.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { policyFor } from "../classes/policy.ts";
import { rejectedAmong } from "./rejected.ts";
import {
  compareHosts,
  drsVector,
  firstDifference,
  kubeVector,
  VECTOR_LENGTH,
} from "../judging/score.ts";
import { type KubeScores, kubeScores, SCORES } from "../scores/index.ts";
import { scoreMarks, type ScoreValues } from "../scores/parted.ts";
import { type HostVerdicts, judge, LEDGER_FILTERS, REASONS } from "../judging/verdict.ts";

/**
 * A standing as it is meant: after every change each host is asked every filter, gets all its
 * terms, and all are sorted. The faster ways have to give the same answer.
 */
export class BruteStanding {
  readonly applicant: Applicant;
  readonly ledger: Ledger;
  readonly reasonCounts: Int32Array = new Int32Array(REASONS.length + 1);
  reasonVersion = 0;
  readonly #hostVerdicts: HostVerdicts;
  readonly #reasons: Int16Array;
  readonly #vectors: Float64Array;
  #feasible: readonly number[] = [];
  #ordered: readonly number[] = [];
  #scores: KubeScores = { values: [], totals: new Int32Array(0) };
  #cursor: number;

  constructor(applicant: Applicant, ledger: Ledger, hostVerdicts: HostVerdicts) {
    this.applicant = applicant;
    this.ledger = ledger;
    this.#hostVerdicts = hostVerdicts;
    this.#reasons = new Int16Array(ledger.hosts.length);
    this.#vectors = new Float64Array(ledger.hosts.length * VECTOR_LENGTH);
    this.#cursor = ledger.version;
    this.#rebuild();
  }

  get feasible(): number {
    return this.#feasible.length;
  }

  reasonOf(host: number): number {
    return this.#reasons[host] ?? 0;
  }

  top(count: number): readonly number[] {
    return this.#ordered.slice(0, count);
  }

  get namedVersion(): number {
    return this.reasonVersion;
  }

  rejected(countMax: number): readonly number[] {
    return rejectedAmong(this, countMax);
  }

  difference(left: number, right: number): number {
    return firstDifference(this.#vectorOf(left), this.#vectorOf(right));
  }

  rankOf(host: number): number {
    const { totals } = this.#scores;
    const own = totals[this.#feasible.indexOf(host)] ?? 0;
    return totals.reduce((rank, total) => (total > own ? rank + 1 : rank), 1);
  }

  valuesOf(host: number): () => ScoreValues {
    const index = this.#feasible.indexOf(host);
    const isAnyShared = scoreMarks(this.applicant, this.ledger) !== undefined;
    // Where nothing else tells hosts apart, what is the same for all of them is shown as well.
    const values = this.#scores.values.map((row, position) => {
      if (row !== undefined || isAnyShared) return row?.[index];
      return SCORES[position]?.constant?.(this.applicant, this.ledger);
    });
    return () => values;
  }

  sync(): void {
    if (this.ledger.version === this.#cursor) return;
    for (const host of this.ledger.changedSince(this.#cursor)) follow(this.applicant, host);
    this.#cursor = this.ledger.version;
    this.#rebuild();
  }

  #vectorOf(host: number): Float64Array {
    return this.#vectors.subarray(host * VECTOR_LENGTH, (host + 1) * VECTOR_LENGTH);
  }

  #rebuild(): void {
    const known = { hostVerdicts: this.#hostVerdicts, busy: LEDGER_FILTERS };
    this.reasonVersion++;
    this.reasonCounts.fill(0);
    this.ledger.hosts.forEach((_host, host) => {
      const reason = judge(host, this.applicant, this.ledger, known);
      this.#reasons[host] = reason;
      this.reasonCounts[reason] = (this.reasonCounts[reason] ?? 0) + 1;
    });
    const hosts = [...this.#reasons.keys()];
    this.#feasible = hosts.filter((host) => this.#reasons[host] === 0);
    this.#scores = kubeScores(this.applicant, this.ledger, this.#feasible);
    this.#feasible.forEach((host, index) => {
      this.#readVector(host, this.#scores.totals[index] ?? 0);
    });
    const compare = (left: number, right: number): number =>
      compareHosts(this.#vectors, left, right);
    this.#ordered = [...this.#feasible].sort(compare);
  }

  #readVector(host: number, kubeTotal: number): void {
    const offset = host * VECTOR_LENGTH;
    const { chooser } = policyFor(this.applicant.workloadClass, this.ledger);
    if (chooser === "kube") kubeVector(this.#vectors, offset, kubeTotal);
    else {
      const target = { out: this.#vectors, offset, kubeTotal };
      drsVector(host, this.applicant, this.ledger, target);
    }
  }
}
