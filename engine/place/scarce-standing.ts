import type { Applicant } from "./applicant.ts";
import { HostHeap } from "./argmin-heap.ts";
import { ScarceSupply } from "./extended-table.ts";
import { Judge } from "./judge.ts";
import type { Lacking } from "./lacking.ts";
import type { Ledger } from "./ledger.ts";
import { type HostOrder, hostOrder } from "./plain-order.ts";
import type { Workspace } from "./plain-standing.ts";
import { policyFor } from "./policy.ts";
import { rejectedAmong } from "./rejected.ts";
import { PartedScores, type ScoreValues } from "./scores/parted.ts";
import { type HostVerdicts, REASONS } from "./verdict.ts";

/** The hosts that have something of the scarcest resource that a class asks for. */
export function holdersOf(
  { workloadClass }: Applicant,
  ledger: Ledger,
): readonly number[] | undefined {
  const stocks = workloadClass.extended.map(([name]) => ledger.extended(name));
  const [fewest] = stocks
    .filter((stock) => stock instanceof ScarceSupply)
    .toSorted((left, right) => left.hostCount - right.hostCount);
  return fewest?.hosts();
}

/**
 * How all hosts stand for a class that asks for what few of them have: these are judged, and of
 * all others is known what is said to everybody who asks for what they have not.
 */
export class ScarceStanding {
  readonly applicant: Applicant;
  readonly ledger: Ledger;
  readonly reasonCounts: Int32Array = new Int32Array(REASONS.length + 1);
  reasonVersion = 0;
  readonly #others: Lacking;
  /** Reason number of each host that has the resource. */
  readonly #reasons = new Map<number, number>();
  readonly #judge: Judge;
  readonly #scores: PartedScores;
  readonly #values: (host: number) => ScoreValues;
  readonly #order: HostOrder;
  readonly #heap: HostHeap;
  #cursor: number;

  constructor(
    applicant: Applicant,
    ledger: Ledger,
    purpose: {
      readonly hostVerdicts: HostVerdicts;
      readonly holders: readonly number[];
      readonly others: Lacking;
      readonly space: Workspace;
    },
  ) {
    this.applicant = applicant;
    this.ledger = ledger;
    this.#others = purpose.others;
    this.#judge = new Judge(applicant, ledger, purpose.hostVerdicts);
    this.#scores = new PartedScores(applicant, ledger);
    this.#values = this.#scores.valuesOf();
    const { workloadClass } = applicant;
    const { chooser } = policyFor(workloadClass, ledger);
    const { keys, room } = purpose.space;
    const totalOf = (host: number): number => this.#totalOf(host);
    this.#order = hostOrder(chooser, { workloadClass, ledger, keys, totalOf });
    this.#heap = new HostHeap(0, this.#order.compare, keys, room);
    this.#cursor = ledger.version;
    for (const host of purpose.holders) this.#renew(host);
    this.#others.sync();
    this.#countReasons();
  }

  get feasible(): number {
    return this.#heap.length;
  }

  reasonOf(host: number): number {
    return this.#reasons.get(host) ?? this.#others.reasons[host] ?? 0;
  }

  top(count: number): readonly number[] {
    return this.#heap.top(count);
  }

  get namedVersion(): number {
    return this.reasonVersion;
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
    const isBetter = ([other, reason]: readonly [number, number]): boolean =>
      reason === 0 && this.#totalOf(other) > own;
    return 1 + [...this.#reasons].filter(isBetter).length;
  }

  sync(): void {
    const { version } = this.ledger;
    if (version === this.#cursor) return;
    for (; this.#cursor < version; this.#cursor++) {
      const host = this.ledger.changedAt(this.#cursor);
      if (this.#reasons.has(host)) this.#renew(host);
    }
    this.#others.sync();
    this.#countReasons();
  }

  /** Leaves the workspace to the next standing. */
  close(): void {
    this.#heap.fill([]);
  }

  #totalOf(host: number): number {
    return this.#scores.own(host) + this.#scores.shared();
  }

  #renew(host: number): void {
    const reason = this.#judge.of(host);
    this.#reasons.set(host, reason);
    if (reason === 0) {
      this.#order.renew(host);
      this.#heap.put(host);
    } else {
      this.#heap.remove(host);
    }
  }

  #countReasons(): void {
    this.reasonVersion++;
    const { reasons, counts } = this.#others;
    this.reasonCounts.set(counts);
    for (const [host, reason] of this.#reasons) {
      const other = reasons[host] ?? 0;
      this.reasonCounts[other] = (this.reasonCounts[other] ?? 0) - 1;
      this.reasonCounts[reason] = (this.reasonCounts[reason] ?? 0) + 1;
    }
  }
}
