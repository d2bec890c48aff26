import { type Applicant, follow } from "./applicant.ts";
import { HostHeap } from "./argmin-heap.ts";
import type { Ledger } from "./ledger.ts";
import { clusterMark, type Mark } from "./marks.ts";
import { Neighbourhoods } from "./neighbourhoods.ts";
import { policyFor } from "./policy.ts";
import { Ranks } from "./ranks.ts";
import {
  drsVector,
  firstDifference,
  kubeVector,
  minorKey,
  plainKey,
  VECTOR_LENGTH,
} from "./score.ts";
import { PartedScores, scoreMarks } from "./scores/parted.ts";
import { KUBE_TOTAL_MAX } from "./scores/index.ts";
import { busyFilters, type HostVerdicts, judge, REASONS } from "./verdict.ts";

type Busy = Parameters<typeof judge>[3];

/** For filters whose answer neighbours share, whatever hosts say by themselves. */
const NO_HOST_VERDICTS: HostVerdicts = {
  failing: new Int32Array(0),
  reasons: new Int16Array(0),
  passing: 0,
};

/** Hosts that nothing but their own load can tell apart. */
interface Group {
  /** Those that pass by themselves, best first. */
  readonly heap: HostHeap;
  /** Members by their own reason. */
  readonly reasons: Map<number, number>;
  /** How many of those in the heap have which total of their own. */
  readonly ranks: Ranks;
  /** Reason number that all members share; 0 where they are let pass. */
  shared: number;
  /** Position among the feasible groups; -1 for others. */
  position: number;
  /** Vector of the best host. */
  readonly vector: Float64Array;
}

/**
 * How all hosts stand for a class whose verdicts and scores follow placements on other hosts:
 * terms between workloads, spread, what is normalised over all feasible hosts. Neighbours share
 * all of that, so what changes it changes a few numbers of each neighbourhood; within one, hosts
 * are ordered by their own load alone. The best of all is the best of the best of each.
 */
