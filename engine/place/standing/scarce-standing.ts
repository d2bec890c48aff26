import type { Applicant } from "../classes/applicant.ts";
import { HostHeap } from "../basics/argmin-heap.ts";
import { DECIDED_BY_NOBODY_ELSE } from "../deciding/decision-log.ts";
import type { WorkloadClass } from "../classes/classes.ts";
import { placeIn, ScarceSupply } from "../ledger/extended-table.ts";
import type { Kin } from "./kin.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Workspace } from "./plain-standing.ts";
import { rejectedAmong } from "./rejected.ts";
import type { Row } from "./row.ts";
import type { ScoreValues } from "../scores/parted.ts";
import { judge } from "../judging/verdict.ts";

const NOBODY = -1;

/** The hosts that have something of the scarcest resource that a class asks for. */
export function holdersOf(
  { extended }: WorkloadClass,
  ledger: Ledger,
): readonly number[] | undefined {
  let fewest: ScarceSupply | undefined;
  for (const [name] of extended) {
    const stock = ledger.extended(name);
    if (!(stock instanceof ScarceSupply)) continue;
    if (fewest === undefined || stock.hosts.length < fewest.hosts.length) fewest = stock;
  }
  return fewest?.hosts;
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
  /** The hosts that have the resource, in their order, and the reason number of each. */
  readonly #holders: readonly number[];
  readonly #reasons: number[];
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
    this.#holders = holders;
    this.#reasons = holders.map(() => 0);
    this.#heap = new HostHeap(0, kin.order.compare, kin.order.keys, space.room);
    this.#cursor = ledger.version;
    for (let place = 0; place < holders.length; place++) this.#renew(place);
    kin.lacking.sync();
    this.#countReasons();
  }

  get feasible(): number {
    return this.#heap.length;
  }

  reasonOf(host: number): number {
    const place = placeIn(this.#holders, host);
    return (place < 0 ? this.#kin.lacking.tally.reasons[host] : this.#reasons[place]) ?? 0;
  }

  top(count: number): readonly number[] {
    return this.#heap.top(count);
  }

  /** Seats one, as others are counted afterwards. */
  seat(row: Row, count: number): void {
    row.clear();
    const host = this.#heap.best();
    if (host === undefined) return;
    const second = this.#heap.second();
    if (second === undefined) row.add(host, NOBODY, DECIDED_BY_NOBODY_ELSE);
    else row.add(host, second, this.difference(host, second));
    this.ledger.add(this.applicant.workloadClass, host, 1);
    if (count > 1) this.sync();
  }

  get namedVersion(): number {
    return this.reasonVersion;
  }

  /** The same for all classes that differ in what is scarce alone, but where holders are named. */
  rejected(countMax: number): readonly number[] {
    const named = this.#kin.lacking.named(countMax);
    const areOthers = named.every((host) => placeIn(this.#holders, host) < 0);
    const isOthersAlone = areOthers && this.feasible === this.#holders.length;
    return isOthersAlone ? named : rejectedAmong(this, countMax);
  }

  difference(left: number, right: number): number {
    return this.#kin.order.difference(left, right);
  }

  valuesOf(): (host: number) => ScoreValues {
    return this.#kin.scores.valuesOf();
  }

  rankOf(host: number): number {
    const own = this.#totalOf(host);
    const isBetter = (other: number, place: number): boolean =>
      this.#reasons[place] === 0 && this.#totalOf(other) > own;
    return 1 + this.#holders.filter(isBetter).length;
  }

  sync(): void {
    const { version } = this.ledger;
    if (version === this.#cursor) return;
    for (; this.#cursor < version; this.#cursor++) {
      const host = this.ledger.changedAt(this.#cursor);
      const place = placeIn(this.#holders, host);
      if (place >= 0) this.#renew(place);
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

  #renew(place: number): void {
    const host = this.#holders[place] ?? 0;
    const reason = judge(host, this.applicant, this.ledger, this.#kin.known);
    this.#reasons[place] = reason;
    if (reason === 0) {
      this.#kin.order.renew(host);
      this.#heap.put(host);
    } else {
      this.#heap.remove(host);
    }
  }

  #countReasons(): void {
    this.reasonVersion++;
    const { reasons, counts } = this.#kin.lacking.tally;
    this.reasonCounts.set(counts);
    for (let place = 0; place < this.#holders.length; place++) {
      const other = reasons[this.#holders[place] ?? 0] ?? 0;
      const reason = this.#reasons[place] ?? 0;
      this.reasonCounts[other] = (this.reasonCounts[other] ?? 0) - 1;
      this.reasonCounts[reason] = (this.reasonCounts[reason] ?? 0) + 1;
    }
  }
}
