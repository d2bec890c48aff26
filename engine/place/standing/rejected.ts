import type { HostSet } from "../basics/host-set.ts";
import type { Standing } from "./standing.ts";

/** Mostly nobody is rejected, and there may be thousands of lists of them. */
const NOBODY: ReadonlySet<number> = new Set();
const NO_FIRSTS: ReadonlyMap<number, number> = new Map();

/**
 * Rejected hosts that are named in an explanation: the first of every reason, then the first
 * others, in host order. They are looked for anew only after a change that may concern them, which
 * most changes do not: hosts that come later are not named as long as earlier ones are rejected.
 */
export class NamedHosts {
  /** Grows when others have to be named, or when what is said of these may be stale. */
  version = 0;
  readonly #find: (countMax: number) => readonly number[];
  readonly #reasonOf: (host: number) => number;
  #countMax = -1;
  #isStale = true;
  #hosts: readonly number[] = [];
  #isNamed: ReadonlySet<number> = NOBODY;
  /** By reason the first host, as far as it is named. */
  #firsts: ReadonlyMap<number, number> = NO_FIRSTS;
  /** The last host that is named, and the last one that is not the first of its reason. */
  #last = -1;
  #lastOther = -1;

  constructor(find: (countMax: number) => readonly number[], reasonOf: (host: number) => number) {
    this.#find = find;
    this.#reasonOf = reasonOf;
  }

  first(countMax: number): readonly number[] {
    if (this.#isStale || countMax !== this.#countMax) this.#read(countMax);
    return this.#hosts;
  }

  /**
   * Takes note of a host that is now rejected for a reason, or let pass with reason 0, or of which
   * something else is to be said than before. Of several that have one reason, before and now, the
   * first is enough: where it is not named, none of them is.
   */
  note(host: number, reason: number): void {
    if (!this.#isStale && this.#isConcernedBy(host, reason)) this.forget();
  }

  /** Takes note that something else is to be said of some hosts than before. */
  reword(isMeant: (host: number) => boolean): void {
    if (!this.#isStale && this.#hosts.some(isMeant)) this.version++;
  }

  /** Takes note of changes of any hosts. */
  forget(): void {
    this.#isStale = true;
    this.version++;
  }

  #isConcernedBy(host: number, reason: number): boolean {
    if (this.#isNamed.has(host)) return true;
    if (reason === 0) return false;
    if (this.#hosts.length < this.#countMax || host < this.#lastOther) return true;
    const first = this.#firsts.get(reason);
    if (first !== undefined) return host < first;
    return this.#firsts.size < this.#countMax || host < this.#last;
  }

  #read(countMax: number): void {
    this.#hosts = this.#find(countMax);
    this.#countMax = countMax;
    this.#isStale = false;
    this.#isNamed = NOBODY;
    this.#firsts = NO_FIRSTS;
    this.#lastOther = -1;
    this.#last = this.#hosts.at(-1) ?? -1;
    if (this.#hosts.length > 0) this.#nameAll();
  }

  #nameAll(): void {
    const firsts = new Map<number, number>();
    for (const host of this.#hosts) {
      const reason = this.#reasonOf(host);
      if (firsts.has(reason)) this.#lastOther = host;
      else firsts.set(reason, host);
    }
    this.#firsts = firsts;
    this.#isNamed = new Set(this.#hosts);
  }
}

/** Rejected hosts to be named out of some sets, where the first of every reason are known. */
export function namedAmong(
  firsts: readonly number[],
  rejected: readonly HostSet[],
  countMax: number,
): readonly number[] {
  if (firsts.length >= countMax) return firsts.toSorted(byIndex).slice(0, countMax);
  const others: number[] = [];
  for (const hosts of rejected) {
    const end = others.length + countMax;
    hosts.some((host) => others.length >= end || others.push(host) >= end);
  }
  const named = new Set(firsts);
  for (const host of others.sort(byIndex)) {
    if (named.size < countMax) named.add(host);
  }
  return [...named].sort(byIndex);
}

const byIndex = (left: number, right: number): number => left - right;

/** Rejected hosts to be named, found by a walk over all; see `Standing.rejected`. */
export function rejectedAmong(
  standing: Pick<Standing, "ledger" | "reasonCounts" | "reasonOf">,
  countMax: number,
): readonly number[] {
  let unseen = 0;
  for (let reason = 1; reason < standing.reasonCounts.length; reason++) {
    if ((standing.reasonCounts[reason] ?? 0) > 0) unseen++;
  }
  if (unseen === 0) return [];
  const first: number[] = [];
  const more: number[] = [];
  const seen: number[] = [];
  for (let host = 0; host < standing.ledger.hosts.length; host++) {
    // No more than that is shown, so that the rest of the hosts need not be looked at.
    if (unseen === 0 && first.length + more.length >= countMax) break;
    const reason = standing.reasonOf(host);
    if (reason === 0) continue;
    if (seen.includes(reason)) {
      if (more.length < countMax) more.push(host);
      continue;
    }
    first.push(host);
    seen.push(reason);
    unseen--;
  }
  // With one reason they are in order already.
  if (seen.length <= 1) return [...first, ...more].slice(0, countMax);
  return [...first, ...more].slice(0, countMax).sort((left, right) => left - right);
}
