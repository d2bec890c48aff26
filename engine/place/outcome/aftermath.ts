import type { Decision, PlacementResult } from "../../model/placement.ts";
import { resilienceOf } from "../admission/resilience.ts";
import { peakProof } from "./bounds.ts";
import { plain } from "./course.ts";
import { contentment } from "../pools/happiness.ts";
import { outlooksOf } from "./outlook.ts";
import type { Seated, Settled } from "../deciding/settled.ts";
import type { Unordered } from "../waves/order-moves.ts";

/** What is told of the world after a plan. */
type Aftermath = Pick<
  PlacementResult,
  "hosts" | "scoreAfter" | "resilience" | "proof" | "happiness"
>;

/** Reads it from a ledger; what was before stays as it was told first. */
export function aftermath(
  first: Pick<PlacementResult, "hosts" | "happiness">,
  { ledger, seats }: Seated,
): Aftermath {
  const { mean, bins } = contentment(ledger, seats.size, () => seats.values());
  return {
    hosts: outlooksOf(
      ledger,
      first.hosts.map(({ before }) => before),
    ),
    scoreAfter: mean,
    resilience: resilienceOf(ledger, { size: seats.size, all: () => seats }),
    proof: peakProof(ledger),
    happiness: { before: first.happiness.before, after: bins },
  };
}

/**
 * The placement without what no order makes safe: who was to move stays, whoever comes has no host
 * yet. The ledger is told as well.
 */
export function withoutUnordered(
  { result, ledger, seats }: Settled,
  unordered: readonly Unordered[],
): PlacementResult {
  if (unordered.length === 0) return result;
  const messages = new Map(unordered.map(({ key, message }) => [key, message]));
  const left = new Map(seats);
  for (const { key, host } of unordered) {
    const seat = seats.get(key);
    if (seat === undefined) continue;
    const { workloadClass } = seat;
    ledger.add(workloadClass, seat.host, -1);
    left.delete(key);
    const at = host === undefined ? undefined : ledger.indexOf.get(host);
    if (at === undefined) continue;
    ledger.add(workloadClass, at, 1);
    left.set(key, { workloadClass, host: at });
  }
  const decisions = result.decisions.map((decision): Decision => {
    const message = messages.get(decision.key);
    if (message === undefined) return decision;
    const gate = { code: "move-unordered", message };
    return { ...plain(decision), chosen: undefined, decidedBy: "none", gate };
  });
  return { ...result, decisions, ...aftermath(result, { ledger, seats: left }) };
}
