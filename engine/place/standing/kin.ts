import { type Applicant, applicantOf } from "../classes/applicant.ts";
import type { WorkloadClass } from "../classes/classes.ts";
import { standingMarks } from "./standing-marks.ts";
import { Judge } from "../judging/judge.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { type HostOrder, hostOrder } from "./plain-order.ts";
import { policyFor } from "../classes/policy.ts";
import { NamedHosts } from "./rejected.ts";
import { PartedScores } from "../scores/parted.ts";
import { Tally } from "../judging/tally.ts";
import { busyFilters, type HostVerdictCache, type judge, REASONS } from "../judging/verdict.ts";

/** A name that no resource has: who asks for it finds none of it anywhere. */
const UNKNOWN_RESOURCE = "";

/** What filters hold against hosts that have nothing of a resource that is asked for. */
class Lacking {
  readonly tally: Tally;
  readonly #named: NamedHosts;
  readonly #judge: Judge;
  readonly #ledger: Ledger;
  #cursor: number;

  constructor(judge: Judge, ledger: Ledger) {
    this.tally = new Tally(ledger.hosts.length, REASONS.length);
    this.#judge = judge;
    this.#ledger = ledger;
    this.#cursor = ledger.version;
    const reasons = new Int16Array(ledger.hosts.length);
    judge.all(reasons);
    reasons.forEach((reason, host) => this.tally.enter(host, reason));
    this.#named = new NamedHosts(
      (countMax) => this.tally.named(countMax),
      (host) => this.tally.reasons[host] ?? 0,
    );
  }

  /** Those of them that are named; see `Standing.rejected`. */
  named(countMax: number): readonly number[] {
    return this.#named.first(countMax);
  }

  /** Follows the ledger. */
  sync(): void {
    const { version } = this.#ledger;
    for (; this.#cursor < version; this.#cursor++) {
      const host = this.#ledger.changedAt(this.#cursor);
      const before = this.tally.reasons[host] ?? 0;
      const reason = this.#judge.of(host);
      if (reason === before) continue;
      this.tally.enter(host, reason);
      this.#named.note(host, reason);
    }
  }
}

/** What classes have in common that differ in the extended resources they ask for. */
export interface Kin {
  /** One of them. */
  readonly applicant: Applicant;
  /** What judging hosts for any of them needs. */
  readonly known: Parameters<typeof judge>[3];
  readonly lacking: Lacking;
  readonly scores: PartedScores;
  /** Orders hosts for any of them. */
  readonly order: HostOrder;
}

/** The kins of one run. */
export class KinTable {
  readonly #known = new Map<number, Kin | undefined>();

  /** Undefined for a class of which more than amounts is asked. */
  of(workloadClass: WorkloadClass, ledger: Ledger, cache: HostVerdictCache): Kin | undefined {
    const number = ledger.classes.kinOf(workloadClass);
    if (!this.#known.has(number)) this.#known.set(number, kinOf(workloadClass, ledger, cache));
    return this.#known.get(number);
  }
}

function kinOf(
  workloadClass: WorkloadClass,
  ledger: Ledger,
  cache: HostVerdictCache,
): Kin | undefined {
  const applicant = applicantOf(workloadClass, ledger);
  const busy = busyFilters(applicant, ledger);
  const isOfAmounts = busy.every(([, { needs }]) => needs !== undefined);
  if (!isOfAmounts || standingMarks(applicant, ledger) !== undefined) return undefined;
  const hostVerdicts = cache.of(workloadClass, ledger);
  const judge = new Judge(withoutHost(applicant), ledger, hostVerdicts, busy);
  const scores = new PartedScores(applicant, ledger);
  const { chooser } = policyFor(workloadClass, ledger);
  const totalOf = (host: number): number => scores.own(host) + scores.shared();
  const keys = new Float64Array(ledger.hosts.length);
  return {
    applicant,
    known: { hostVerdicts, busy },
    lacking: new Lacking(judge, ledger),
    scores,
    order: hostOrder(chooser, { workloadClass, ledger, keys, totalOf }),
  };
}

/** The same asking for what no host has. */
const withoutHost = (applicant: Applicant): Applicant => ({
  ...applicant,
  workloadClass: { ...applicant.workloadClass, extended: [[UNKNOWN_RESOURCE, 1]] },
});
