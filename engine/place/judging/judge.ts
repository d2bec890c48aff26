import type { Applicant } from "../classes/applicant.ts";
import { type Filter, type Need, PASS } from "../filters/filter.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Stock } from "../ledger/supply.ts";
import { busyFilters, type HostVerdicts, judge, numberOfReason } from "./verdict.ts";

/** Stands for a host that lacks an amount until the filters have said which. */
const LACKING = -1;

/**
 * Judges hosts for one class. Most classes ask for amounts alone, which are compared for all hosts
 * at once; the filters themselves are asked about hosts that lack one, and for everything else.
 */
export class Judge {
  readonly #applicant: Applicant;
  readonly #ledger: Ledger;
  readonly #known: {
    readonly hostVerdicts: HostVerdicts;
    readonly busy: ReturnType<typeof busyFilters>;
  };
  readonly #needs: readonly Need[];
  /** Filters that compare more than amounts. */
  readonly #others: readonly Filter[];
  readonly #turns: readonly (() => number)[];
  readonly #knownTurns: number[];

  /** `busy` may leave out filters that somebody else asks. */
  constructor(
    applicant: Applicant,
    ledger: Ledger,
    hostVerdicts: HostVerdicts,
    busy: ReturnType<typeof busyFilters> = busyFilters(applicant, ledger),
  ) {
    this.#applicant = applicant;
    this.#ledger = ledger;
    this.#known = { hostVerdicts, busy };
    const needs: Need[] = [];
    const others: Filter[] = [];
    for (const [, filter] of busy) {
      if (filter.needs === undefined) others.push(filter);
      for (const need of filter.needs?.(applicant, ledger) ?? []) {
        if (need.wanted > 0) needs.push(need);
      }
    }
    this.#needs = needs;
    this.#others = others;
    this.#turns = others.flatMap((filter) => filter.turnsOf?.(applicant) ?? []);
    this.#knownTurns = this.#turns.map((turns) => turns());
  }

  /** True while a placement has changed what is said of its own host only. */
  isSteady(): boolean {
    for (let index = 0; index < this.#turns.length; index++) {
      if (this.#turns[index]?.() !== this.#knownTurns[index]) return false;
    }
    return true;
  }

  /** Takes note that all hosts are judged anew. */
  settle(): void {
    for (let index = 0; index < this.#turns.length; index++) {
      this.#knownTurns[index] = this.#turns[index]?.() ?? 0;
    }
  }

  /** All that is asked of what runs, where that is amounts and nothing else. */
  get amounts(): readonly Need[] | undefined {
    return this.#others.length === 0 ? this.#needs : undefined;
  }

  /** No filter that is asked of what runs has a reason with a lower number. */
  get firstReason(): number {
    const [first] = this.#known.busy;
    return first === undefined ? Number.POSITIVE_INFINITY : numberOfReason(first[0], 0);
  }

  /** Who is rejected by what it is, whatever runs there. */
  get byHost(): HostVerdicts {
    return this.#known.hostVerdicts;
  }

  /** True when no filter rejects the host. */
  passes(host: number): boolean {
    return !this.#known.hostVerdicts.rejected.has(host) && this.#isOpen(host);
  }

  /** Reason number plus 1 of the first filter that rejects the host; 0 when it is feasible. */
  of(host: number): number {
    if (this.passes(host)) return 0;
    return judge(host, this.#applicant, this.#ledger, this.#known);
  }

  /** Writes what `of` says of every host; true when it lets all of them pass. */
  all(reasons: Int16Array): boolean {
    const { hostVerdicts } = this.#known;
    reasons.set(hostVerdicts.reasons);
    let isOpen = this.#others.length === 0 && hostVerdicts.passing === reasons.length;
    for (const { wanted, from } of this.#needs) {
      if (from.isPlenty(wanted)) continue;
      markLacking(from, wanted, reasons);
      isOpen = false;
    }
    if (isOpen) return true;
    for (let host = 0; host < reasons.length; host++) {
      if (reasons[host] === 0 && this.#passesOthers(host)) continue;
      reasons[host] = judge(host, this.#applicant, this.#ledger, this.#known);
    }
    return false;
  }

  #isOpen(host: number): boolean {
    for (const { wanted, from } of this.#needs) {
      if (!from.has(host, wanted)) return false;
    }
    return this.#passesOthers(host);
  }

  #passesOthers(host: number): boolean {
    for (const filter of this.#others) {
      if (filter.test(host, this.#applicant, this.#ledger) !== PASS) return false;
    }
    return true;
  }
}

function markLacking(supply: Stock, wanted: number, reasons: Int16Array): void {
  for (let host = 0; host < reasons.length; host++) {
    if (!supply.has(host, wanted)) reasons[host] = LACKING;
  }
}
