import { HostSet } from "./host-set.ts";

const NOBODY = -1;
/** Somebody, but it is not known who. */
const UNKNOWN = -2;

/** Hosts in some lists. */
type Lots = readonly (readonly number[])[];

/** Who is rejected for what: each host, how many for each reason, and the first for each. */
export class Tally {
  /** Reason number of each host; 0 is feasible. */
  readonly reasons: Int16Array;
  /** Hosts by reason number. */
  readonly counts: Int32Array;
  readonly #rejected: HostSet;
  readonly #firsts: Int32Array;

  private constructor(
    reasons: Int16Array,
    counts: Int32Array,
    rest: { readonly rejected: HostSet; readonly firsts: Int32Array },
  ) {
    this.reasons = reasons;
    this.counts = counts;
    this.#rejected = rest.rejected;
    this.#firsts = rest.firsts;
  }

  /** All hosts are feasible; reasons are numbered from 1. */
  static ofFeasible(hostCount: number, reasonMax: number): Tally {
    const counts = new Int32Array(reasonMax + 1);
    counts[0] = hostCount;
    const firsts = new Int32Array(reasonMax + 1).fill(NOBODY);
    const rejected = HostSet.of(hostCount);
    return new Tally(new Int16Array(hostCount), counts, { rejected, firsts });
  }

  copy(): Tally {
    const rest = { rejected: this.#rejected.copy(), firsts: this.#firsts.slice() };
    return new Tally(this.reasons.slice(), this.counts.slice(), rest);
  }

  /** Enters why a host is rejected from now on; 0 lets it pass. */
  enter(host: number, reason: number): void {
    const before = this.reasons[host] ?? 0;
    if (reason === before) return;
    this.reasons[host] = reason;
    this.counts[before] = (this.counts[before] ?? 0) - 1;
    this.counts[reason] = (this.counts[reason] ?? 0) + 1;
    if (this.#firsts[before] === host) this.#firsts[before] = UNKNOWN;
    if (reason === 0) {
      this.#rejected.delete(host);
      return;
    }
    this.#rejected.add(host);
    const first = this.#firsts[reason] ?? NOBODY;
    if (first === NOBODY || first > host) this.#firsts[reason] = host;
  }

  /** Enters a reason for those of some hosts that are feasible so far. */
  rejectAll(lots: Lots, reason: number): void {
    for (const hosts of lots) {
      for (const host of hosts) {
        if (this.reasons[host] === 0) this.enter(host, reason);
      }
    }
  }

  /** As `rejectAll` for all hosts but some. */
  rejectAllBut(lots: Lots, reason: number): void {
    const before = this.reasons.slice();
    this.reasons.fill(reason);
    this.#rejected.some((host) => {
      this.reasons[host] = before[host] ?? 0;
      return false;
    });
    this.#rejected.fill(before.length);
    let feasible = 0;
    for (const hosts of lots) {
      for (const host of hosts) {
        this.reasons[host] = before[host] ?? 0;
        if (before[host] !== 0) continue;
        this.#rejected.delete(host);
        feasible++;
      }
    }
    this.counts[reason] = (this.counts[reason] ?? 0) + (this.counts[0] ?? 0) - feasible;
    this.counts[0] = feasible;
    this.#firsts[reason] = UNKNOWN;
  }

  /** The first of every reason, then more, in host order; see `Standing.rejected`. */
  named(countMax: number): readonly number[] {
    const first: number[] = [];
    for (let reason = 1; reason < this.counts.length; reason++) {
      if ((this.counts[reason] ?? 0) > 0) first.push(this.#firstOf(reason));
    }
    const named = new Set(first.toSorted(byIndex));
    if (named.size > 0) {
      this.#rejected.some((host) => {
        if (named.size >= countMax) return true;
        named.add(host);
        return false;
      });
    }
    return [...named].slice(0, countMax).sort(byIndex);
  }

  #firstOf(reason: number): number {
    if (this.#firsts[reason] === UNKNOWN) {
      this.#rejected.some((host) => {
        if (this.reasons[host] !== reason) return false;
        this.#firsts[reason] = host;
        return true;
      });
    }
    return this.#firsts[reason] ?? NOBODY;
  }
}

const byIndex = (left: number, right: number): number => left - right;
