import type { Applicant } from "./applicant.ts";
import { HostHeap } from "./argmin-heap.ts";
import type { WorkloadClass } from "./classes.ts";
import { ScarceSupply } from "./extended-table.ts";
import type { Kin } from "./kin.ts";
import type { Ledger } from "./ledger.ts";
import { type HostOrder, hostOrder } from "./plain-order.ts";
import type { Workspace } from "./plain-standing.ts";
import { policyFor } from "./policy.ts";
import { rejectedAmong } from "./rejected.ts";
import type { ScoreValues } from "./scores/parted.ts";
import { judge } from "./verdict.ts";

/** The hosts that have something of the scarcest resource that a class asks for. */
export function holdersOf(
  { extended }: WorkloadClass,
  ledger: Ledger,
): readonly number[] | undefined {
  let fewest: ScarceSupply | undefined;
  for (const [name] of extended) {
    const stock = ledger.extended(name);
    if (!(stock instanceof ScarceSupply)) continue;
    if (fewest === undefined || stock.hostCount < fewest.hostCount) fewest = stock;
  }
  return fewest?.hosts();
}

/**
 * How all hosts stand for a class that asks for what few of them have: these are judged, and of
 * all others is known what is said to everybody who asks for what they have not.
 */
export class ScarceStanding {
  readonly applicant: Applicant;
  readonly ledger: Ledger;
  readonly reasonCounts: Int32Array;
  reasonVersion = 0;
  readonly #kin: Kin;
  /** Reason number of each host that has the resource. */
  readonly #reasons = new Map<number, number>();
  readonly #values: (host: number) => ScoreValues;
  readonly #order: HostOrder;
  readonly #heap: HostHeap;
  #cursor: number;

  constructor(
    workloadClass: WorkloadClass,
    ledger: Ledger,
    purpose: {
      readonly kin: Kin;
      readonly holders: readonly number[];
      readonly space: Workspace;
    },
  ) {
    const { kin, holders, space } = purpose;
    this.applicant = { ...kin.applicant, workloadClass };
    this.ledger = ledger;
    this.reasonCounts = space.reasonCounts;
    this.#kin = kin;
    this.#values = kin.scores.valuesOf();
    const { chooser } = policyFor(workloadClass, ledger);
    const { keys, room } = space;
    const totalOf = (host: number): number => this.#totalOf(host);
    this.#order = hostOrder(chooser, { workloadClass, ledger, keys, totalOf });
    this.#heap = new HostHeap(0, this.#order.compare, keys, room);
    this.#cursor = ledger.version;
    for (const host of holders) this.#renew(host);
    kin.lacking.sync();
    this.#countReasons();
  }

  get feasible(): number {
    return this.#heap.length;
  }

  reasonOf(host: number): number {
    return this.#reasons.get(host) ?? this.#kin.lacking.tally.reasons[host] ?? 0;
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
    this.#kin.lacking.sync();
    this.#countReasons();
  }

  /** Leaves the workspace to the next standing. */
  close(): void {
    this.#heap.fill([]);
  }

  #totalOf(host: number): number {
    const { scores } = this.#kin;
    return scores.own(host) + scores.shared();
  }

  #renew(host: number): void {
    const reason = judge(host, this.applicant, this.ledger, this.#kin.known);
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
    const { reasons, counts } = this.#kin.lacking.tally;
    this.reasonCounts.set(counts);
    for (const [host, reason] of this.#reasons) {
      const other = reasons[host] ?? 0;
      this.reasonCounts[other] = (this.reasonCounts[other] ?? 0) - 1;
      this.reasonCounts[reason] = (this.reasonCounts[reason] ?? 0) + 1;
    }
  }
}
