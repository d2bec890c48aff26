import { type Applicant, follow } from "./applicant.ts";
import { firstReason, Group, GroupTables, rejectedOf } from "./group.ts";
import { GroupRanking } from "./group-ranking.ts";
import { Judge } from "./judge.ts";
import type { Ledger } from "./ledger.ts";
import type { Mark } from "./marks.ts";
import { Neighbourhoods } from "./neighbourhoods.ts";
import { hostOrder } from "./plain-order.ts";
import { policyFor } from "./policy.ts";
import { NamedHosts } from "./rejected.ts";
import { drsVector, firstDifference, kubeVector, VECTOR_LENGTH } from "./score.ts";
import { PartedScores, type ScoreValues } from "./scores/parted.ts";
import { busyFilters, type HostVerdicts, judge, REASONS } from "./verdict.ts";

/** For filters whose answer neighbours share, whatever hosts say by themselves. */
const NO_HOST_VERDICTS: Pick<HostVerdicts, "reasons"> = { reasons: new Int16Array(0) };

const UNKNOWN = -1;

/**
 * How all hosts stand for a class whose verdicts and scores follow placements on other hosts:
 * terms between workloads, spread, what is normalised over all feasible hosts. Neighbours share
 * all of that, so what changes it changes a few numbers of a few groups of neighbours; within one,
 * hosts are ordered by their own load alone. The best of all is the best of the best of each.
 */
export class GroupedStanding {
  readonly applicant: Applicant;
  readonly ledger: Ledger;
  readonly reasonCounts: Int32Array = new Int32Array(REASONS.length + 1);
  reasonVersion = 0;
  /** What each host says by itself, and what neighbours share. */
  readonly #own: Judge;
  readonly #shared: Parameters<typeof judge>[3];
  readonly #phases: readonly (() => number)[];
  readonly #knownPhases: number[];
  readonly #chooser: "drs" | "kube";
  readonly #scores: PartedScores;
  readonly #neighbourhoods: Neighbourhoods;
  readonly #named: NamedHosts;
  readonly #groups: Group[] = [];
  readonly #unreadAt = (number: number): void => this.#unreadGroup(this.#groupAt(number));
  readonly #ranking = new GroupRanking();
  /** Groups to be read and to be ranked anew. */
  readonly #unread: Group[] = [];
  readonly #unranked: Group[] = [];
  /** True where a placement changes how hosts with a mark in common are rated. */
  readonly #isRatedByMarks: boolean;
  readonly #feasible = { hosts: [] as number[], alike: [] as number[] };
  /** The best hosts, as many as were asked for since the last change. */
  #top: readonly number[] = [];
  #topCount = 0;
  /** Reason number of each host by itself; 0 passes. */
  readonly #reasons: Int16Array;
  /** Kubernetes' sum of each host by itself, once somebody has asked. */
  readonly #totals: Int32Array;
  readonly #tables: GroupTables;
  readonly #vector = new Float64Array(VECTOR_LENGTH);
  readonly #other = new Float64Array(VECTOR_LENGTH);
  #cursor: number;

