import type { Applicant } from "../classes/applicant.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Mark } from "../classes/marks.ts";
import { SCORES } from "./index.ts";
import type { Feasible, Score } from "./score.ts";

const NONE: Feasible = { hosts: [] };

/** Kubernetes' scores of one host, parallel to `SCORES`: 0..100, not weighted, or skipped. */
export type ScoreValues = readonly (number | undefined)[];

/** A score that a host has by itself. */
interface OwnScore {
  readonly index: number;
  readonly weight: number;
  readonly valueOf: (host: number) => number;
}

const NO_SCORE: OwnScore = { index: -1, weight: 0, valueOf: () => 0 };

/** A score that neighbours share, with its values by the position of the neighbourhood. */
interface SharedScore {
  readonly index: number;
  readonly score: Score;
  row: Float64Array;
  isSkipped: boolean;
}

/** Values of the scores that neighbours share; undefined where skipped. */
export type SharedValues = (number | undefined)[];

/** Reads all scores of a host. */
type Reader = (host: number) => ScoreValues;

const NO_VALUES = new Float64Array(0);

/** The scores that are normalised over all feasible hosts and do not come out the same for all. */
const isShared = (score: Score, applicant: Applicant, ledger: Ledger): boolean =>
  score.normalise !== undefined && score.constant?.(applicant, ledger) === undefined;

/**
 * What hosts have in common that always get the same of every normalised score; undefined where
 * all of these come out the same for every host.
 */
export function scoreMarks(applicant: Applicant, ledger: Ledger): readonly Mark[] | undefined {
  const shared = SCORES.filter((score) => isShared(score, applicant, ledger));
  if (shared.length === 0) return undefined;
  return shared.flatMap((score) => {
    if (score.marks !== undefined) return score.marks(applicant, ledger);
    const of = score.prepare(applicant, ledger, NONE);
    return of === undefined ? [] : [{ name: "", of }];
  });
}

/**
 * Kubernetes' scores of one workload in two parts: what a host has by itself, and what it shares
 * with its neighbours, which is worked out once for all of them.
 */
export class PartedScores {
  readonly #applicant: Applicant;
  readonly #ledger: Ledger;
  readonly #own: readonly OwnScore[];
  /** The first of them, which most classes have: called in places of their own they are faster. */
  readonly #firstTwo: readonly [one: OwnScore, other: OwnScore];
  readonly #shared: readonly SharedScore[];
  /** Weighted sum of the scores that come out the same for every host. */
  readonly #constant: number;
  /** These as they are shown, by score. */
  readonly #shown: ScoreValues;
  /** By the values that are shared, as a text: these are few, and decisions with one share it. */
  readonly #readers = new Map<string, Reader>();

  constructor(applicant: Applicant, ledger: Ledger) {
    this.#applicant = applicant;
    this.#ledger = ledger;
    const constants = SCORES.map((score) => score.constant?.(applicant, ledger));
    const own: OwnScore[] = [];
    const shared: SharedScore[] = [];
    let sum = 0;
    SCORES.forEach((score, index) => {
      const { weight } = score;
      const constant = constants[index];
      if (constant !== undefined) sum += weight * constant;
      else if (score.normalise !== undefined) {
        shared.push({ index, score, row: NO_VALUES, isSkipped: true });
      } else {
        const valueOf = score.prepare(applicant, ledger, NONE);
        if (valueOf !== undefined) own.push({ index, weight, valueOf });
      }
    });
    this.#own = own;
    this.#shared = shared;
    this.#constant = sum;
    const [one = NO_SCORE, other = NO_SCORE] = this.#own;
    this.#firstTwo = [one, other];
    // Alone, constants are shown; beside other scores only what upstream does not skip.
    const isSkipped = (score: Score | undefined): boolean =>
      score?.prepare(applicant, ledger, NONE) === undefined;
    this.#shown =
      shared.length === 0
        ? constants
        : constants.map((value, index) => (isSkipped(SCORES[index]) ? undefined : value));
  }

  /** Weighted sum of what depends on the host alone; follows the ledger by itself. */
  own(host: number): number {
    const [one, other] = this.#firstTwo;
    let total = one.weight * one.valueOf(host) + other.weight * other.valueOf(host);
    for (let index = 2; index < this.#own.length; index++) {
      const { weight, valueOf } = this.#own[index] ?? NO_SCORE;
      total += weight * valueOf(host);
    }
    return total;
  }

  /** True when all that depends on the host alone follows from its amounts. */
  get isOfAmounts(): boolean {
    return this.#own.every(({ index }) => SCORES[index]?.isOfAmounts === true);
  }

  /** True when neighbours share more than what comes out the same for every host. */
  get isAnyShared(): boolean {
    return this.#shared.length > 0;
  }

  /** True as long as upstream skips all that neighbours could share: nothing tells hosts apart. */
  get isQuiet(): boolean {
    return this.#shared.every(
      ({ score }) => score.prepare(this.#applicant, this.#ledger, NONE) === undefined,
    );
  }

  /** Works out the other part for one host of each neighbourhood with feasible hosts. */
  share(feasible: Feasible): void {
    const { length } = feasible.hosts;
    for (const each of this.#shared) {
      const valueOf = each.score.prepare(this.#applicant, this.#ledger, feasible);
      each.isSkipped = valueOf === undefined;
      if (valueOf === undefined) continue;
      if (each.row.length !== length) each.row = new Float64Array(length);
      for (let at = 0; at < length; at++) each.row[at] = valueOf(feasible.hosts[at] ?? 0);
      each.score.normalise?.(each.row);
    }
  }

  /** Reads what the neighbours at a position share; true when it is not what they have kept. */
  read(position: number, kept: SharedValues): boolean {
    let isNew = false;
    for (let index = 0; index < this.#shared.length; index++) {
      const { isSkipped = true, row = NO_VALUES } = this.#shared[index] ?? {};
      const value = isSkipped ? undefined : row[position];
      if (kept[index] === value && index < kept.length) continue;
      kept[index] = value;
      isNew = true;
    }
    return isNew;
  }

  /** Weighted sum of what neighbours share. */
  shared(values: SharedValues = []): number {
    let total = this.#constant;
    for (let index = 0; index < values.length; index++) {
      total += (this.#shared[index]?.score.weight ?? 0) * (values[index] ?? 0);
    }
    return total;
  }

  /** Reads the values of hosts that share so much; the same function for the same values. */
  valuesOf(values: SharedValues = []): Reader {
    const name = values.join(" ");
    let reader = this.#readers.get(name);
    if (reader === undefined) {
      reader = this.#readerOf(values);
      this.#readers.set(name, reader);
    }
    return reader;
  }

  #readerOf(values: SharedValues): Reader {
    const shared: (number | undefined)[] = [...this.#shown];
    for (let index = 0; index < values.length; index++) {
      shared[this.#shared[index]?.index ?? 0] = values[index];
    }
    const own = this.#own;
    // Decisions keep this function, so it must not hold more than it reads.
    return (host) => {
      const read = [...shared];
      for (const { index, valueOf } of own) read[index] = valueOf(host);
      return read;
    };
  }
}
