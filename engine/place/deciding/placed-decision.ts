import type { Candidate, Decision, Fix } from "../../model/placement.ts";
import type { Gate } from "../judging/gates.ts";
import type { DecisionLog } from "./decision-log.ts";
import type { Seat } from "./seating.ts";

const NO_FIXES: readonly Fix[] = [];

/** A line of the log: as any other decision, in JSON as well. */
export class PlacedDecision implements Decision {
  /** Place in the log. */
  readonly index: number;
  readonly #log: DecisionLog;
  /** Place in the order of decisions, from 1; 0 while it has none. */
  readonly #number: number;

  constructor(log: DecisionLog, index: number, number = 0) {
    this.index = index;
    this.#log = log;
    this.#number = number;
  }

  /** The same decision at another place in the order of decisions. */
  numbered(number: number): PlacedDecision {
    return new PlacedDecision(this.#log, this.index, number);
  }

  /** Class and host, as everything placed has them. */
  get seat(): Seat {
    return this.#log.newcomer(this.index).seat;
  }

  /** The same decision for another host; the workload must be on none right now. */
  changedTo(host: number): PlacedDecision {
    return this.#log.change(this.index, host);
  }

  /** Number of the host. */
  get host(): number {
    return this.#log.host(this.index);
  }

  get id(): string {
    return `d-${String(this.#number)}`;
  }

  get key(): string {
    return this.#log.workload(this.index).key;
  }

  get chosen(): string {
    return this.#log.ledger.hosts[this.host]?.name ?? "";
  }

  get from(): string | undefined {
    return this.#log.workload(this.index).at;
  }

  get decidedBy(): string {
    return this.#log.decidedBy(this.index);
  }

  get candidates(): readonly Candidate[] {
    return this.#log.candidates(this.index);
  }

  get rejected(): Decision["rejected"] {
    return this.#log.chapter(this.index).rejections.rejected;
  }

  get rejectedCounts(): Decision["rejectedCounts"] {
    return this.#log.chapter(this.index).rejections.rejectedCounts;
  }

  get hostsConsidered(): number {
    return this.#log.ledger.hosts.length;
  }

  get hostsFeasible(): number {
    return this.#log.chapter(this.index).hostsFeasible;
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
