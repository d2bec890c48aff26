import type { Applicant } from "../classes/applicant.ts";
import { type Group, GroupTables } from "./group.ts";
import { GroupRanking, isBetter } from "./group-ranking.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { hostOrder } from "./plain-order.ts";
import { policyFor } from "../classes/policy.ts";
import {
  firstDifference,
  kubeVector,
  VECTOR_LENGTH,
  writeLoads,
  writeWishes,
} from "../judging/score.ts";
import type { PartedScores } from "../scores/parted.ts";

const UNKNOWN = -1;

/** A host and how it is rated. */
type Rated = Pick<Group, "next" | "vector">;

/**
 * How hosts are rated that are ordered within their groups: the best of all is the best of the
 * best of each group.
 */
export class GroupRatings {
  readonly tables: GroupTables;
  readonly #ranking = new GroupRanking();
  readonly #applicant: Applicant;
  readonly #ledger: Ledger;
  readonly #scores: PartedScores;
  readonly #chooser: "drs" | "kube";
  /** True where rules and clusters rate hosts. */
  readonly #hasWishes: boolean;
  /** Kubernetes' sum of each host by itself, once somebody has asked. */
  readonly #totals: Int32Array;
  /** The best hosts, as many as were asked for since the last change. */
  #top: readonly number[] = [];
  #topCount = 0;
  /** What tells the first two of them apart, where no more were asked for. */
  #difference = UNKNOWN;
  readonly #second = { next: UNKNOWN, vector: new Float64Array(VECTOR_LENGTH) };
  readonly #vectors = [new Float64Array(VECTOR_LENGTH), new Float64Array(VECTOR_LENGTH)] as const;

  constructor(applicant: Applicant, ledger: Ledger, scores: PartedScores) {
    const { workloadClass } = applicant;
    const size = ledger.hosts.length;
    this.#applicant = applicant;
    this.#ledger = ledger;
    this.#scores = scores;
    this.#chooser = policyFor(workloadClass, ledger).chooser;
    this.#hasWishes = applicant.hasWishes || ledger.clusters.length > 1;
    this.#totals = new Int32Array(size).fill(UNKNOWN);
    const totalOf = (host: number): number => this.#ownTotal(host);
    const keys = new Float64Array(size);
    const equalHosts = scores.isOfAmounts ? ledger.equalHosts() : undefined;
    const basis = { workloadClass, ledger, keys, totalOf, isPacked: true, equalHosts };
    this.tables = new GroupTables(size, hostOrder(this.#chooser, basis), scores.shared());
  }

  /** True where a placement changes how hosts with a mark in common are rated. */
  get areByMarks(): boolean {
    return this.#hasWishes;
  }

  /** The groups with feasible hosts, in no order. */
  get groups(): readonly Group[] {
    return this.#ranking.groups;
  }

  /** Takes note that something has changed. */
  forgetTop(): void {
    this.#topCount = 0;
  }

  /** Takes note that a host has changed. */
  forget(host: number): void {
    this.#totals[host] = UNKNOWN;
  }

  /** Reads what rules and clusters say of a group, of which a host is given. */
  readWishes(group: Group, member: number): void {
    if (!this.#hasWishes || this.#chooser === "kube") return;
    writeWishes(member, this.#applicant, this.#ledger, { out: group.wishes, offset: 0 });
  }

  /** Puts a group where the best of its hosts belongs. */
  rank(group: Group): void {
    group.rewind();
    this.#rate(group);
  }

  /** Takes a group out that has no feasible hosts. */
  remove(group: Group): void {
    this.#ranking.remove(group);
  }

  /** The best hosts in order. */
  top(count: number): readonly number[] {
    if (count > this.#topCount) {
      this.#top = count === 2 ? this.#firstTwo() : this.#merge(count);
      this.#topCount = count;
    }
    return this.#top.length > count ? this.#top.slice(0, count) : this.#top;
  }

  /** First term in which two hosts of some groups differ; see `Standing.difference`. */
  difference(left: number, right: number, groupOf: (host: number) => Group): number {
    const isKnown = this.#topCount === 2 && left === this.#top[0] && right === this.#top[1];
    if (isKnown) return this.#difference;
    const [one, other] = this.#vectors;
    this.#readVector(left, groupOf(left), one);
    this.#readVector(right, groupOf(right), other);
    return firstDifference(one, other);
  }

  /** Kubernetes' weighted sum for a host of a group. */
  total(host: number, group: Group): number {
    return this.#ownTotal(host) + group.total;
  }

  /** The second best host is the second of its group, or the first of another one. */
  #firstTwo(): readonly number[] {
    const group = this.#ranking.best();
    if (group === undefined) return [];
    const other = this.#ranking.second();
    const own = this.#secondOf(group);
    const second = other === undefined || isBetter(own, other) ? own : other;
    if (second.next < 0) return [group.next];
    this.#difference = firstDifference(group.vector, second.vector);
    return [group.next, second.next];
  }

  #secondOf(group: Group): Rated {
    const second = this.#second;
    second.next = group.second();
    if (second.next >= 0) this.#readVector(second.next, group, second.vector);
    return second;
  }

  #merge(count: number): readonly number[] {
    const found: number[] = [];
    const touched: Group[] = [];
    for (let group = this.#ranking.best(); group !== undefined; group = this.#ranking.best()) {
      if (group.next < 0) break;
      found.push(group.next);
      if (found.length === count) break;
      touched.push(group);
      group.advance();
      this.#rate(group);
    }
    for (const group of touched) {
      group.rewind();
      this.#ranking.put(group);
    }
    return found;
  }

  #rate(group: Group): void {
    if (group.next >= 0) this.#readVector(group.next, group, group.vector);
    this.#ranking.put(group);
  }

  #readVector(host: number, group: Group, out: Float64Array): void {
    const kubeTotal = this.total(host, group);
    out.set(group.wishes);
    if (this.#chooser === "kube") kubeVector(out, 0, kubeTotal);
    else writeLoads(host, this.#applicant, this.#ledger, { out, offset: 0, kubeTotal });
  }

  /** The part of it that the host has by itself; worked out when somebody asks. */
  #ownTotal(host: number): number {
    const known = this.#totals[host] ?? UNKNOWN;
    if (known !== UNKNOWN) return known;
    const total = this.#scores.own(host);
    this.#totals[host] = total;
    return total;
  }
}
