import type { Candidate, PlacementWorkload } from "../../model/placement.ts";
import { ChunkedList, GrowingList } from "../basics/growing-list.ts";
import type { WorkloadClass } from "../classes/classes.ts";
import { type CandidateBasis, candidateOf } from "../judging/candidates.ts";
import { TERMS } from "../judging/score.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { ScoreValues } from "../scores/parted.ts";
import type { Row } from "../standing/row.ts";
import type { Rejections } from "./explain.ts";
import type { Past } from "./past.ts";
import { PlacedDecision } from "./placed-decision.ts";
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

/** Decisions that follow each other. */
interface Page {
  readonly chapter: Chapter;
  /** Place of the first of them in the log. */
  readonly start: number;
  /** Whom they are about, where that was decided in a row; undefined: they are singles. */
  readonly newcomers: Waiting | undefined;
  /** Place of the first of them among the newcomers or the singles. */
  readonly from: number;
  /** Of the ledger before the first of a row; each next decision follows the change of the last. */
  readonly version: number;
}

/** What is kept of whoever is decided about alone. */
class Singles {
  readonly workloads = new ChunkedList<PlacementWorkload>();
  readonly hosts = new GrowingList();
  /** The best host, as it was at a version of the ledger. */
  readonly firsts = new GrowingList();
  readonly versions = new GrowingList();
}

/**
 * What was decided about everything that found a host, in columns: plans hold many decisions of
 * which few are read. What is decided in a row is read back from the changes of the ledger.
 */
export class DecisionLog {
  readonly ledger: Ledger;
  readonly past: Past;
  readonly #pages: Page[] = [];
  /** The page that was read last: most read one decision after the other. */
  #opened = 0;
  readonly #decidedBy = new GrowingList();
  readonly #seconds = new GrowingList();
  readonly #singles = new Singles();
  readonly #written = new Map<number, readonly Candidate[]>();

  constructor(ledger: Ledger, past: Past) {
    this.ledger = ledger;
    this.past = past;
  }

  /** Makes room for so many decisions at once. */
  expect(decisions: number): void {
    this.#decidedBy.expect(decisions);
    this.#seconds.expect(decisions);
  }

  add({ workload, chapter, host, decidedBy, candidates }: Finding): PlacedDecision {
    const [first, second] = candidates;
    const singles = this.#singles;
    const index = this.length;
    if (typeof first === "object") this.#written.set(index, candidates as readonly Candidate[]);
    const last = this.#pages.at(-1);
    if (last?.chapter !== chapter || last.newcomers !== undefined) {
      const from = singles.workloads.length;
      this.#pages.push({ chapter, start: index, from, newcomers: undefined, version: 0 });
    }
    this.#decidedBy.push(decidedBy);
    this.#seconds.push(typeof second === "number" ? second : NOBODY);
    singles.workloads.push(workload);
    singles.hosts.push(host);
    singles.firsts.push(typeof first === "number" ? first : NOBODY);
    singles.versions.push(this.ledger.version);
    return new PlacedDecision(this, index);
  }

  /**
   * Takes down what was decided in a row about newcomers, from one of them on. The ledger has
   * seated them since, and nobody else.
   */
  addRow(
    { length, seconds, decidedBy }: Row,
    chapter: Chapter,
    newcomers: Waiting,
    from: number,
  ): void {
    const version = this.ledger.version - length;
    this.#pages.push({ chapter, start: this.length, newcomers, from, version });
    this.#decidedBy.append(decidedBy, length);
    this.#seconds.append(seconds, length);
  }

  /** Number of decisions. */
  get length(): number {
    return this.#decidedBy.length;
  }

  /** Key and seat of whom a decision is about. */
  newcomer(index: number): { readonly key: string; readonly seat: Seat } {
    const { workloadClass } = this.chapter(index).basis;
    return { key: this.workload(index).key, seat: { workloadClass, host: this.host(index) } };
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
    const { newcomers, start, from } = this.#pageOf(index);
    const place = from + index - start;
    const workload =
      newcomers === undefined ? this.#singles.workloads.at(place) : newcomers.workload(place);
    if (workload === undefined) throw new Error("no such decision");
    return workload;
  }

  host(index: number): number {
    const { newcomers, start, from, version } = this.#pageOf(index);
    return newcomers === undefined
      ? this.#singles.hosts.at(from + index - start)
      : this.ledger.changedAt(version + index - start);
  }

  decidedBy(index: number): string {
    return NAMES[this.#decidedBy.at(index)] ?? "";
  }

  chapter(index: number): Chapter {
    return this.#pageOf(index).chapter;
  }

  candidates(index: number): readonly Candidate[] {
    const { basis, scoresOf } = this.chapter(index);
    const written = this.#written.get(index);
    if (written !== undefined) return written;
    const { first, version } = this.#foundAt(index);
    return [first, this.#seconds.at(index)].flatMap((shown, place) => {
      const valuesOf = scoresOf[place];
      if (shown === NOBODY || valuesOf === undefined) return [];
      return this.past.asItWas(version, shown, (host) =>
        candidateOf(host, valuesOf(host), basis.cards),
      );
    });
  }

  /** The best host when it was decided, and the version that the ledger then had. */
  #foundAt(index: number): { readonly first: number; readonly version: number } {
    const { newcomers, start, from, version } = this.#pageOf(index);
    if (newcomers !== undefined) {
      return { first: this.host(index), version: version + index - start };
    }
    const { firsts, versions } = this.#singles;
    const place = from + index - start;
    return { first: firsts.at(place), version: versions.at(place) };
  }

  #pageOf(index: number): Page {
    const isOpened =
      this.#startOf(this.#opened) <= index && index < this.#startOf(this.#opened + 1);
    if (!isOpened) this.#opened = this.#lastFrom(index);
    const page = this.#pages[this.#opened];
    if (page === undefined) throw new Error("no such decision");
    return page;
  }

  /** Number of the last page that starts with the decision or before it. */
  #lastFrom(index: number): number {
    let [low, high] = [0, this.#pages.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#startOf(middle) <= index) low = middle;
      else high = middle;
    }
    return low;
  }

  #startOf(page: number): number {
    return this.#pages[page]?.start ?? this.length;
  }
}
