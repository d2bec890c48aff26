import type { Candidate, Decision, Fix, PlacementWorkload } from "../model/placement.ts";
import { type CandidateBasis, candidateOf } from "./candidates.ts";
import type { WorkloadClass } from "./classes.ts";
import type { Rejections } from "./explain.ts";
import type { Gate } from "./gates.ts";
import { GrowingList } from "./growing-list.ts";
import type { Ledger } from "./ledger.ts";
import type { Past } from "./past.ts";
import { TERMS } from "./score.ts";
import type { ScoreValues } from "./scores/parted.ts";
import type { Seat } from "./seating.ts";

/** What decided, where it is none of `TERMS`. */
const BEYOND_TERMS = ["name", "only", "stays", "balance"] as const;
const NAMES: readonly string[] = [...TERMS, ...BEYOND_TERMS];

/** Position among the things that decide. */
export const DECIDED_BY_NAME: number = NAMES.indexOf("name");
export const DECIDED_BY_NOBODY_ELSE: number = NAMES.indexOf("only");
/** Another host was the best when it was chosen, and this one once all were placed. */
const DECIDED_BY_BALANCE: number = NAMES.indexOf("balance");
export const DECIDED_BY_STAYING: number = NAMES.indexOf("stays");

const NO_ROW = -1;
const NO_FIXES: readonly Fix[] = [];

/** Reads Kubernetes' scores of a host as it then is. */
type ScoresOf = (host: number) => ScoreValues;

/** What all decisions of one class share. */
export interface DecisionBasis {
  readonly workloadClass: WorkloadClass;
  readonly cards: CandidateBasis;
}

/** What was found out when a decision was made. */
interface Finding {
  readonly workload: PlacementWorkload;
  readonly basis: DecisionBasis;
  readonly host: number;
  /** `TERMS`, and what is beyond them. */
  readonly decidedBy: number;
  readonly rejections: Rejections;
  readonly hostsFeasible: number;
  /** Candidates that have to be written at once, or hosts that may be written later. */
  readonly candidates: readonly Candidate[] | readonly number[];
  /** Reads the scores of one of them as they are now. */
  readonly valuesOf: (host: number) => ScoresOf;
}

/**
 * What was decided about everything that found a host, in columns: plans hold many decisions of
 * which few are read.
 */
export class DecisionLog {
  readonly ledger: Ledger;
  readonly #past: Past;
  readonly #workloads: PlacementWorkload[] = [];
  readonly #hosts = new GrowingList();
  readonly #decidedBy = new GrowingList();
  readonly #feasible = new GrowingList();
  /** Rows of the best host and of the second. */
  readonly #shown = [new GrowingList(), new GrowingList()] as const;
  readonly #scores = [new Repeated<ScoresOf>(), new Repeated<ScoresOf>()] as const;
  readonly #basis = new Repeated<DecisionBasis>();
  readonly #rejections = new Repeated<Rejections>();
  readonly #written = new Map<number, readonly Candidate[]>();

  constructor(ledger: Ledger, past: Past) {
    this.ledger = ledger;
    this.#past = past;
  }

  add(finding: Finding): PlacedDecision {
    const { candidates } = finding;
    const [first, second] = candidates;
    const index = this.#workloads.length;
    this.#workloads.push(finding.workload);
    this.#hosts.push(finding.host);
    this.#decidedBy.push(finding.decidedBy);
    this.#feasible.push(finding.hostsFeasible);
    this.#show(0, typeof first === "number" ? first : undefined, finding);
    this.#show(1, typeof second === "number" ? second : undefined, finding);
    this.#basis.push(finding.basis);
    this.#rejections.push(finding.rejections);
    if (typeof first === "object") this.#written.set(index, candidates as readonly Candidate[]);
    return new PlacedDecision(this, index);
  }

  /** Decides anew that a workload, which is on no host right now, gets another one. */
  change(index: number, host: number): PlacedDecision {
    const basis = this.basis(index);
    const scoresOf = this.#scores[0].at(index);
    const first = candidateOf(host, scoresOf(host), basis.cards);
    const written = this.#written.get(index)?.filter((each) => each.host !== first.host);
    return this.add({
      workload: this.workload(index),
      basis,
      host,
      decidedBy: DECIDED_BY_BALANCE,
      rejections: this.rejections(index),
      hostsFeasible: this.hostsFeasible(index),
      candidates: written === undefined ? [host, this.host(index)] : [first, ...written],
      valuesOf: () => scoresOf,
    });
  }

