import type { Applicant } from "../applicant.ts";
import type { Ledger } from "../ledger.ts";
import type { Mark } from "../marks.ts";
import { SCORES } from "./index.ts";
import { type Feasible, type Score, SCORE_MAX } from "./score.ts";

const NONE: Feasible = { hosts: [] };

/** What every host gets of a score, or how it differs. */
type Part =
  | { readonly is: "constant"; readonly value: number }
  | { readonly is: "own"; readonly valueOf: (host: number) => number }
  | { readonly is: "shared"; readonly score: Score }
  | { readonly is: "skipped" };

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
  readonly #parts: readonly Part[];
  /** Highest sum that `own` can give. */
  readonly ownMax: number;
  /** Constants as they are shown, by score. */
  readonly #shown: readonly (number | undefined)[];
  /** By score and position in what `share` was given last. */
  #rows: readonly (Float64Array | undefined)[] = [];
  #totals: Int32Array = new Int32Array(0);

  constructor(applicant: Applicant, ledger: Ledger) {
    this.#applicant = applicant;
    this.#ledger = ledger;
    this.#parts = SCORES.map((score): Part => {
      const value = score.constant?.(applicant, ledger);
      if (value !== undefined) return { is: "constant", value };
      if (isShared(score, applicant, ledger)) return { is: "shared", score };
      const valueOf = score.prepare(applicant, ledger, NONE);
      return valueOf === undefined ? { is: "skipped" } : { is: "own", valueOf };
    });
    const isAnyShared = this.#parts.some(({ is }) => is === "shared");
    this.ownMax = this.#parts.reduce(
      (sum, { is }, index) => sum + (is === "own" ? (SCORES[index]?.weight ?? 0) * SCORE_MAX : 0),
      0,
    );
    // Alone, constants are shown; beside other scores only what upstream does not skip.
    this.#shown = this.#parts.map((part, index) =>
      part.is === "constant" &&
      !(isAnyShared && SCORES[index]?.prepare(applicant, ledger, NONE) === undefined)
        ? part.value
        : undefined,
    );
  }

  /** Weighted sum of what depends on the host alone; follows the ledger by itself. */
  own(host: number): number {
    let total = 0;
    for (let index = 0; index < this.#parts.length; index++) {
      const part = this.#parts[index];
      if (part?.is === "own") total += (SCORES[index]?.weight ?? 0) * part.valueOf(host);
    }
    return total;
  }

  /** Works out the other part for one host of each neighbourhood with feasible hosts. */
  share(feasible: Feasible): void {
    const totals = new Int32Array(feasible.hosts.length);
    this.#rows = this.#parts.map((part, index) => {
      const weight = SCORES[index]?.weight ?? 0;
      if (part.is === "constant") {
        for (let at = 0; at < totals.length; at++)
          totals[at] = (totals[at] ?? 0) + weight * part.value;
      }
      if (part.is !== "shared") return undefined;
      const row = this.#rowOf(part.score, feasible);
      row?.forEach((value, at) => {
        totals[at] = (totals[at] ?? 0) + weight * value;
      });
      return row;
    });
    this.#totals = totals;
  }

  /** Weighted sum of what the neighbours at a position share. */
  shared(position: number): number {
    return this.#totals[position] ?? 0;
  }

  /** By score: 0..100, not weighted; undefined where upstream skips the score. */
  values(host: number, position: number): readonly (number | undefined)[] {
    return this.#parts.map((part, index) => {
      if (part.is === "own") return part.valueOf(host);
      return part.is === "shared" ? this.#rows[index]?.[position] : this.#shown[index];
    });
  }

  #rowOf(score: Score, feasible: Feasible): Float64Array | undefined {
    const valueOf = score.prepare(this.#applicant, this.#ledger, feasible);
    if (valueOf === undefined) return undefined;
    const row = Float64Array.from(feasible.hosts, valueOf);
    score.normalise?.(row);
    return row;
  }
}
