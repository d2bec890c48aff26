import { type Applicant, follow } from "./applicant.ts";
import { bestOf, firstReason, Group, GroupTables, rejectedOf } from "./group.ts";
import { Judge } from "./judge.ts";
import type { Ledger } from "./ledger.ts";
import { clusterMark, type Mark } from "./marks.ts";
import { Neighbourhoods } from "./neighbourhoods.ts";
import { hostOrder } from "./plain-order.ts";
import { policyFor } from "./policy.ts";
import { NamedHosts } from "./rejected.ts";
import { drsVector, firstDifference, kubeVector, VECTOR_LENGTH } from "./score.ts";
import { PartedScores, scoreMarks, type ScoreValues } from "./scores/parted.ts";
import { busyFilters, type HostVerdicts, judge, REASONS } from "./verdict.ts";

/** For filters whose answer neighbours share, whatever hosts say by themselves. */
const NO_HOST_VERDICTS: HostVerdicts = {
  failing: new Int32Array(0),
  reasons: new Int16Array(0),
  passing: 0,
};

const UNKNOWN = -1;

/**
 * How all hosts stand for a class whose verdicts and scores follow placements on other hosts:
 * terms between workloads, spread, what is normalised over all feasible hosts. Neighbours share
 * all of that, so what changes it changes a few numbers of each neighbourhood; within one, hosts
 * are ordered by their own load alone. The best of all is the best of the best of each.
 */
export class GroupedStanding {
  readonly applicant: Applicant;
  readonly ledger: Ledger;
  readonly reasonCounts: Int32Array = new Int32Array(REASONS.length + 1);
  reasonVersion = 0;
  /** What each host says by itself, and what neighbours share. */
  readonly #own: Judge;
  readonly #shared: Parameters<typeof judge>[3];
  readonly #chooser: "drs" | "kube";
  readonly #scores: PartedScores;
  readonly #neighbourhoods: Neighbourhoods;
  readonly #named: NamedHosts;
  readonly #groups: Group[] = [];
  #feasible: Group[] = [];
  #best: Group | undefined;
  /** The best hosts, as many as were asked for since the last change. */
  #top: readonly number[] = [];
  #topCount = 0;
  #isCountStale = true;
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
    this.#tables = new GroupTables(size, order);
    this.#cursor = ledger.version;
    this.#own.all(this.#reasons);
    for (let host = 0; host < size; host++) {
      this.#enter(host, this.#groupAt(this.#neighbourhoods.settle(host)));
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
    let group = this.#best;
    while (group !== undefined) {
      found.push(group.next);
      touched.push(group);
      if (found.length === count) break;
      this.#advance(group, group.taken + 1);
      group = bestOf(this.#feasible);
    }
    for (const each of touched) {
      if (each.taken > 0) this.#advance(each, 0);
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
    this.#readVector(left, this.#vector);
    this.#readVector(right, this.#other);
    return firstDifference(this.#vector, this.#other);
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
    return this.#scores.valuesAt(this.#groupOf(host).position);
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
    this.#readGroups();
  }

  #groupAt(number: number): Group {
    return (this.#groups[number] ??= new Group(this.#tables));
  }

  #groupOf(host: number): Group {
    return this.#groupAt(this.#neighbourhoods.of[host] ?? 0);
  }

  /** Judges a host anew and puts it where it belongs now. */
  #renew(host: number): void {
    const before = this.#reasons[host] ?? 0;
    const reason = this.#own.of(host);
    const old = this.#groupOf(host);
    const group = this.#groupAt(this.#neighbourhoods.settle(host));
    // What is said of a rejected host names its amounts, which have changed.
    const isNamed = before + reason + old.shared + group.shared > 0;
    if (isNamed) this.#named.note(host, firstReason(reason, group.shared));
    this.#totals[host] = UNKNOWN;
    if (old !== group || before !== reason) {
      this.#leave(host, old);
      this.#reasons[host] = reason;
      this.#enter(host, group);
    } else if (reason === 0) {
      group.renew(host);
    }
  }

  #enter(host: number, group: Group): void {
    group.enter(host, this.#reasons[host] ?? 0);
    this.#isCountStale = true;
  }

  #leave(host: number, group: Group): void {
    group.leave(host, this.#reasons[host] ?? 0);
    this.#isCountStale = true;
  }

  /** Reads anew what neighbours share, which any placement may have changed. */
  #readGroups(): void {
    const hosts: number[] = [];
    const alike: number[] = [];
    this.#feasible = [];
    for (let number = 0; number < this.#groups.length; number++) {
      const member = this.#neighbourhoods.memberOf(number);
      if (member === undefined) continue;
      const group = this.#groupAt(number);
      this.#readShared(group, member);
      const best = group.shared === 0 ? group.best() : undefined;
      group.position = best === undefined ? -1 : hosts.length;
      if (best === undefined) continue;
      this.#feasible.push(group);
      hosts.push(best);
      alike.push(group.passing);
    }
    this.#scores.share({ hosts, alike });
    for (const group of this.#feasible) this.#advance(group, 0);
    this.#best = bestOf(this.#feasible);
    this.#topCount = 0;
    if (this.#isCountStale) this.#countReasons();
  }

  #readShared(group: Group, member: number): void {
    const before = group.shared;
    group.shared = judge(member, this.applicant, this.ledger, this.#shared);
    if (before + group.shared === 0) return;
    // What is said of hosts that neighbours share names sums.
    this.#named.noteAll((host) => this.#groupOf(host) === group);
    if (group.shared === before) return;
    this.#isCountStale = true;
    for (const [own, lot] of group.lots) {
      if (lot.earliest !== undefined) {
        this.#named.note(lot.earliest, firstReason(own, group.shared));
      }
    }
  }

  #countReasons(): void {
    this.#isCountStale = false;
    this.reasonVersion++;
    this.reasonCounts.fill(0);
    for (const { lots, shared } of this.#groups) {
      for (const [own, lot] of lots) {
        const reason = firstReason(own, shared);
        this.reasonCounts[reason] = (this.reasonCounts[reason] ?? 0) + lot.length;
      }
    }
  }

  #advance(group: Group, taken: number): void {
    group.advance(taken);
    if (group.next >= 0) this.#readVector(group.next, group.vector);
  }

  #readVector(host: number, out: Float64Array): void {
    const kubeTotal = this.#total(host);
    if (this.#chooser === "kube") kubeVector(out, 0, kubeTotal);
    else drsVector(host, this.applicant, this.ledger, { out, offset: 0, kubeTotal });
  }

  /** Kubernetes' weighted sum for a feasible host. */
  #total(host: number): number {
    return this.#ownTotal(host) + this.#scores.shared(this.#groupOf(host).position);
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

/**
 * What hosts have in common that always stand alike but for their own load; undefined where every
 * host stands for itself whatever is placed on others.
 */
export function standingMarks(applicant: Applicant, ledger: Ledger): readonly Mark[] | undefined {
  const busy = busyFilters(applicant, ledger).map(([, filter]) => filter);
  const ofScores = scoreMarks(applicant, ledger);
  const ofClusters = ledger.clusters.length > 1 ? [clusterMark(ledger)] : undefined;
  const isAlone = busy.every(
    ({ marks, phaseOf }) => marks === undefined || phaseOf?.(applicant) !== undefined,
  );
  if (isAlone && ofScores === undefined && ofClusters === undefined) return undefined;
  return [
    ...busy.flatMap((filter) => filter.marks?.(applicant, ledger) ?? []),
    ...(ofScores ?? []),
    ...(ofClusters ?? []),
  ];
}