  workload(index: number): PlacementWorkload {
    const workload = this.#workloads[index];
    if (workload === undefined) throw new Error("no such decision");
    return workload;
  }

  host(index: number): number {
    return this.#hosts.at(index);
  }

  decidedBy(index: number): string {
    return NAMES[this.#decidedBy.at(index)] ?? "";
  }

  hostsFeasible(index: number): number {
    return this.#feasible.at(index);
  }

  basis(index: number): DecisionBasis {
    return this.#basis.at(index);
  }

  rejections(index: number): Rejections {
    return this.#rejections.at(index);
  }

  candidates(index: number): readonly Candidate[] {
    const { cards } = this.basis(index);
    const written = this.#written.get(index);
    if (written !== undefined) return written;
    return this.#shown.flatMap((rows, place) => {
      const row = rows.at(index);
      const scoresOf = this.#scores[place]?.at(index);
      if (row === NO_ROW || scoresOf === undefined) return [];
      return this.#past.asItWas(row, (host) => candidateOf(host, scoresOf(host), cards));
    });
  }

  #show(place: 0 | 1, shown: number | undefined, { host, valuesOf }: Finding): void {
    this.#shown[place].push(shown === undefined ? NO_ROW : this.#past.keep(shown));
    this.#scores[place].push(valuesOf(shown ?? host));
  }
}

/** A column in which most entries are the one before. */
class Repeated<Value extends object> {
  readonly #values: Value[] = [];
  readonly #numbers = new GrowingList();

  push(value: Value): void {
    const last = this.#values.length - 1;
    if (this.#values[last] !== value) this.#values.push(value);
    this.#numbers.push(this.#values.length - 1);
  }

  at(index: number): Value {
    const value = this.#values[this.#numbers.at(index)];
    if (value === undefined) throw new Error("no such decision");
    return value;
  }
}

/** A line of the log: as any other decision, in JSON as well. */
export class PlacedDecision implements Decision {
  /** Place in the order of decisions, from 1. */
  number = 0;
  readonly #log: DecisionLog;
  readonly #index: number;

  constructor(log: DecisionLog, index: number) {
    this.#log = log;
    this.#index = index;
  }

  /** Class and host, as everything placed has them. */
  get seat(): Seat {
    const { workloadClass } = this.#log.basis(this.#index);
    return { workloadClass, host: this.host };
  }

  /** The same decision for another host; the workload must be on none right now. */
  changedTo(host: number): PlacedDecision {
    return this.#log.change(this.#index, host);
  }

  /** Number of the host. */
  get host(): number {
    return this.#log.host(this.#index);
  }

  get id(): string {
    return `d-${String(this.number)}`;
  }

  get key(): string {
    return this.#log.workload(this.#index).key;
  }

  get chosen(): string {
    return this.#log.ledger.hosts[this.host]?.name ?? "";
  }

  get from(): string | undefined {
    return this.#log.workload(this.#index).at;
  }

  get decidedBy(): string {
    return this.#log.decidedBy(this.#index);
  }

  get candidates(): readonly Candidate[] {
    return this.#log.candidates(this.#index);
  }

  get rejected(): Decision["rejected"] {
    return this.#log.rejections(this.#index).rejected;
  }

  get rejectedCounts(): Decision["rejectedCounts"] {
    return this.#log.rejections(this.#index).rejectedCounts;
  }

  get hostsConsidered(): number {
    return this.#log.ledger.hosts.length;
  }

  get hostsFeasible(): number {
    return this.#log.hostsFeasible(this.#index);
  }

  get gate(): Gate | undefined {
    return undefined;
  }

  get fixes(): readonly Fix[] {
    return NO_FIXES;
  }

  /** All of it, for JSON and for whoever wants plain members. */
  toJSON(): Decision {
    return {
      id: this.id,
      key: this.key,
      chosen: this.chosen,
      from: this.from,
      decidedBy: this.decidedBy,
      candidates: this.candidates,
      rejected: this.rejected,
      rejectedCounts: this.rejectedCounts,
      hostsConsidered: this.hostsConsidered,
      hostsFeasible: this.hostsFeasible,
      gate: this.gate,
      fixes: this.fixes,
    };
  }
}
