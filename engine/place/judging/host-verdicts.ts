import type { Applicant } from "../classes/applicant.ts";
import { type Filter, PASS, type Trait } from "../filters/filter.ts";
import type { HostKind, HostKinds, Kinds } from "./host-kinds.ts";
import { HostSet } from "../basics/host-set.ts";
import type { Ledger } from "../ledger/ledger.ts";

/** A filter with its position among all, and the number of its first reason. */
export interface PlacedFilter {
  readonly order: number;
  readonly firstReason: number;
  readonly filter: Filter;
}

/** Hosts that one filter rejects for one reason. */
interface Failure {
  /** Position in the reasons of the filter. */
  readonly reason: number;
  readonly kinds: readonly Pick<HostKind, "addTo">[];
  /** True where it is all hosts but these. */
  readonly isAllBut: boolean;
}

/** What is asked about a class: by which filters, and which hosts may be asked together. */
interface Inquiry {
  readonly applicant: Applicant;
  readonly ledger: Ledger;
  readonly filters: readonly PlacedFilter[];
  /** Absent: every host is asked. */
  readonly kinds: HostKinds | undefined;
}

/** Hosts that are rejected for one reason, by its number plus 1. */
interface Rejection {
  readonly number: number;
  readonly hosts: HostSet;
}

/** What the filters that look at host and workload alone found, each host by the first failing. */
export class HostVerdicts {
  /** Whom some filter rejects. */
  readonly rejected: HostSet;
  /** Hosts by reason number; position 0 counts those that pass. */
  readonly counts: Int32Array;
  readonly #inquiry: Inquiry;
  readonly #rejections: Rejection[] = [];
  #reasons: Int16Array | undefined;
  #failing: Int32Array | undefined;

  constructor(inquiry: Inquiry, reasonMax: number) {
    const hostCount = inquiry.ledger.hosts.length;
    this.#inquiry = inquiry;
    this.rejected = HostSet.of(hostCount);
    this.counts = new Int32Array(reasonMax + 1);
    this.counts[0] = hostCount;
    const found = HostSet.of(hostCount);
    for (const { filter, firstReason } of inquiry.filters) {
      for (const failure of failuresOf(filter, inquiry)) {
        readInto(found, failure, hostCount);
        this.#reject(found, firstReason + failure.reason + 1);
      }
    }
  }

