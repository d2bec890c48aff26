import type { Applicant } from "../classes/applicant.ts";
import { type HeapRoom, HostHeap } from "../basics/argmin-heap.ts";
import { DECIDED_BY_NOBODY_ELSE } from "../deciding/decision-log.ts";
import type { Judge } from "../judging/judge.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { type HostOrder, hostOrder } from "./plain-order.ts";
import { policyFor } from "../classes/policy.ts";
import { NamedHosts, rejectedAmong } from "./rejected.ts";
import type { Row } from "./row.ts";
import { PartedScores, type ScoreValues } from "../scores/parted.ts";
import { REASONS } from "../judging/verdict.ts";

/** Hosts that are kept in order besides those that the expected changes concern. */
const SHOWN_MAX = 8;

const UNKNOWN = -1;
const NOBODY = -1;
const ANY = (): boolean => true;

/** Room for one standing, which the next one may use when the first is given up. */
export class Workspace {
  readonly reasons: Int16Array;
  readonly totals: Int32Array;
  readonly keys: Float64Array;
  readonly room: HeapRoom;
  /** All hosts, the feasible ones and the near ones. */
  readonly hosts: Int32Array;
  readonly feasible: Int32Array;
  readonly near: Int32Array;
  /** Hosts by reason number; position 0 counts the feasible ones. */
  readonly reasonCounts: Int32Array = new Int32Array(REASONS.length + 1);

  constructor(hostCount: number) {
    this.reasons = new Int16Array(hostCount);
    this.totals = new Int32Array(hostCount);
    this.keys = new Float64Array(hostCount);
    this.room = { positions: new Int32Array(hostCount).fill(-1), hosts: [], keys: [] };
    this.hosts = new Int32Array(hostCount).map((_none, host) => host);
    this.feasible = new Int32Array(hostCount);
    this.near = new Int32Array(hostCount);
  }
}

/**
 * How all hosts stand for a class for which each host stands for itself: a placement changes the
 * verdict and the place in the order of no other host than its own.
 */
export class PlainStanding {
  readonly applicant: Applicant;
  readonly ledger: Ledger;
  readonly reasonCounts: Int32Array;
  reasonVersion = 0;
  readonly #space: Workspace;
  readonly #judge: Judge;
  readonly #scores: PartedScores;
  /** Weighted sum of the scores that come out the same for every host. */
  readonly #shared: number;
  readonly #values: (host: number) => ScoreValues;
  readonly #order: HostOrder;
  readonly #heap: HostHeap;
  readonly #named: NamedHosts;
  readonly #isFeasible = (host: number): boolean => this.reasonOf(host) === 0;
  /** Changes for which the heap reaches: beyond it, hosts that are not in it may be better. */
  #reach: number;
  #changes = 0;
  #cursor: number;

