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
  #rejections: Rejections = { rejected: [], rejectedCounts: {} };

  constructor(standing: Standing, limits: PlacementLimits) {
    this.#standing = standing;
    this.#limits = limits;
  }

  rejections(): Rejections {
    const standing = this.#standing;
    if (this.#version !== standing.reasonVersion) {
      this.#version = standing.reasonVersion;
      this.#rejections = {
        rejected: rejectedHosts(standing, this.#limits.rejectedMax),
        rejectedCounts: rejectedCounts(standing),
      };
    }
    return this.#rejections;
  }
}

function rejectedCounts(standing: Standing): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  standing.reasonCounts.forEach((count, reason) => {
    const code = codeOf(reason);
    if (code !== undefined && count > 0) counts[code] = (counts[code] ?? 0) + count;
  });
  return counts;
}

/** Named rejected hosts: the first of every reason, then more of them, in host order. */
function rejectedHosts(standing: Standing, countMax: number): readonly RejectedHost[] {
  const first: number[] = [];
  const more: number[] = [];
  const seen = new Set<number>();
  let unseen = standing.reasonCounts.reduce((sum, count, reason) => {
    return reason > 0 && count > 0 ? sum + 1 : sum;
  }, 0);
  for (let host = 0; host < standing.ledger.hosts.length; host++) {
    // No more than that is shown, so that the rest of the hosts need not be looked at.
    if (unseen === 0 && first.length + more.length >= countMax) break;
    const reason = standing.reasonOf(host);
    if (reason === 0) continue;
    if (seen.has(reason)) {
      if (more.length < countMax) more.push(host);
      continue;
    }
    first.push(host);
    seen.add(reason);
    unseen--;
  }
  return [...first, ...more]
    .slice(0, countMax)
    .sort((left, right) => left - right)
    .flatMap((host) => describeRejected(standing, host));
}

function describeRejected(standing: Standing, host: number): readonly RejectedHost[] {
  const { applicant, ledger } = standing;
  const rejection = rejectionOf(standing.reasonOf(host), host, applicant, ledger);
  const name = ledger.hosts[host]?.name;
  return rejection === undefined || name === undefined ? [] : [{ host: name, ...rejection }];
}
