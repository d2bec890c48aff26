import type { PlacementProblem, PlacementResult } from "../../../engine/model/placement.ts";
import { peakProof } from "../../../engine/place/outcome/bounds.ts";
import { Ledger } from "../../../engine/place/ledger/ledger.ts";
import { type Seat, seatLeaving, settle } from "../../../engine/place/deciding/seating.ts";

/** The fullest usable host after a placement, and what no placement of the same can be below. */
export interface Peak {
  readonly reachedPpm: number;
  readonly boundPpm: number;
  /** Of the bound, to a thousandth of a per cent; 0 is proven best. */
  readonly gapPct: number;
}

/** Seats everything anew where the result has it; the loads come from nowhere else. */
export function peakOf(problem: PlacementProblem, result: PlacementResult): Peak {
  const ledger = new Ledger(problem);
  const placed = new Map<string, Seat>();
  const leaving = seatLeaving(problem.leaving ?? [], ledger);
  const waiting = settle(problem.workloads, { ledger, placed });
  const classes = new Map(waiting.map((each) => [each.workload.key, each.workloadClass]));
  for (const { workloadClass, host } of leaving) ledger.add(workloadClass, host, -1);
  for (const [key, chosen] of destinationsOf(result)) {
    const seat = placed.get(key);
    const workloadClass = classes.get(key) ?? seat?.workloadClass;
    if (workloadClass === undefined) continue;
    if (seat !== undefined) ledger.add(seat.workloadClass, seat.host, -1);
    const host = chosen === undefined ? undefined : ledger.indexOf.get(chosen);
    if (host !== undefined) ledger.add(workloadClass, host, 1);
  }
  const { peakPpm, boundPpm } = peakProof(ledger);
  return { reachedPpm: peakPpm, boundPpm, gapPct: gapOf(peakPpm, boundPpm) };
}

/** Host of everything that comes, moves or ends; undefined for what ends. */
function destinationsOf({
  decisions,
  moves,
  preempted,
}: PlacementResult): ReadonlyMap<string, string | undefined> {
  const destinations = new Map<string, string | undefined>();
  for (const { key, chosen } of decisions) {
    if (chosen !== undefined) destinations.set(key, chosen);
  }
  for (const { key, to } of moves) destinations.set(key, to);
  for (const { key } of preempted) destinations.set(key, undefined);
  return destinations;
}

const gapOf = (reached: number, bound: number): number =>
  bound === 0 ? 0 : Math.max(0, Math.round(100_000 * (reached / bound - 1)) / 1000);
