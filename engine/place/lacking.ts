import type { Applicant } from "./applicant.ts";
import { ScarceSupply } from "./extended-table.ts";
import { Judge } from "./judge.ts";
import type { Ledger } from "./ledger.ts";
import { busyFilters, type HostVerdicts, REASONS } from "./verdict.ts";

/** A name that no resource has: who asks for it finds none of it anywhere. */
const UNKNOWN_RESOURCE = "";

/** What filters hold against hosts that have nothing of a resource that is asked for. */
export class Lacking {
  /** Reason number of each host. */
  readonly reasons: Int16Array;
  /** Hosts by reason number. */
  readonly counts: Int32Array = new Int32Array(REASONS.length + 1);
  readonly #judge: Judge;
  readonly #ledger: Ledger;
  #cursor: number;

  constructor(judge: Judge, ledger: Ledger) {
    this.reasons = new Int16Array(ledger.hosts.length);
    this.#judge = judge;
    this.#ledger = ledger;
    this.#cursor = ledger.version;
    judge.all(this.reasons);
    for (const reason of this.reasons) this.#count(reason, 1);
  }

  /** Follows the ledger. */
  sync(): void {
    const { version } = this.#ledger;
    for (; this.#cursor < version; this.#cursor++) {
      const host = this.#ledger.changedAt(this.#cursor);
      this.#count(this.reasons[host] ?? 0, -1);
      this.reasons[host] = this.#judge.of(host);
      this.#count(this.reasons[host] ?? 0, 1);
    }
  }

  #count(reason: number, by: number): void {
    this.counts[reason] = (this.counts[reason] ?? 0) + by;
  }
}

/** What is held against such hosts, which is the same for classes that differ in the resource. */
export class LackingTable {
  readonly #known = new Map<HostVerdicts, Map<string, Lacking>>();

  /** Undefined for a class of which more than amounts is asked. */
  of(applicant: Applicant, ledger: Ledger, hostVerdicts: HostVerdicts): Lacking | undefined {
    const busy = busyFilters(applicant, ledger);
    const name = amountsOf(applicant, ledger, busy);
    if (name === undefined) return undefined;
    let alike = this.#known.get(hostVerdicts);
    if (alike === undefined) this.#known.set(hostVerdicts, (alike = new Map<string, Lacking>()));
    let lacking = alike.get(name);
    if (lacking === undefined) {
      const judge = new Judge(withoutHost(applicant), ledger, hostVerdicts, busy);
      lacking = new Lacking(judge, ledger);
      alike.set(name, lacking);
    }
    return lacking;
  }
}

/** The amounts that are asked for, extended resources aside; undefined where more is asked. */
function amountsOf(
  applicant: Applicant,
  ledger: Ledger,
  busy: ReturnType<typeof busyFilters>,
): string | undefined {
  let amounts = "";
  for (const [order, { needs }] of busy) {
    if (needs === undefined) return undefined;
    amounts += `/${order}`;
    for (const { wanted, from } of needs(applicant, ledger)) {
      if (!(from instanceof ScarceSupply)) amounts += ` ${wanted}`;
    }
  }
  return amounts;
}

/** The same asking for what no host has. */
const withoutHost = (applicant: Applicant): Applicant => ({
  ...applicant,
  workloadClass: { ...applicant.workloadClass, extended: [[UNKNOWN_RESOURCE, 1]] },
});