  constructor(
    applicant: Applicant,
    ledger: Ledger,
    purpose: {
      readonly judge: Judge;
      /** Changes of hosts that are expected before the standing is given up. */
      readonly changes: number;
      readonly space: Workspace;
    },
  ) {
    this.applicant = applicant;
    this.ledger = ledger;
    this.#space = purpose.space;
    this.reasonCounts = purpose.space.reasonCounts;
    this.#judge = purpose.judge;
    this.#scores = new PartedScores(applicant, ledger);
    this.#shared = this.#scores.shared();
    this.#values = this.#scores.valuesOf();
    const { chooser } = policyFor(applicant.workloadClass, ledger);
    const totalOf = (host: number): number => this.#totalOf(host);
    const { workloadClass } = applicant;
    const { keys, room } = this.#space;
    const equalHosts = this.#scores.isOfAmounts ? ledger.equalHosts() : undefined;
    const basis = { workloadClass, ledger, keys, totalOf, isPacked: true, equalHosts };
    this.#order = hostOrder(chooser, basis);
    this.#heap = new HostHeap(0, this.#order.compare, keys, room);
    this.#named = new NamedHosts(
      (countMax) => rejectedAmong(this, countMax),
      (host) => this.reasonOf(host),
    );
    this.#reach = purpose.changes;
    this.#cursor = ledger.version;
    this.#rebuild();
  }

  get feasible(): number {
    return this.reasonCounts[0] ?? 0;
  }

  reasonOf(host: number): number {
    return this.#space.reasons[host] ?? 0;
  }

  top(count: number): readonly number[] {
    if (count > SHOWN_MAX && this.#heap.length < this.feasible) {
      this.#reach = Number.POSITIVE_INFINITY;
      this.#rebuild();
    }
    return this.#heap.top(count);
  }

  /** Seats up to so many members, as long as no other hosts are rejected than before. */
  seat(row: Row, count: number): void {
    const { reasonVersion, namedVersion } = this;
    const { workloadClass } = this.applicant;
    row.clear();
    while (row.length < count && !row.isFull) {
      const host = this.#heap.best();
      if (host === undefined) return;
      const second = this.#heap.second();
      if (second === undefined) row.add(host, NOBODY, DECIDED_BY_NOBODY_ELSE);
      else row.add(host, second, this.difference(host, second));
      this.ledger.add(workloadClass, host, 1);
      this.sync();
      if (this.reasonVersion !== reasonVersion || this.namedVersion !== namedVersion) return;
    }
  }

  get namedVersion(): number {
    return this.#named.version;
  }

  rejected(countMax: number): readonly number[] {
    return this.#named.first(countMax);
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
    for (let other = 0; other < this.ledger.hosts.length; other++) {
      if (this.reasonOf(other) === 0 && this.#totalOf(other) > own) rank++;
    }
    return rank;
  }

  sync(): void {
    const { version } = this.ledger;
    const since = this.#cursor;
    this.#cursor = version;
    this.#changes += version - since;
    if (this.#changes > this.#reach) this.#reach *= 2;
    else if (this.#judge.isSteady()) {
      for (let index = since; index < version; index++) this.#renew(this.ledger.changedAt(index));
      return;
    }
    this.#judge.settle();
    this.#rebuild();
  }

  /** Leaves the workspace to the next standing. */
  close(): void {
    this.#heap.fill([]);
  }

  /** Worked out when somebody asks, and kept until the host changes. */
  #totalOf(host: number): number {
    const { totals } = this.#space;
    const known = totals[host] ?? UNKNOWN;
    if (known !== UNKNOWN) return known;
    const total = this.#scores.own(host) + this.#shared;
    totals[host] = total;
    return total;
  }

  #renew(host: number): void {
    const reason = this.#judge.of(host);
    const before = this.reasonOf(host);
    // What is said of a rejected host names its amounts, which have changed.
    if (reason + before > 0) this.#named.note(host, reason);
    if (reason !== before) this.#setReason(host, reason);
    this.#space.totals[host] = UNKNOWN;
    if (reason !== 0) {
      this.#heap.remove(host);
      return;
    }
    this.#order.renew(host);
    this.#heap.put(host);
  }

  #setReason(host: number, reason: number): void {
    const before = this.reasonOf(host);
    this.reasonCounts[before] = (this.reasonCounts[before] ?? 0) - 1;
    this.reasonCounts[reason] = (this.reasonCounts[reason] ?? 0) + 1;
    this.#space.reasons[host] = reason;
    this.reasonVersion++;
  }

  #rebuild(): void {
    const { reasons, totals, near, hosts } = this.#space;
    const isOpen = this.#judge.all(reasons);
    totals.fill(UNKNOWN);
    this.reasonVersion++;
    this.#named.forget();
    this.reasonCounts.fill(0);
    const feasible = isOpen ? hosts : this.#readReasons();
    this.reasonCounts[0] = feasible.length;
    const choice = { hosts: feasible, isOpen: isOpen ? ANY : this.#isFeasible, near };
    const found = this.#order.nearest(choice, this.#reach + SHOWN_MAX);
    if (found === feasible.length) this.#reach = Number.POSITIVE_INFINITY;
    this.#changes = 0;
    this.#heap.fill(near.subarray(0, found));
  }

  /** Counts hosts by their reasons, and returns the feasible ones. */
  #readReasons(): Int32Array {
    const { reasons, feasible } = this.#space;
    let count = 0;
    for (let host = 0; host < reasons.length; host++) {
      const reason = reasons[host] ?? 0;
      this.reasonCounts[reason] = (this.reasonCounts[reason] ?? 0) + 1;
      if (reason === 0) feasible[count++] = host;
    }
    return feasible.subarray(0, count);
  }
}
