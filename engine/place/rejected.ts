import type { Standing } from "./standing.ts";

/** Rejected hosts to be named, found by a walk over all; see `Standing.rejected`. */
export function rejectedAmong(
  standing: Pick<Standing, "ledger" | "reasonCounts" | "reasonOf">,
  countMax: number,
): readonly number[] {
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
  return [...first, ...more].slice(0, countMax).sort((left, right) => left - right);
}
