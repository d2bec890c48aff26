import type { PlacementLimits, RejectedHost } from "../model/placement.ts";
import type { Standing } from "./standing.ts";
import { codeOf, rejectionOf } from "./verdict.ts";

export { verdicts } from "./verdicts.ts";

/** What is said of the hosts that were rejected. */
export interface Rejections {
  readonly rejected: readonly RejectedHost[];
  /** Complete: reason code to number of hosts. */
  readonly rejectedCounts: Readonly<Record<string, number>>;
}

/** Explains rejections of one standing; decisions share what is said while it holds. */
export class Explainer {
  readonly #standing: Standing;
  readonly #limits: PlacementLimits;
  /** Reasons with their numbers of hosts, one list after the other. */
  readonly #counts: number[] = [];
  #version = -1;
  #namedVersion = -1;
  #rejections: Rejections = { rejected: [], rejectedCounts: {} };

  constructor(standing: Standing, limits: PlacementLimits) {
    this.#standing = standing;
    this.#limits = limits;
  }

  rejections(): Rejections {
    const standing = this.#standing;
    const isNamedAnew = this.#namedVersion !== standing.namedVersion;
    if (!isNamedAnew && this.#version === standing.reasonVersion) return this.#rejections;
    const rejected = isNamedAnew
      ? standing
          .rejected(this.#limits.rejectedMax)
          .flatMap((host) => describeRejected(standing, host))
      : this.#rejections.rejected;
    this.#version = standing.reasonVersion;
    this.#namedVersion = standing.namedVersion;
    this.#rejections = this.#counted(rejected);
    return this.#rejections;
  }

  #counted(rejected: Rejections["rejected"]): Rejections {
    const { reasonCounts } = this.#standing;
    const start = this.#counts.length;
    for (let reason = 1; reason < reasonCounts.length; reason++) {
      const count = reasonCounts[reason] ?? 0;
      if (count === 0) continue;
      this.#counts.push(reason, count);
    }
    return new CountedRejections(rejected, this.#counts, start, this.#counts.length);
  }
}

/** Rejections of which the numbers are put together when somebody reads them. */
class CountedRejections implements Rejections {
  readonly rejected: readonly RejectedHost[];
  readonly #counts: readonly number[];
  readonly #start: number;
  readonly #end: number;

  constructor(
    rejected: readonly RejectedHost[],
    counts: readonly number[],
    start: number,
    end: number,
  ) {
    this.rejected = rejected;
    this.#counts = counts;
    this.#start = start;
    this.#end = end;
  }

  get rejectedCounts(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (let index = this.#start; index < this.#end; index += 2) {
      const code = codeOf(this.#counts[index] ?? 0) ?? "";
      counts[code] = (counts[code] ?? 0) + (this.#counts[index + 1] ?? 0);
    }
    return counts;
  }
}

function describeRejected(standing: Standing, host: number): readonly RejectedHost[] {
  const { applicant, ledger } = standing;
  const rejection = rejectionOf(standing.reasonOf(host), host, applicant, ledger);
  const name = ledger.hosts[host]?.name;
  return rejection === undefined || name === undefined ? [] : [{ host: name, ...rejection }];
}