  #reject(found: HostSet, number: number): void {
    found.subtract(this.rejected);
    const count = found.count();
    if (count === 0) return;
    this.counts[number] = (this.counts[number] ?? 0) + count;
    this.counts[0] = this.passing - count;
    this.rejected.unite(found);
    const known = this.#rejections.find((each) => each.number === number);
    if (known === undefined) this.#rejections.push({ number, hosts: found.copy() });
    else known.hosts.unite(found);
  }

  /** Who is rejected for what. */
  get rejections(): readonly Rejection[] {
    return this.#rejections;
  }

  get passing(): number {
    return this.counts[0] ?? 0;
  }

  /** First failing filter's reason number plus 1; 0 for a host that passes. */
  reasonOf(host: number): number {
    if (!this.rejected.has(host)) return 0;
    return this.#rejections.find(({ hosts }) => hosts.has(host))?.number ?? 0;
  }

  /** The first host of which it is true among those that are rejected for a reason. */
  firstOf(reason: number, isMeant: (host: number) => boolean): number | undefined {
    return this.#rejections.find(({ number }) => number === reason)?.hosts.first(isMeant);
  }

  /** The reasons of all hosts; worked out when they are asked for. */
  get reasons(): Int16Array {
    if (this.#reasons !== undefined) return this.#reasons;
    const reasons = new Int16Array(this.#inquiry.ledger.hosts.length);
    for (const { number, hosts } of this.#rejections) {
      hosts.some((host) => {
        reasons[host] = number;
        return false;
      });
    }
    this.#reasons = reasons;
    return reasons;
  }

  /** A bit for every failing filter, by its position among all; worked out when it is asked for. */
  get failing(): Int32Array {
    this.#failing ??= this.#bits();
    return this.#failing;
  }

  #bits(): Int32Array {
    const { ledger, filters } = this.#inquiry;
    const failing = new Int32Array(ledger.hosts.length);
    const found = HostSet.of(failing.length);
    for (const { order, filter } of filters) {
      for (const failure of failuresOf(filter, this.#inquiry)) {
        readInto(found, failure, failing.length);
        found.some((host) => {
          failing[host] = (failing[host] ?? 0) | (1 << order);
          return false;
        });
      }
    }
    return failing;
  }
}

function readInto(set: HostSet, { kinds, isAllBut }: Failure, hostCount: number): void {
  set.clear();
  for (const kind of kinds) kind.addTo(set);
  if (isAllBut) set.invert(hostCount);
}

function failuresOf(filter: Filter, { applicant, ledger, kinds }: Inquiry): readonly Failure[] {
  const test = (host: number): number => filter.test(host, applicant, ledger);
  const traits = kinds === undefined ? undefined : filter.traits?.(applicant, ledger);
  if (kinds === undefined || traits === undefined) return failuresOfEach(ledger.hosts.length, test);
  // Where a filter has one reason only it need not be asked which one it is.
  const reasonOf = filter.reasons.length === 1 ? () => 0 : test;
  return traits.flatMap((trait) => {
    const { passes, only } = trait;
    const isFine = (value: string | undefined, kind: HostKind): boolean =>
      passes === undefined ? test(kind.sample) === PASS : passes(value);
    return failuresOfKinds(kinds.of(trait), { isFine, reasonOf, only });
  });
}

function failuresOfEach(hostCount: number, test: (host: number) => number): readonly Failure[] {
  const byReason = new Map<number, HostSet>();
  for (let host = 0; host < hostCount; host++) {
    const reason = test(host);
    if (reason === PASS) continue;
    let hosts = byReason.get(reason);
    if (hosts === undefined) byReason.set(reason, (hosts = HostSet.of(hostCount)));
    hosts.add(host);
  }
  return [...byReason].map(([reason, hosts]) => {
    const addTo = (set: HostSet): void => set.unite(hosts);
    return { reason, kinds: [{ addTo }], isAllBut: false };
  });
}

/** How kinds of hosts are judged by their value or by any host of each. */
interface Ruling {
  readonly isFine: (value: string | undefined, kind: HostKind) => boolean;
  /** Why a host is rejected. */
  readonly reasonOf: (host: number) => number;
  /** The only values that may be answered in another way than any other; absent: all may. */
  readonly only: Trait["only"] | undefined;
}

/** One host of each kind is asked, and one for all whose value nobody names. */
function failuresOfKinds(kinds: Kinds, { isFine, reasonOf, only }: Ruling): readonly Failure[] {
  const fine: HostKind[] = [];
  const failing: HostKind[] = [];
  for (const value of only ?? kinds.keys()) {
    const kind = kinds.get(value);
    if (kind !== undefined) (isFine(value, kind) ? fine : failing).push(kind);
  }
  const rest = only === undefined ? undefined : kindBeside(only, kinds);
  if (rest !== undefined && !isFine(...rest)) {
    return [{ reason: reasonOf(rest[1].sample), kinds: fine, isAllBut: true }];
  }
  const byReason = new Map<number, HostKind[]>();
  for (const kind of failing) {
    const reason = reasonOf(kind.sample);
    const known = byReason.get(reason);
    if (known === undefined) byReason.set(reason, [kind]);
    else known.push(kind);
  }
  return [...byReason].map(([reason, each]) => ({ reason, kinds: each, isAllBut: false }));
}

/** The hosts with some value that is not named. */
function kindBeside(
  named: NonNullable<Trait["only"]>,
  kinds: Kinds,
): readonly [string | undefined, HostKind] | undefined {
  for (const each of kinds) {
    if (!named.includes(each[0])) return each;
  }
  return undefined;
}
