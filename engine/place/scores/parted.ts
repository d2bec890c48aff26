import type { Applicant } from "../applicant.ts";
import type { Ledger } from "../ledger.ts";
import type { Mark } from "../marks.ts";
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

/** A score that neighbours share, with its values by neighbourhood; undefined where skipped. */
interface SharedScore {
  readonly index: number;
  readonly score: Score;
  row: Float64Array | undefined;
}

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
  readonly #shared: readonly SharedScore[];
  /** Weighted sum of the scores that come out the same for every host. */
  readonly #constant: number;
  /** These as they are shown, by score. */
  readonly #shown: ScoreValues;

  constructor(applicant: Applicant, ledger: Ledger) {
    this.#applicant = applicant;
    this.#ledger = ledger;
    const constants = SCORES.map((score) => score.constant?.(applicant, ledger));
    const varying = SCORES.flatMap((score, index) =>
      constants[index] === undefined
        ? [{ index, score, weight: score.weight, row: undefined }]
        : [],
    );
    this.#shared = varying.filter(({ score }) => isShared(score, applicant, ledger));
    this.#own = varying.flatMap(({ score, ...each }) => {
      const isOwn = !isShared(score, applicant, ledger);
      const valueOf = isOwn ? score.prepare(applicant, ledger, NONE) : undefined;
      return valueOf === undefined ? [] : [{ ...each, valueOf }];
    });
    this.#constant = constants.reduce<number>(
      (sum, value, index) => sum + (SCORES[index]?.weight ?? 0) * (value ?? 0),
      0,
    );
    // Alone, constants are shown; beside other scores only what upstream does not skip.
    const isShown = (score: Score): boolean =>
      this.#shared.length === 0 || score.prepare(applicant, ledger, NONE) !== undefined;
    this.#shown = SCORES.map((score, index) => (isShown(score) ? constants[index] : undefined));
  }

  /** Weighted sum of what depends on the host alone; follows the ledger by itself. */
  own(host: number): number {
    let total = 0;
    for (const { weight, valueOf } of this.#own) total += weight * valueOf(host);
    return total;
  }

  /** Works out the other part for one host of each neighbourhood with feasible hosts. */
  share(feasible: Feasible): void {
    for (const each of this.#shared) {
      const valueOf = each.score.prepare(this.#applicant, this.#ledger, feasible);
      each.row = undefined;
      if (valueOf === undefined) continue;
      const row = new Float64Array(feasible.hosts.length);
      for (let at = 0; at < row.length; at++) row[at] = valueOf(feasible.hosts[at] ?? 0);
      each.score.normalise?.(row);
      each.row = row;
    }
  }

  /** Weighted sum of what the neighbours at a position share. */
  shared(position: number): number {
    let total = this.#constant;
    for (const { score, row } of this.#shared) total += score.weight * (row?.[position] ?? 0);
    return total;
  }

  /** Reads the values of hosts at a position, as neighbours share them now. */
  valuesAt(position: number): (host: number) => ScoreValues {
    const shared: (number | undefined)[] = [...this.#shown];
    for (const { index, row } of this.#shared) shared[index] = row?.[position];
    const own = this.#own;
    // Decisions keep this function, so it must not hold more than it reads.
    return (host) => {
      const values = [...shared];
      for (const { index, valueOf } of own) values[index] = valueOf(host);
      return values;
    };
  }
}
