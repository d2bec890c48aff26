import type { Applicant } from "./applicant.ts";
import { type Filter, PASS, type Trait } from "./filters/filter.ts";
import type { HostKinds } from "./host-kinds.ts";
import type { Ledger } from "./ledger.ts";
import { Tally } from "./tally.ts";

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
  readonly lots: readonly (readonly number[])[];
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

/** What the filters that look at host and workload alone found, per host. */
export class HostVerdicts {
  /** Who is rejected, each by the first failing filter. */
  readonly tally: Tally;
  readonly #inquiry: Inquiry;
  #failing: Int32Array | undefined;

  constructor(inquiry: Inquiry, reasonMax: number) {
    this.#inquiry = inquiry;
    this.tally = Tally.ofFeasible(inquiry.ledger.hosts.length, reasonMax);
    for (const placed of inquiry.filters) {
      for (const { reason, lots, isAllBut } of failuresOf(placed.filter, inquiry)) {
        const number = placed.firstReason + reason + 1;
        if (isAllBut) this.tally.rejectAllBut(lots, number);
        else this.tally.rejectAll(lots, number);
      }
    }
  }

  /** First failing filter's reason number plus 1; 0 where all pass. */
  get reasons(): Int16Array {
    return this.tally.reasons;
  }

  get passing(): number {
    return this.tally.counts[0] ?? 0;
  }

  /** A bit for every failing filter, by its position among all; worked out when it is asked for. */
  get failing(): Int32Array {
    this.#failing ??= this.#bits();
    return this.#failing;
  }

  #bits(): Int32Array {
    const { ledger, filters } = this.#inquiry;
    const failing = new Int32Array(ledger.hosts.length);
    for (const { order, filter } of filters) {
      for (const { lots, isAllBut } of failuresOf(filter, this.#inquiry)) {
        const isMeant = new Uint8Array(failing.length).fill(isAllBut ? 1 : 0);
        for (const host of lots.flat()) isMeant[host] = isAllBut ? 0 : 1;
        isMeant.forEach((is, host) => {
          failing[host] = (failing[host] ?? 0) | (is << order);
        });
      }
    }
    return failing;
  }
}

function failuresOf(filter: Filter, { applicant, ledger, kinds }: Inquiry): readonly Failure[] {
  const test = (host: number): number => filter.test(host, applicant, ledger);
  const traits = kinds === undefined ? undefined : filter.traits?.(applicant, ledger);
  if (kinds === undefined || traits === undefined) return failuresOfEach(ledger.hosts.length, test);
  return traits.flatMap((trait) => failuresOfKinds(trait, kinds.of(trait), test));
}

function failuresOfEach(hostCount: number, test: (host: number) => number): readonly Failure[] {
  const byReason = new Map<number, number[]>();
  for (let host = 0; host < hostCount; host++) {
    const reason = test(host);
    if (reason === PASS) continue;
    const hosts = byReason.get(reason);
    if (hosts === undefined) byReason.set(reason, [host]);
    else hosts.push(host);
  }
  return [...byReason].map(([reason, hosts]) => ({ reason, lots: [hosts], isAllBut: false }));
}

/** One host of each kind is asked, and one for all whose value nobody names. */
function failuresOfKinds(
  { only, passes }: Trait,
  kinds: ReadonlyMap<string, readonly number[]>,
  test: (host: number) => number,
): readonly Failure[] {
  const isFine = ([host = 0]: readonly number[]): boolean =>
    passes === undefined ? test(host) === PASS : passes(host);
  const named = only === undefined ? kinds.keys() : new Set(only);
  const asked = [...named]
    .flatMap((value) => [kinds.get(value) ?? []])
    .filter((each) => each.length > 0);
  const rest = only === undefined ? undefined : kindBeside(only, kinds);
  const reasonOf = ([host = 0]: readonly number[]): number => test(host);
  if (rest === undefined || isFine(rest)) {
    return asked
      .filter((hosts) => !isFine(hosts))
      .map((hosts) => ({ reason: reasonOf(hosts), lots: [hosts], isAllBut: false }));
  }
  const fine = asked.filter((hosts) => isFine(hosts));
  return [{ reason: reasonOf(rest), lots: fine, isAllBut: true }];
}

/** The hosts with some value that is not named. */
function kindBeside(
  named: readonly string[],
  kinds: ReadonlyMap<string, readonly number[]>,
): readonly number[] | undefined {
  for (const [value, hosts] of kinds) {
    if (!named.includes(value)) return hosts;
  }
  return undefined;
}
