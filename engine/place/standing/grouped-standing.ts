import { type Applicant, follow } from "../classes/applicant.ts";
import { DECIDED_BY_NOBODY_ELSE } from "../deciding/decision-log.ts";
import { firstReason, Group, rejectedOf } from "./group.ts";
import { GroupRatings } from "./group-ratings.ts";
import { Judge } from "../judging/judge.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Mark } from "../classes/marks.ts";
import { Neighbourhoods } from "./neighbourhoods.ts";
import { NamedHosts } from "./rejected.ts";
import type { Row } from "./row.ts";
import { PartedScores, type ScoreValues } from "../scores/parted.ts";
import { busyFilters, type HostVerdicts, judge, REASONS } from "../judging/verdict.ts";

/** For filters whose answer neighbours share, whatever hosts say by themselves. */
const NO_HOST_VERDICTS: Pick<HostVerdicts, "reasonOf"> = { reasonOf: () => 0 };

const NOBODY = -1;

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
  readonly #scores: PartedScores;
  readonly #neighbourhoods: Neighbourhoods;
  readonly #named: NamedHosts;
  readonly #groups: Group[] = [];
  readonly #groupOf = (host: number): Group => this.#groupAt(this.#neighbourhoods.of[host] ?? 0);
  readonly #unreadAt = (number: number): void => this.#unreadGroup(this.#groupAt(number));
  readonly #ratings: GroupRatings;
  /** Groups to be read and to be ranked anew. */
  readonly #unread: Group[] = [];
  readonly #unranked: Group[] = [];
  /** True where filters look at what neighbours share. */
  readonly #isJudgedByMarks: boolean;
  readonly #feasible = { hosts: [] as number[], alike: [] as number[] };
  /** Reason number of each host by itself; 0 passes. */
  readonly #reasons: Int16Array;
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
    this.#isJudgedByMarks = together.length > 0;
    this.#phases = together.flatMap(([, filter]) => filter.phaseOf?.(applicant) ?? []);
    this.#knownPhases = this.#phases.map((phase) => phase());
    this.#scores = new PartedScores(applicant, ledger);
    this.#neighbourhoods = new Neighbourhoods(size, marks);
    this.#named = new NamedHosts(
      (countMax) => rejectedOf(this.#groups, countMax),
      (host) => this.reasonOf(host),
    );
    this.#reasons = new Int16Array(size);
    this.#ratings = new GroupRatings(applicant, ledger, this.#scores);
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
    return this.#ratings.top(count);
  }

  difference(left: number, right: number): number {
    return this.#ratings.difference(left, right, this.#groupOf);
  }

  get namedVersion(): number {
    return this.#named.version;
  }

  rejected(countMax: number): readonly number[] {
    return this.#named.first(countMax);
  }

  rankOf(host: number): number {
    const total = (each: number): number => this.#ratings.total(each, this.#groupOf(each));
    const own = total(host);
    let rank = 1;
    for (let other = 0; other < this.#reasons.length; other++) {
      if (this.reasonOf(other) === 0 && total(other) > own) rank++;
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

  /** Seats up to so many members, as long as the same is said of hosts as before. */
  seat(row: Row, count: number): void {
    const { reasonVersion, namedVersion } = this;
    const { workloadClass } = this.applicant;
    let known: ReturnType<GroupedStanding["valuesOf"]> | undefined;
    let knownOther = known;
    row.clear();
    while (row.length < count && !row.isFull) {
      const [host, second = NOBODY] = this.top(2);
      if (host === undefined) return;
      const [one, other] = [this.valuesOf(host), this.valuesOf(second < 0 ? host : second)];
      if (row.length > 0 && (known !== one || knownOther !== other)) return;
      known = one;
      knownOther = other;
      if (second < 0) row.add(host, NOBODY, DECIDED_BY_NOBODY_ELSE);
      else row.add(host, second, this.difference(host, second));
      this.ledger.add(workloadClass, host, 1);
      this.sync();
      if (this.reasonVersion !== reasonVersion || this.namedVersion !== namedVersion) return;
    }
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
    return (this.#groups[number] ??= new Group(number, this.#ratings.tables));
  }

  #unreadGroup(group: Group): void {
    // What is shared is read once somebody comes there.
    if (group.isUnread || group.size === 0) return;
    if (this.#ratings.areByMarks) this.#unrank(group);
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
    this.#ratings.forget(host);
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
    group.enter(host, this.#reasons[host] ?? 0);
    if (group.size === 1) this.#unreadGroup(group);
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
      for (const group of this.#unread) this.#readGroup(group);
      // What is said of hosts that neighbours share names sums.
      if (this.#isJudgedByMarks) this.#named.reword((host) => this.#groupOf(host).isUnread);
      for (const group of this.#unread) group.isUnread = false;
      this.#unread.length = 0;
    }
    for (const group of this.#unranked) {
      if (!group.isFeasible) this.#ratings.remove(group);
      else if (group.rank < 0) this.#ratings.rank(group);
    }
    if (this.#scores.isAnyShared) this.#share();
    for (const group of this.#unranked) {
      group.isUnranked = false;
      if (group.isFeasible) this.#ratings.rank(group);
    }
    this.#unranked.length = 0;
    this.#ratings.forgetTop();
  }

  /** Reads what neighbours share: whether they are let pass, and what their vectors begin with. */
  #readGroup(group: Group): void {
    const member = this.#neighbourhoods.memberOf(group.number);
    if (member === undefined) return;
    if (this.#isJudgedByMarks) this.#readShared(group, member);
    this.#ratings.readWishes(group, member);
  }

  #readShared(group: Group, member: number): void {
    const before = group.shared;
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
    const { groups } = this.#ratings;
    hosts.length = groups.length;
    alike.length = groups.length;
    for (let position = 0; position < groups.length; position++) {
      const { number = 0, passing = 0 } = groups[position] ?? {};
      hosts[position] = this.#neighbourhoods.memberOf(number) ?? 0;
      alike[position] = passing;
    }
    this.#scores.share(this.#feasible);
    for (let position = 0; position < groups.length; position++) {
      const group = groups[position];
      if (group === undefined || !this.#scores.read(position, group.scores)) continue;
      group.total = this.#scores.shared(group.scores);
      group.valuesOf = undefined;
      this.#unrank(group);
    }
  }
}
