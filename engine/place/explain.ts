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
    this.#rejections = { rejected, rejectedCounts: rejectedCounts(standing) };
    return this.#rejections;
  }
}

function rejectedCounts(standing: Standing): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  const { reasonCounts } = standing;
  for (let reason = 1; reason < reasonCounts.length; reason++) {
    const count = reasonCounts[reason] ?? 0;
    const code = count > 0 ? codeOf(reason) : undefined;
    if (code !== undefined) counts[code] = (counts[code] ?? 0) + count;
  }
  return counts;
}

function describeRejected(standing: Standing, host: number): readonly RejectedHost[] {
  const { applicant, ledger } = standing;
  const rejection = rejectionOf(standing.reasonOf(host), host, applicant, ledger);
  const name = ledger.hosts[host]?.name;
  return rejection === undefined || name === undefined ? [] : [{ host: name, ...rejection }];
}
