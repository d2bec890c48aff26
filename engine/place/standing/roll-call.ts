import type { Need } from "../filters/filter.ts";
import type { FreeHosts } from "./free-hosts.ts";
import { HostSet } from "../basics/host-set.ts";
import type { HostTree } from "./host-tree.ts";
import type { HostVerdicts } from "../judging/host-verdicts.ts";
import type { Judge } from "../judging/judge.ts";
import { namedAmong } from "./rejected.ts";
import { Supply } from "../ledger/supply.ts";

/** Bits that say of one amount that a host lacks it, and that it could never have it. */
const LACKS = 1;
const LACKS_FOREVER = 3;
const BITS = 2;

/** Amounts of which what a host lacks fits into one number. */
export const NEEDS_MAX = 15;
/** What hosts lack is below that. */
const LACKS_END = 2 ** (BITS * NEEDS_MAX);

interface BoundNeed {
  readonly wanted: number;
  /** Hosts by what they have free of it. */
  readonly hosts: FreeHosts;
  /** Where its bits are among those of all. */
  readonly shift: number;
}

/**
 * Who is rejected by a class, and for what: by what a host is, and besides by the amounts that it
 * lacks. Why follows from which of them it lacks, which it could never have, and what it is, so the
 * filters are asked once for each such set.
 */
export class RollCall {
  /** Hosts by reason number; position 0 counts the feasible ones. */
  readonly counts: Int32Array;
  readonly #tree: HostTree;
  readonly #judge: Judge;
  readonly #byHost: HostVerdicts;
  /** Hosts that are rejected otherwise than by what they are, and the reason of each. */
  readonly #lacking: HostSet;
  readonly #reasons: Uint8Array;
  /** The first of them by reason, until one is entered. */
  #firsts: (number | undefined)[] | undefined;
  /** What hosts lacked and were, and for which reasons they were rejected then. */
  readonly #sets: number[] = [];
  readonly #reasonsOfSets: number[] = [];

  /** All needs are for what is kept in columns, and no more than so many. */
  constructor(tree: HostTree, judge: Judge, needs: readonly Need[]) {
    const hostCount = tree.ledger.hosts.length;
    this.#byHost = judge.byHost;
    this.counts = this.#byHost.counts.slice();
    this.#lacking = HostSet.of(hostCount);
    this.#reasons = new Uint8Array(hostCount);
    this.#tree = tree;
    this.#judge = judge;
    this.#call(needs);
  }

  has(host: number): boolean {
    return this.#byHost.rejected.has(host) || this.#lacking.has(host);
  }

  reasonOf(host: number): number {
    if (this.#lacking.has(host)) return this.#reasons[host] ?? 0;
    return this.#byHost.reasonOf(host);
  }

  eachFeasible(call: (host: number) => void): void {
    this.#byHost.rejected.eachOther(this.#reasons.length, (host) => {
      if (!this.#lacking.has(host)) call(host);
    });
  }

  /** Enters why a host is rejected from now on; 0 lets it pass. */
  enter(host: number, reason: number): void {
    const before = this.reasonOf(host);
    if (before === reason) return;
    this.#firsts = undefined;
    this.#enter(host, before, reason);
    if (reason === this.#byHost.reasonOf(host)) this.#lacking.delete(host);
  }

  /** Enters a reason for all hosts but those that are rejected for one that comes first. */
  enterAll(reason: number): void {
    for (let host = 0; host < this.#reasons.length; host++) {
      const before = this.reasonOf(host);
      if (before === 0 || before > reason) this.enter(host, reason);
    }
  }

  /** Rejected hosts to be named; see `Standing.rejected`. */
  named(countMax: number): readonly number[] {
    const firsts: number[] = [];
    for (let reason = 1; reason < this.counts.length; reason++) {
      const first = (this.counts[reason] ?? 0) > 0 ? this.#firstOf(reason) : undefined;
      if (first !== undefined) firsts.push(first);
    }
    return namedAmong(firsts, [this.#byHost.rejected, this.#lacking], countMax);
  }

  #firstOf(reason: number): number | undefined {
    const isMeant = (host: number): boolean => this.reasonOf(host) === reason;
    const one = this.#byHost.firstOf(reason, isMeant);
    const other = this.#firsts
      ? this.#firsts[reason]
      : this.#lacking.first((host) => this.#reasons[host] === reason);
    return one === undefined || (other !== undefined && other < one) ? other : one;
  }

  /** Finds out about all hosts. */
  #call(needs: readonly Need[]): void {
    const { lacking, lacks } = this.#tree.room;
    const { rejected } = this.#byHost;
    let count = 0;
    needs.forEach(({ wanted, from }, index) => {
      const hosts = from instanceof Supply ? this.#tree.byFree(from) : undefined;
      if (hosts !== undefined) count = this.#mark({ wanted, hosts, shift: BITS * index }, count);
    });
    const firsts: (number | undefined)[] = [];
    let [set, reason] = [-1, 0];
    for (let at = 0; at < count; at++) {
      const host = lacking[at] ?? 0;
      const byHost = rejected.has(host) ? this.#byHost.reasonOf(host) : 0;
      const before = set;
      set = byHost * LACKS_END + (lacks[host] ?? 0);
      if (set !== before) reason = this.#reasonFor(set, host);
      lacks[host] = 0;
      if (reason === byHost) continue;
      this.#enter(host, byHost, reason);
      if ((firsts[reason] ?? Infinity) > host) firsts[reason] = host;
    }
    this.#firsts = firsts;
  }

  /** Notes who lacks an amount, besides so many who lack another one; returns how many they are. */
  #mark({ wanted, hosts, shift }: BoundNeed, before: number): number {
    const { short, lacking, lacks } = this.#tree.room;
    const isForever = wanted > hosts.leastWhole;
    const end = hosts.below(wanted, short);
    let count = before;
    for (let at = 0; at < end; at++) {
      const host = short[at] ?? 0;
      const known = lacks[host] ?? 0;
      if (known === 0) lacking[count++] = host;
      const bits = isForever && wanted > hosts.wholeOf(host) ? LACKS_FOREVER : LACKS;
      lacks[host] = known | (bits << shift);
    }
    return count;
  }

  #enter(host: number, before: number, reason: number): void {
    const { counts } = this;
    counts[before] = (counts[before] ?? 0) - 1;
    counts[reason] = (counts[reason] ?? 0) + 1;
    this.#lacking.add(host);
    this.#reasons[host] = reason;
  }

  /** Why a host is rejected that is of a set. */
  #reasonFor(set: number, host: number): number {
    const sets = this.#sets;
    for (let at = 0; at < sets.length; at++) {
      if (sets[at] === set) return this.#reasonsOfSets[at] ?? 0;
    }
    const reason = this.#judge.of(host);
    sets.push(set);
    this.#reasonsOfSets.push(reason);
    return reason;
  }
}
