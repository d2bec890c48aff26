import { HostSet } from "../basics/host-set.ts";
import { namedAmong } from "../standing/rejected.ts";

const NOBODY = -1;
/** Somebody, but it is not known who. */
const UNKNOWN = -2;

/** Who is rejected for what: each host, how many for each reason, and the first for each. */
export class Tally {
  /** Reason number of each host; 0 is feasible. */
  readonly reasons: Int16Array;
  /** Hosts by reason number. */
  readonly counts: Int32Array;
  readonly #rejected: HostSet;
  readonly #firsts: Int32Array;

  /** All hosts are feasible; reasons are numbered from 1. */
  constructor(hostCount: number, reasonMax: number) {
    this.reasons = new Int16Array(hostCount);
    this.counts = new Int32Array(reasonMax + 1);
    this.counts[0] = hostCount;
    this.#rejected = HostSet.of(hostCount);
    this.#firsts = new Int32Array(reasonMax + 1).fill(NOBODY);
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

  /** The first of every reason, then more, in host order; see `Standing.rejected`. */
  named(countMax: number): readonly number[] {
    const first: number[] = [];
    for (let reason = 1; reason < this.counts.length; reason++) {
      if ((this.counts[reason] ?? 0) > 0) first.push(this.#firstOf(reason));
    }
    return namedAmong(first, [this.#rejected], countMax);
  }

  #firstOf(reason: number): number {
    if (this.#firsts[reason] === UNKNOWN) {
      const isMeant = (host: number): boolean => this.reasons[host] === reason;
      this.#firsts[reason] = this.#rejected.first(isMeant) ?? NOBODY;
    }
    return this.#firsts[reason] ?? NOBODY;
  }
}
