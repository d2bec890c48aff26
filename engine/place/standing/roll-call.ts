import { HostSet } from "../basics/host-set.ts";
import type { Need } from "../filters/filter.ts";
import type { HostTree } from "./host-tree.ts";
import type { HostVerdicts } from "../judging/host-verdicts.ts";
import type { Judge } from "../judging/judge.ts";
import { namedAmong } from "./rejected.ts";
import { Supply } from "../ledger/supply.ts";

/**
 * Who is rejected by a class, and for what: by what a host is, and besides by the amounts that it
 * lacks. Why follows from which of them it lacks, which it could never have, and what it is, so the
 * filters are asked about one host of all that are alike in this.
 */
export class RollCall {
  /** Hosts by reason number; position 0 counts the feasible ones. */
  readonly counts: Int32Array;
  readonly #tree: HostTree;
  readonly #judge: Judge;
  readonly #byHost: HostVerdicts;
  /** Whom anything rejects. */
  readonly #rejected: HostSet;
  /** By reason the hosts that are rejected otherwise than by what they are. */
  readonly #lacking = new Map<number, HostSet>();

  /** All needs are for what is kept in columns, and no more than so many. */
  constructor(tree: HostTree, judge: Judge, needs: readonly Need[]) {
    this.#byHost = judge.byHost;
    this.counts = this.#byHost.counts.slice();
    this.#rejected = this.#byHost.rejected.copy();
    this.#tree = tree;
    this.#judge = judge;
    this.#call(needs);
  }

  has(host: number): boolean {
    return this.#rejected.has(host);
  }

  reasonOf(host: number): number {
    if (!this.#rejected.has(host)) return 0;
    for (const [reason, hosts] of this.#lacking) if (hosts.has(host)) return reason;
    return this.#byHost.reasonOf(host);
  }

  eachFeasible(call: (host: number) => void): void {
    this.#rejected.eachOther(this.#tree.ledger.hosts.length, call);
  }

  /** Enters why a host is rejected from now on; 0 lets it pass. */
  enter(host: number, reason: number): void {
    const before = this.reasonOf(host);
    if (before === reason) return;
    this.#count(before, -1);
    this.#count(reason, 1);
    this.#lacking.get(before)?.delete(host);
    if (reason === 0) this.#rejected.delete(host);
    else this.#rejected.add(host);
    if (reason !== this.#byHost.reasonOf(host)) this.#lackingFor(reason).add(host);
  }

  /** Enters that a host is rejected for a reason, unless it is for one that comes first. */
  reject(host: number, reason: number): void {
    const before = this.reasonOf(host);
    if (before === 0 || before > reason) this.enter(host, reason);
  }

  /** As `reject`, for all hosts. */
  rejectAll(reason: number): void {
    for (let host = 0; host < this.#tree.ledger.hosts.length; host++) this.reject(host, reason);
  }

  /** Rejected hosts to be named; see `Standing.rejected`. */
  named(countMax: number): readonly number[] {
    const firsts: number[] = [];
    for (let reason = 1; reason < this.counts.length; reason++) {
      const first = (this.counts[reason] ?? 0) > 0 ? this.#firstOf(reason) : undefined;
      if (first !== undefined) firsts.push(first);
    }
    return namedAmong(firsts, [this.#rejected], countMax);
  }

  #firstOf(reason: number): number | undefined {
    const isMeant = (host: number): boolean => this.reasonOf(host) === reason;
    const one = this.#byHost.firstOf(reason, isMeant);
    const other = this.#lacking.get(reason)?.first();
    return one === undefined || (other !== undefined && other < one) ? other : one;
  }

  /** Finds out about all hosts. */
  #call(needs: readonly Need[]): void {
    const { sets } = this.#tree.room;
    let count = this.#readSets(needs);
    if (count === 0) return;
    const { firstReason } = this.#judge;
    for (const { number, hosts } of this.#byHost.rejections) {
      // What comes before all amounts is said whatever else they lack.
      if (number < firstReason) continue;
      sets.at(count++).become(hosts);
      this.#rejected.subtract(hosts);
    }
    // By the sets that hosts are in, of which there are few.
    const verdicts: Verdict[] = [];
    sets.eachAlike(count, this.#rejected, (host, within, word, bits) => {
      const { before, reason, hosts } = (verdicts[within] ??= this.#verdictOn(host));
      const found = this.#rejected.addBits(word, bits);
      if (hosts === undefined) return;
      hosts.addBits(word, bits);
      this.#count(before, -found);
      this.#count(reason, found);
    });
  }

  /** Reads who lacks each amount, and who could never have it, into sets; returns their number. */
  #readSets(needs: readonly Need[]): number {
    const { sets } = this.#tree.room;
    let count = 0;
    for (const { wanted, from } of needs) {
      if (!(from instanceof Supply)) continue;
      const free = this.#tree.byFree(from);
      if (wanted <= free.least) continue;
      free.below(wanted, sets.at(count++));
      const whole = this.#tree.byWhole(from);
      if (wanted > whole.least) whole.below(wanted, sets.at(count++));
    }
    return count;
  }

  /** What is said of a host, and of all that lack the same. */
  #verdictOn(host: number): Verdict {
    const before = this.#byHost.reasonOf(host);
    const reason = this.#judge.of(host);
    return { before, reason, hosts: reason === before ? undefined : this.#lackingFor(reason) };
  }

  #count(reason: number, change: number): void {
    this.counts[reason] = (this.counts[reason] ?? 0) + change;
  }

  #lackingFor(reason: number): HostSet {
    let hosts = this.#lacking.get(reason);
    if (hosts === undefined) {
      hosts = HostSet.of(this.#tree.ledger.hosts.length);
      this.#lacking.set(reason, hosts);
    }
    return hosts;
  }
}

interface Verdict {
  /** What is said of them by what they are. */
  readonly before: number;
  readonly reason: number;
  /** Where those are kept who are rejected for it; undefined where that is known by host. */
  readonly hosts: HostSet | undefined;
}