  constructor(
    applicant: Applicant,
    ledger: Ledger,
    hostVerdicts: HostVerdicts,
    marks: readonly Mark[],
  ) {
    const size = ledger.hosts.length;
    this.applicant = applicant;
    this.ledger = ledger;
    const busy = busyFilters(applicant, ledger);
    const alone = busy.filter(([, filter]) => filter.marks === undefined);
    this.#own = new Judge(applicant, ledger, hostVerdicts, alone);
    const together = busy.filter(([, filter]) => filter.marks !== undefined);
    this.#shared = { hostVerdicts: NO_HOST_VERDICTS, busy: together };
    this.#phases = together.flatMap(([, filter]) => filter.phaseOf?.(applicant) ?? []);
    this.#isRatedByMarks = applicant.hasWishes || ledger.clusters.length > 1;
    this.#knownPhases = this.#phases.map((phase) => phase());
    this.#scores = new PartedScores(applicant, ledger);
    this.#neighbourhoods = new Neighbourhoods(size, marks);
    this.#named = new NamedHosts(
      (countMax) => rejectedOf(this.#groups, countMax),
      (host) => this.reasonOf(host),
    );
    this.#reasons = new Int16Array(size);
    this.#totals = new Int32Array(size).fill(UNKNOWN);
    this.#chooser = policyFor(applicant.workloadClass, ledger).chooser;
    const order = hostOrder(this.#chooser, {
      workloadClass: applicant.workloadClass,
      ledger,
      keys: new Float64Array(size),
      totalOf: (host) => this.#ownTotal(host),
    });
    this.#tables = new GroupTables(size, order, this.#scores.shared());
    this.#cursor = ledger.version;
    this.#own.all(this.#reasons);
    for (let host = 0; host < size; host++) {
      this.#enter(host, this.#groupAt(this.#neighbourhoods.settle(host)));
      this.#count(this.#reasons[host] ?? 0, 1);
    }
    this.#readGroups();
  }

  get feasible(): number {
    return this.reasonCounts[0] ?? 0;
  }

  reasonOf(host: number): number {
    return firstReason(this.#reasons[host] ?? 0, this.#groupOf(host).shared);
  }

  top(count: number): readonly number[] {
    if (count > this.#topCount) {
      this.#top = this.#merge(count);
      this.#topCount = count;
    }
    return this.#top.length > count ? this.#top.slice(0, count) : this.#top;
  }

  /** The best hosts in order, out of the best of each group. */
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

  get namedVersion(): number {
    return this.#named.version;
  }

  rejected(countMax: number): readonly number[] {
    return this.#named.first(countMax);
  }

  difference(left: number, right: number): number {
    return firstDifference(this.#vectorOf(left, this.#vector), this.#vectorOf(right, this.#other));
  }

  rankOf(host: number): number {
    const own = this.#total(host);
    let rank = 1;
    for (let other = 0; other < this.#reasons.length; other++) {
      if (this.reasonOf(other) === 0 && this.#total(other) > own) rank++;
    }
    return rank;
  }

  valuesOf(host: number): (host: number) => ScoreValues {
    const group = this.#groupOf(host);
    group.valuesOf ??= this.#scores.valuesOf(group.scores);
    return group.valuesOf;
  }

  sync(): void {
    const { version } = this.ledger;
    const since = this.#cursor;
    if (version === since) return;
    this.#cursor = version;
    for (let index = since; index < version; index++) {
      follow(this.applicant, this.ledger.changedAt(index));
    }
    for (let index = since; index < version; index++) this.#renew(this.ledger.changedAt(index));
    if (this.#isNewPhase()) for (const group of this.#groups) this.#unreadGroup(group);
    this.#readGroups();
  }

  #isNewPhase(): boolean {
    let isNew = false;
    for (let index = 0; index < this.#phases.length; index++) {
      const phase = this.#phases[index]?.() ?? 0;
      if (phase === this.#knownPhases[index]) continue;
      this.#knownPhases[index] = phase;
      isNew = true;
    }
    return isNew;
  }

  #groupAt(number: number): Group {
    return (this.#groups[number] ??= new Group(number, this.#tables));
  }

  #groupOf(host: number): Group {
    return this.#groupAt(this.#neighbourhoods.of[host] ?? 0);
  }

  #unreadGroup(group: Group): void {
    if (this.#isRatedByMarks) this.#unrank(group);
    if (group.isUnread) return;
    group.isUnread = true;
    this.#unread.push(group);
  }

  #unrank(group: Group): void {
    if (group.isUnranked) return;
    group.isUnranked = true;
    this.#unranked.push(group);
  }

  /** Judges a host anew and puts it where it belongs now. */
  #renew(host: number): void {
    const before = this.#reasons[host] ?? 0;
    const reason = this.#own.of(host);
    const old = this.#groupOf(host);
    const group = this.#groupAt(this.#neighbourhoods.settle(host));
    this.#totals[host] = UNKNOWN;
    this.#neighbourhoods.forAlike(host, this.#unreadAt);
    this.#unrank(group);
    if (old !== group || before !== reason) {
      this.#leave(host, old);
      this.#reasons[host] = reason;
      this.#enter(host, group);
    } else if (reason === 0) {
      group.renew(host);
    }
    const was = firstReason(before, old.shared);
    const now = firstReason(reason, group.shared);
    // What is said of a rejected host names its amounts, which have changed.
    if (was + now > 0) this.#named.note(host, now);
    if (was === now) return;
    this.#count(was, -1);
    this.#count(now, 1);
  }

  #enter(host: number, group: Group): void {
    // What is shared was not followed as long as nobody was there.
    if (group.size === 0) this.#unreadGroup(group);
    group.enter(host, this.#reasons[host] ?? 0);
    this.#unrank(group);
  }

  #leave(host: number, group: Group): void {
    group.leave(host, this.#reasons[host] ?? 0);
    this.#unrank(group);
  }

  #count(reason: number, more: number): void {
    this.reasonCounts[reason] = (this.reasonCounts[reason] ?? 0) + more;
    this.reasonVersion++;
  }

  /** Reads anew what neighbours share in the groups for which a placement may have changed it. */
  #readGroups(): void {
    if (this.#unread.length > 0) {
      for (const group of this.#unread) this.#readShared(group);
      // What is said of hosts that neighbours share names sums.
      this.#named.reword((host) => this.#groupOf(host).isUnread);
      for (const group of this.#unread) group.isUnread = false;
      this.#unread.length = 0;
    }
    for (const group of this.#unranked) {
      if (!group.isFeasible) this.#ranking.remove(group);
      else if (group.rank < 0) this.#rank(group);
    }
    if (this.#scores.isAnyShared) this.#share();
    for (const group of this.#unranked) {
      group.isUnranked = false;
      if (group.isFeasible) this.#rank(group);
    }
    this.#unranked.length = 0;
    this.#topCount = 0;
  }

  #readShared(group: Group): void {
    const member = this.#neighbourhoods.memberOf(group.number);
    const before = group.shared;
    if (member === undefined) return;
    const now = judge(member, this.applicant, this.ledger, this.#shared);
    if (now === before) return;
    group.shared = now;
    this.#unrank(group);
    for (const [own, lot] of group.lots) {
      this.#count(firstReason(own, before), -lot.length);
      this.#count(firstReason(own, now), lot.length);
      const first = lot.best();
      if (first !== undefined) this.#named.note(first, firstReason(own, now));
    }
  }

  /** Works out the scores that neighbours share, which are normalised over all feasible hosts. */
  #share(): void {
    const { hosts, alike } = this.#feasible;
    const { groups } = this.#ranking;
    hosts.length = groups.length;
    alike.length = groups.length;
    groups.forEach(({ number, passing }, position) => {
      hosts[position] = this.#neighbourhoods.memberOf(number) ?? 0;
      alike[position] = passing;
    });
    this.#scores.share(this.#feasible);
    groups.forEach((group, position) => {
      if (!this.#scores.read(position, group.scores)) return;
      group.total = this.#scores.shared(group.scores);
      group.valuesOf = undefined;
      this.#unrank(group);
    });
  }

  /** Puts a group where the best of its hosts belongs. */
  #rank(group: Group): void {
    group.rewind();
    this.#rate(group);
  }

  #rate(group: Group): void {
    if (group.next >= 0) this.#readVector(group.next, group.vector);
    this.#ranking.put(group);
  }

  /** The ratings of a host; `room` is for those that are not known. */
  #vectorOf(host: number, room: Float64Array): Float64Array {
    const group = this.#groupOf(host);
    if (group.next === host && group.rank >= 0) return group.vector;
    this.#readVector(host, room);
    return room;
  }

  #readVector(host: number, out: Float64Array): void {
    const kubeTotal = this.#total(host);
    if (this.#chooser === "kube") kubeVector(out, 0, kubeTotal);
    else drsVector(host, this.applicant, this.ledger, { out, offset: 0, kubeTotal });
  }

  /** Kubernetes' weighted sum for a feasible host. */
  #total(host: number): number {
    return this.#ownTotal(host) + this.#groupOf(host).total;
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
