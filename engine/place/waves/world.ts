import type { PlacementProblem, PlacementWorkload } from "../../model/placement.ts";
import type { WorkloadClass } from "../classes/classes.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { copyBytesOf } from "../rescue/cost.ts";
import type { Seat } from "../deciding/seating.ts";
import type { ProposedMove, Settled } from "../deciding/settled.ts";
import { type Leaver, type Leg, legOf, type World } from "./leg.ts";
import { endedBy } from "./recount.ts";

/** The world before the first move, and who comes to it. */
export interface Beginning extends World {
  /** Newcomers; not counted in the ledger. */
  readonly newcomers: readonly Leg[];
}

/** What a settled placement has done, and what of it shall not be done. */
export interface Intent {
  readonly moves: readonly ProposedMove[];
  /** Moves whose workloads stay where they are. */
  readonly undone: readonly ProposedMove[];
}

/** Takes the moves and newcomers of a settled placement out of its ledger. */
export function rewind(
  problem: PlacementProblem,
  settled: Settled,
  { moves, undone }: Intent,
): Beginning {
  const { ledger } = settled;
  const legs = legsOf(settled, moves, sizesOf(problem, moves));
  const staying = legsOf(settled, undone, new Map());
  const leaving = leaversOf(settled, endedBy(problem, settled));
  const newcomers = newcomersOf(settled, legs, staying, leaving);
  for (const { workloadClass, from, to } of [...legs, ...staying]) {
    ledger.add(workloadClass, to, -1);
    if (from >= 0) ledger.add(workloadClass, from, 1);
  }
  for (const { workloadClass, to } of newcomers) ledger.add(workloadClass, to, -1);
  const changed = new Set([...legs, ...staying, ...newcomers].map(({ key }) => key));
  let known: readonly Seat[] | undefined;
  const seats = (): readonly Seat[] => (known ??= seatsBefore(settled, staying, changed));
  return { ledger, legs, newcomers, leaving, seats };
}

/** What stays where it is. Many cases never ask. */
function seatsBefore(
  { seats }: Settled,
  staying: readonly Leg[],
  changed: ReadonlySet<string>,
): readonly Seat[] {
  const before: Seat[] = staying.map(({ workloadClass, from }) => ({ workloadClass, host: from }));
  seats.forEach((seat, key) => {
    if (!changed.has(key)) before.push(seat);
  });
  return before;
}

/** True when it counts for terms of others, or has any of its own. */
function isRelated(workloadClass: WorkloadClass, ledger: Ledger): boolean {
  const { affinity, antiAffinity, spreadHard } = workloadClass.terms;
  return (
    affinity !== undefined ||
    antiAffinity.length + spreadHard.length > 0 ||
    ledger.classes.impactOf(workloadClass).matchers.length > 0
  );
}

/** What each move copies, by key. */
function sizesOf(
  { workloads }: PlacementProblem,
  moves: readonly ProposedMove[],
): ReadonlyMap<string, number> {
  const moving = new Set(moves.map(({ key }) => key));
  const sizes = new Map<string, number>();
  for (const workload of workloads) {
    if (moving.has(workload.key)) sizes.set(workload.key, copyBytesOf(workload));
  }
  return sizes;
}

function legsOf(
  { ledger, seats, result }: Settled,
  moves: readonly ProposedMove[],
  copyBytes: ReadonlyMap<string, number>,
): readonly Leg[] {
  const moving = new Set(moves.map(({ key }) => key));
  const decided = new Map<string, number>();
  result.decisions.forEach(({ key }, index) => {
    if (moving.has(key)) decided.set(key, index);
  });
  return moves.flatMap((move, index) => {
    const { key } = move;
    const seat = seats.get(key);
    const to = ledger.indexOf.get(move.to);
    if (seat === undefined || to === undefined) return [];
    const { workloadClass } = seat;
    const from = ledger.indexOf.get(move.from) ?? -1;
    const size = copyBytes.get(key) ?? 0;
    // What nobody decided about moves for others, or for the load, once those have their hosts.
    const rank = decided.get(key) ?? result.decisions.length + index;
    return [legOf({ key, workloadClass, from, to, move, copyBytes: size, rank })];
  });
}

/**
 * What has got a host and does not move to it; a machine that is made larger comes anew. Whoever
 * comes where nothing else happens, and is related to nobody, is left out: it may be there already.
 */
function newcomersOf(
  { ledger, seats, result }: Settled,
  legs: readonly Leg[],
  staying: readonly Leg[],
  leaving: readonly Leaver[],
): readonly Leg[] {
  const moving = new Set([...legs, ...staying].map(({ key }) => key));
  const touched = new Set(
    [...legs, ...staying].flatMap(({ from, to }) => [from, to]).concat(leaving.map(hostOf)),
  );
  const isAnyRelated = ledger.classes.all().some((each) => isRelated(each, ledger));
  const ending = new Set(leaving.map(({ key }) => key));
  return result.decisions.flatMap(({ key, chosen, from }): readonly Leg[] => {
    const isStaying = chosen === from && !ending.has(key);
    const to = chosen === undefined || isStaying ? undefined : ledger.indexOf.get(chosen);
    if (to === undefined || (!isAnyRelated && !touched.has(to))) return NOBODY;
    const { workloadClass } = moving.has(key) ? {} : (seats.get(key) ?? {});
    if (workloadClass === undefined) return NOBODY;
    if (!touched.has(to) && !isRelated(workloadClass, ledger)) return NOBODY;
    return [legOf({ key, workloadClass, from: -1, to, move: undefined })];
  });
}

const NOBODY: readonly Leg[] = [];

const hostOf = ({ host }: Seat): number => host;

function leaversOf({ ledger }: Settled, ended: readonly PlacementWorkload[]): readonly Leaver[] {
  return ended.flatMap((workload): Leaver[] => {
    const host = workload.at === undefined ? undefined : ledger.indexOf.get(workload.at);
    if (host === undefined || !workload.poweredOn) return [];
    return [{ key: workload.key, workloadClass: ledger.classes.classOf(workload), host }];
  });
}