export class GroupedStanding {
  readonly applicant: Applicant;
  readonly ledger: Ledger;
  readonly isLocal = false;
  /** Hosts by reason number; position 0 counts the feasible ones. */
  readonly reasonCounts: Int32Array = new Int32Array(REASONS.length + 1);
  /** Grows when what is said of rejected hosts may be stale. */
  reasonVersion = 0;
  readonly #own: Busy;
  readonly #shared: Busy;
  readonly #chooser: "drs" | "kube";
  readonly #scores: PartedScores;
  readonly #neighbourhoods: Neighbourhoods;
  readonly #groups: (Group | undefined)[] = [];
  #feasible: Group[] = [];
  /** Reason number of each host by itself; 0 passes, -1 is not known yet. */
  readonly #reasons: Int16Array;
  readonly #totals: Int32Array;
  readonly #keys: Float64Array;
  readonly #minors: Float64Array;
  readonly #positions: Int32Array;
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
    const isShared = ([, { marks: shares }]: (typeof busy)[number]): boolean =>
      shares !== undefined;
    this.#own = { hostVerdicts, busy: busy.filter((each) => !isShared(each)) };
    this.#shared = { hostVerdicts: NO_HOST_VERDICTS, busy: busy.filter(isShared) };
    this.#chooser = policyFor(applicant.workloadClass, ledger).chooser;
    this.#scores = new PartedScores(applicant, ledger);
    this.#neighbourhoods = new Neighbourhoods(size, marks);
    this.#reasons = new Int16Array(size).fill(-1);
    this.#totals = new Int32Array(size);
    this.#keys = new Float64Array(size);
    this.#minors = new Float64Array(size);
    this.#positions = new Int32Array(size).fill(-1);
    this.#cursor = ledger.version;
    for (let host = 0; host < size; host++) this.#settle(host);
    this.#readGroups();
  }

  get feasible(): number {
    return this.reasonCounts[0] ?? 0;
  }

  /** Reason number of a host; 0 is feasible. */
  reasonOf(host: number): number {
    const shared = this.#groupOf(host)?.shared ?? 0;
    return firstReason(this.#reasons[host] ?? 0, shared);
  }

  best(): number | undefined {
    let best: Group | undefined;
    for (const group of this.#feasible) {
      if (best === undefined || compareBest(group, best) < 0) best = group;
    }
    return best?.heap.best();
  }

  /** The best hosts in order: of each group as many as could be among them, then merged. */
  top(count: number): readonly number[] {
    const found: number[] = [];
    for (const { heap } of this.#feasible) found.push(...heap.top(count));
    found.sort((left, right) => this.#compare(left, right));
    return found.slice(0, count);
  }

  /** First term in which two feasible hosts differ; the number of terms when in none. */
  difference(left: number, right: number): number {
    this.#readVector(left, this.kubeTotal(left), this.#vector);
    this.#readVector(right, this.kubeTotal(right), this.#other);
    return firstDifference(this.#vector, this.#other);
  }

  /** Kubernetes' rank of a feasible host, 1 is best; equal scores share a rank. */
  rankOf(host: number): number {
    const total = this.kubeTotal(host);
    let rank = 1;
    for (const { ranks, position } of this.#feasible) {
      rank += ranks.countAbove(total - this.#scores.shared(position));
    }
    return rank;
  }

  /** Kubernetes' weighted sum for a feasible host. */
  kubeTotal(host: number): number {
    const position = this.#groupOf(host)?.position ?? -1;
    return (this.#totals[host] ?? 0) + this.#scores.shared(position);
  }

  /** Kubernetes' scores of a feasible host, parallel to `SCORES`; undefined for skipped ones. */
  kubeValues(host: number): readonly (number | undefined)[] {
    return this.#scores.values(host, this.#groupOf(host)?.position ?? -1);
  }

  /** Brings the standing up to the ledger, after its own and other classes' placements. */
  sync(): void {
    if (this.ledger.version === this.#cursor) return;
    const changed = this.ledger.changedSince(this.#cursor);
    this.#cursor = this.ledger.version;
    for (const host of changed) follow(this.applicant, host);
    for (const host of changed) this.#settle(host);
    this.#readGroups();
  }

  #groupOf(host: number): Group | undefined {
    return this.#groups[this.#neighbourhoods.of[host] ?? -1];
  }

  /** Judges a host anew and puts it where it belongs now. */
  #settle(host: number): void {
    const before = this.#reasons[host] ?? 0;
    const reason = judge(host, this.applicant, this.ledger, this.#own);
    const old = this.#groupOf(host);
    const number = this.#neighbourhoods.settle(host);
    const group = (this.#groups[number] ??= this.#newGroup());
    if (before + reason > 0 || (old?.shared ?? 0) > 0) this.reasonVersion++;
    if (old !== group || before !== reason) {
      if (old !== undefined) this.#leave(host, old);
      this.#reasons[host] = reason;
      this.#enter(host, group);
    } else if (reason === 0) {
      group.ranks.count(this.#totals[host] ?? 0, -1);
      this.#rate(host, group);
      group.heap.update(host);
    }
  }

  #enter(host: number, group: Group): void {
    const reason = this.#reasons[host] ?? 0;
    group.reasons.set(reason, (group.reasons.get(reason) ?? 0) + 1);
    if (reason !== 0) return;
    this.#rate(host, group);
    group.heap.insert(host);
  }

  #leave(host: number, group: Group): void {
    const reason = this.#reasons[host] ?? 0;
    group.reasons.set(reason, (group.reasons.get(reason) ?? 0) - 1);
    if (reason !== 0) return;
    group.ranks.count(this.#totals[host] ?? 0, -1);
    group.heap.remove(host);
  }

  /** Neighbours differ in their load and in what Kubernetes says of it, and in nothing before. */
  #rate(host: number, group: Group): void {
    const total = this.#scores.own(host);
    this.#totals[host] = total;
    group.ranks.count(total, 1);
    this.#readVector(host, total, this.#vector);
    const minor = minorKey(this.#vector, KUBE_TOTAL_MAX);
    this.#minors[host] = minor;
    this.#keys[host] = plainKey(this.#vector, minor);
  }

  #newGroup(): Group {
    const compare = (left: number, right: number): number => this.#compareNeighbours(left, right);
    return {
      heap: new HostHeap(0, compare, this.#keys, this.#positions),
      reasons: new Map(),
      ranks: new Ranks(KUBE_TOTAL_MAX),
      shared: 0,
      position: -1,
      vector: new Float64Array(VECTOR_LENGTH),
    };
  }

  /** Order of two neighbours with the same key. */
  #compareNeighbours(left: number, right: number): number {
    if ((this.#keys[left] ?? 0) < 0) return left - right;
    return (this.#minors[left] ?? 0) - (this.#minors[right] ?? 0) || left - right;
  }

  /** Reads anew what neighbours share, which any placement may have changed. */
  #readGroups(): void {
    let isStale = false;
    this.#feasible = [];
    const feasible: { hosts: number[]; alike: number[] } = { hosts: [], alike: [] };
    this.#groups.forEach((group, number) => {
      const member = this.#neighbourhoods.memberOf(number);
      if (group === undefined || member === undefined) return;
      const shared = judge(member, this.applicant, this.ledger, this.#shared);
      // What is said of rejected hosts names sums that any placement may have changed.
      if (shared !== group.shared || shared !== 0) isStale = true;
      group.shared = shared;
      const best = shared === 0 ? group.heap.best() : undefined;
      group.position = best === undefined ? -1 : this.#feasible.length;
      if (best === undefined) return;
      this.#feasible.push(group);
      feasible.hosts.push(best);
      feasible.alike.push(group.heap.length);
    });
    this.#scores.share(feasible);
    for (const group of this.#feasible) {
      const host = group.heap.best() ?? 0;
      this.#readVector(host, this.kubeTotal(host), group.vector);
    }
    this.#countReasons();
    if (isStale) this.reasonVersion++;
  }

  #countReasons(): void {
    this.reasonCounts.fill(0);
    for (const group of this.#groups) {
      if (group === undefined) continue;
      for (const [own, count] of group.reasons) {
        const reason = firstReason(own, group.shared);
        this.reasonCounts[reason] = (this.reasonCounts[reason] ?? 0) + count;
      }
    }
  }

  #compare(left: number, right: number): number {
    this.#readVector(left, this.kubeTotal(left), this.#vector);
    this.#readVector(right, this.kubeTotal(right), this.#other);
    return compareVectors(this.#vector, this.#other) || left - right;
  }

  #readVector(host: number, kubeTotal: number, out: Float64Array): void {
    if (this.#chooser === "kube") kubeVector(out, 0, kubeTotal);
    else drsVector(host, this.applicant, this.ledger, { out, offset: 0, kubeTotal });
  }
}

/**
 * What hosts have in common that always stand alike but for their own load; undefined where every
 * host stands for itself whatever is placed on others.
 */
export function standingMarks(applicant: Applicant, ledger: Ledger): readonly Mark[] | undefined {
  const given = [
    ...busyFilters(applicant, ledger).map(([, filter]) => filter.marks?.(applicant, ledger)),
    scoreMarks(applicant, ledger),
    ledger.clusters.length > 1 ? [clusterMark(ledger)] : undefined,
  ].filter((each) => each !== undefined);
  return given.length === 0 ? undefined : given.flat();
}

/** Reasons are numbered in the order in which filters are asked. */
const firstReason = (one: number, other: number): number =>
  one === 0 || other === 0 ? one + other : Math.min(one, other);

const compareBest = (left: Group, right: Group): number =>
  compareVectors(left.vector, right.vector) || (left.heap.best() ?? 0) - (right.heap.best() ?? 0);

function compareVectors(left: Float64Array, right: Float64Array): number {
  for (let index = 0; index < VECTOR_LENGTH; index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
