import type { Applicant } from "./applicant.ts";
import { HostHeap } from "./argmin-heap.ts";
import { smallestKeys } from "./argmin-select.ts";
import { Judge } from "./judge.ts";
import type { Ledger } from "./ledger.ts";
import { type HostOrder, kubeOrder, plainOrder } from "./plain-order.ts";
import { policyFor } from "./policy.ts";
import { rejectedAmong } from "./rejected.ts";
import { PartedScores, type ScoreValues } from "./scores/parted.ts";
import { type HostVerdicts, REASONS } from "./verdict.ts";

/** Hosts that are kept in order besides those that the expected placements change. */
const SHOWN_MAX = 64;

const UNKNOWN = -1;

/**
 * How all hosts stand for a class for which each host stands for itself: a placement changes the
 * verdict and the place in the order of no other host than its own.
 */
export class PlainStanding {
  readonly applicant: Applicant;
  readonly ledger: Ledger;
  readonly reasonCounts: Int32Array = new Int32Array(REASONS.length + 1);
  reasonVersion = 0;
  readonly #reasons: Int16Array;
  readonly #judge: Judge;
  readonly #scores: PartedScores;
  readonly #values: (host: number) => ScoreValues;
  readonly #totals: Int32Array;
  readonly #order: HostOrder;
  readonly #heap: HostHeap;
  /** Changes for which the heap reaches: beyond it, hosts that are not in it may be better. */
  #reach: number;
  #changes = 0;
  #cursor: number;

  constructor(
    applicant: Applicant,
    ledger: Ledger,
    purpose: { readonly hostVerdicts: HostVerdicts; readonly placements: number },
  ) {
    const size = ledger.hosts.length;
    this.applicant = applicant;
    this.ledger = ledger;
    this.#reasons = new Int16Array(size);
    this.#judge = new Judge(applicant, ledger, purpose.hostVerdicts);
    this.#scores = new PartedScores(applicant, ledger);
    this.#values = this.#scores.valuesAt(0);
    this.#totals = new Int32Array(size);
    const basis = { applicant, ledger, totalOf: (host: number) => this.#totalOf(host) };
    const { chooser } = policyFor(applicant.workloadClass, ledger);
    this.#order = chooser === "kube" ? kubeOrder(basis) : plainOrder(basis);
    this.#heap = new HostHeap(size, this.#order.compare, this.#order.keys);
    // A repair changes two hosts: the one it leaves and the one it gets.
    this.#reach = 2 * purpose.placements;
    this.#cursor = ledger.version;
    this.#rebuild();
  }

  get feasible(): number {
    return this.reasonCounts[0] ?? 0;
  }

  reasonOf(host: number): number {
    return this.#reasons[host] ?? 0;
  }

  top(count: number): readonly number[] {
    if (count > SHOWN_MAX && this.#heap.length < this.feasible) {
      this.#reach = Number.POSITIVE_INFINITY;
      this.#rebuild();
    }
    return this.#heap.top(count);
  }

  rejected(countMax: number): readonly number[] {
    return rejectedAmong(this, countMax);
  }

  difference(left: number, right: number): number {
    return this.#order.difference(left, right);
  }

  valuesOf(): (host: number) => ScoreValues {
    return this.#values;
  }

  rankOf(host: number): number {
    const own = this.#totalOf(host);
    let rank = 1;
    for (let other = 0; other < this.#reasons.length; other++) {
      if (this.#reasons[other] === 0 && this.#totalOf(other) > own) rank++;
    }
    return rank;
  }

  sync(): void {
    const { version } = this.ledger;
    const since = this.#cursor;
    this.#cursor = version;
    this.#changes += version - since;
    if (this.#changes > this.#reach) {
      this.#reach *= 2;
      this.#rebuild();
      return;
    }
    for (let index = since; index < version; index++) this.#renew(this.ledger.changedAt(index));
  }

  /** Worked out when somebody asks, and kept until the host changes. */
  #totalOf(host: number): number {
    const known = this.#totals[host] ?? UNKNOWN;
    if (known !== UNKNOWN) return known;
    const total = this.#scores.own(host) + this.#scores.shared(0);
    this.#totals[host] = total;
    return total;
  }

  #renew(host: number): void {
    const reason = this.#judge.of(host);
    const before = this.#reasons[host] ?? 0;
    // What is said of a rejected host names its amounts, which have changed.
    if (reason + before > 0) this.#setReason(host, reason);
    this.#totals[host] = UNKNOWN;
    if (reason !== 0) {
      this.#heap.remove(host);
      return;
    }
    this.#order.renew(host);
    this.#heap.put(host);
  }

  #setReason(host: number, reason: number): void {
    const before = this.#reasons[host] ?? 0;
    this.reasonCounts[before] = (this.reasonCounts[before] ?? 0) - 1;
    this.reasonCounts[reason] = (this.reasonCounts[reason] ?? 0) + 1;
    this.#reasons[host] = reason;
    this.reasonVersion++;
  }

  #rebuild(): void {
    this.#judge.all(this.#reasons);
    this.#totals.fill(UNKNOWN);
    this.reasonCounts.fill(0);
    this.reasonVersion++;
    const feasible: number[] = [];
    for (let host = 0; host < this.#reasons.length; host++) {
      const reason = this.#reasons[host] ?? 0;
      this.reasonCounts[reason] = (this.reasonCounts[reason] ?? 0) + 1;
      if (reason !== 0) continue;
      this.#order.renew(host);
      feasible.push(host);
    }
    const near = smallestKeys(this.#order.keys, feasible, this.#reach + SHOWN_MAX);
    if (near.length === feasible.length) this.#reach = Number.POSITIVE_INFINITY;
    this.#changes = 0;
    this.#heap.fill(near);
  }
}
