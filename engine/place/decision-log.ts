import type { Candidate, Decision, Fix, PlacementWorkload } from "../model/placement.ts";
import { type CandidateBasis, candidateOf } from "./candidates.ts";
import type { WorkloadClass } from "./classes.ts";
import type { Draft } from "./decision.ts";
import type { Rejections } from "./explain.ts";
import type { Gate } from "./gates.ts";
import { ChunkedList, GrowingList } from "./growing-list.ts";
import type { Ledger } from "./ledger.ts";
import type { Past } from "./past.ts";
import type { Row } from "./row.ts";
import { TERMS } from "./score.ts";
import type { ScoreValues } from "./scores/parted.ts";
import type { Seat } from "./seating.ts";
import type { Waiting } from "./waiting.ts";

/** What decided, where it is none of `TERMS`. */
const BEYOND_TERMS = ["name", "only", "stays", "balance"] as const;
const NAMES: readonly string[] = [...TERMS, ...BEYOND_TERMS];

/** Position among the things that decide, of which the name is the one that follows the terms. */
export const DECIDED_BY_NOBODY_ELSE: number = NAMES.indexOf("only");
/** Another host was the best when it was chosen, and this one once all were placed. */
const DECIDED_BY_BALANCE: number = NAMES.indexOf("balance");
export const DECIDED_BY_STAYING: number = NAMES.indexOf("stays");

const NOBODY = -1;
const NO_FIXES: readonly Fix[] = [];

/** Reads Kubernetes' scores of a host as it then is. */
type ScoresOf = (host: number) => ScoreValues;

/** What all decisions of one class share. */
export interface DecisionBasis {
  readonly workloadClass: WorkloadClass;
  readonly cards: CandidateBasis;
}

/** What a row of decisions of one class have in common. */
export interface Chapter {
  readonly basis: DecisionBasis;
  readonly rejections: Rejections;
  readonly hostsFeasible: number;
  /** Read the scores of the best host and of the second as they are now. */
  readonly scoresOf: readonly [first: ScoresOf, second: ScoresOf];
}

/** What was found out when a decision was made. */
interface Finding {
  readonly workload: PlacementWorkload;
  readonly chapter: Chapter;
  readonly host: number;
  /** `TERMS`, and what is beyond them. */
  readonly decidedBy: number;
  /** Candidates that have to be written at once, or hosts that may be written later. */
  readonly candidates: readonly Candidate[] | readonly number[];
}

/** Where members that are decided about in a row come from, and where their decisions go. */
interface RowBatch {
  readonly newcomers: Waiting;
  readonly from: number;
  readonly drafts: Draft[];
}

/**
 * What was decided about everything that found a host, in columns: plans hold many decisions of
 * which few are read.
 */
export class DecisionLog {
  readonly ledger: Ledger;
  readonly past: Past;
  readonly #workloads = new ChunkedList<PlacementWorkload>();
  readonly #hosts = new GrowingList();
  readonly #decidedBy = new GrowingList();
  /** The best host and the second, as they were at a version of the ledger. */
  readonly #shown = [new GrowingList(), new GrowingList()] as const;
  readonly #versions = new GrowingList();
  /** Number of the chapter of each decision. */
  readonly #chapterOf = new GrowingList();
  readonly #chapters: Chapter[] = [];
  readonly #written = new Map<number, readonly Candidate[]>();

  constructor(ledger: Ledger, past: Past) {
    this.ledger = ledger;
    this.past = past;
  }

  add({ workload, chapter, host, decidedBy, candidates }: Finding): PlacedDecision {
    const [first, second] = candidates;
    const index = this.#workloads.length;
    if (typeof first === "object") this.#written.set(index, candidates as readonly Candidate[]);
    this.#workloads.push(workload);
    this.#hosts.push(host);
    this.#decidedBy.push(decidedBy);
    this.#shown[0].push(typeof first === "number" ? first : NOBODY);
    this.#shown[1].push(typeof second === "number" ? second : NOBODY);
    this.#versions.push(this.ledger.version);
    if (this.#chapters.at(-1) !== chapter) this.#chapters.push(chapter);
    this.#chapterOf.push(this.#chapters.length - 1);
    return this.newcomer(index);
  }

  /**
   * Takes down what was decided in a row about some newcomers, from one of them on, and puts the
   * decisions at the end of `drafts`. The ledger has seated them since, and nobody else.
   */
  addRow({ length, hosts, seconds, decidedBy }: Row, chapter: Chapter, batch: RowBatch): void {
    const { newcomers, from, drafts } = batch;
    this.#chapterOf.appendSteps(this.#chapters.push(chapter) - 1, 0, length);
    this.#hosts.append(hosts, length);
    this.#decidedBy.append(decidedBy, length);
    this.#shown[0].append(hosts, length);
    this.#shown[1].append(seconds, length);
    this.#versions.appendSteps(this.ledger.version - length, 1, length);
    for (let at = from; at < from + length; at++) {
      drafts.push(new PlacedDecision(this, this.#workloads.length));
      this.#workloads.push(newcomers.workload(at));
    }
  }

  /** Number of decisions. */
  get length(): number {
    return this.#workloads.length;
  }

  /** Key and seat of whom a decision is about. */
  newcomer(index: number): PlacedDecision {
    return new PlacedDecision(this, index);
  }

  /** Decides anew that a workload, which is on no host right now, gets another one. */
  change(index: number, host: number): PlacedDecision {
    const known = this.chapter(index);
    const [scoresOf] = known.scoresOf;
    const first = candidateOf(host, scoresOf(host), known.basis.cards);
    const written = this.#written.get(index)?.filter((each) => each.host !== first.host);
    return this.add({
      workload: this.workload(index),
      chapter: { ...known, scoresOf: [scoresOf, scoresOf] },
      host,
      decidedBy: DECIDED_BY_BALANCE,
      candidates: written === undefined ? [host, this.host(index)] : [first, ...written],
    });
  }

  workload(index: number): PlacementWorkload {
    const workload = this.#workloads.at(index);
    if (workload === undefined) throw new Error("no such decision");
    return workload;
  }

  host(index: number): number {
    return this.#hosts.at(index);
  }

  decidedBy(index: number): string {
    return NAMES[this.#decidedBy.at(index)] ?? "";
  }

  chapter(index: number): Chapter {
    const chapter = this.#chapters[this.#chapterOf.at(index)];
    if (chapter === undefined) throw new Error("no such decision");
    return chapter;
  }

  candidates(index: number): readonly Candidate[] {
    const { basis, scoresOf } = this.chapter(index);
    const written = this.#written.get(index);
    if (written !== undefined) return written;
    const version = this.#versions.at(index);
    return this.#shown.flatMap((hosts, place) => {
      const shown = hosts.at(index);
      const valuesOf = scoresOf[place];
      if (shown === NOBODY || valuesOf === undefined) return [];
      return this.past.asItWas(version, shown, (host) =>
        candidateOf(host, valuesOf(host), basis.cards),
      );
    });
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
    const { workloadClass } = this.#log.chapter(this.#index).basis;
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
    return this.#log.chapter(this.#index).rejections.rejected;
  }

  get rejectedCounts(): Decision["rejectedCounts"] {
    return this.#log.chapter(this.#index).rejections.rejectedCounts;
  }

  get hostsConsidered(): number {
    return this.#log.ledger.hosts.length;
  }

  get hostsFeasible(): number {
    return this.#log.chapter(this.#index).hostsFeasible;
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
