import { compareText } from "../model/canonical.ts";
import type { Decision, PlacementProblem, PlacementResult } from "../model/placement.ts";
import { resilienceOf } from "./admission/resilience.ts";
import { peakProof } from "./bounds.ts";
import { contentment } from "./happiness.ts";
import { improve } from "./improve/improve.ts";
import { outlooksOf } from "./outlook.ts";
import type { Seat } from "./seating.ts";
import type { ProposedMove, Settled } from "./settled.ts";
import { type MoveOrder, orderMoves } from "./waves/order-moves.ts";

/** Adds to a placement what else shall move, and the order of all moves. */
export function withMoves(problem: PlacementProblem, settled: Settled): PlacementResult {
  const forced = forcedMoves(problem, settled.result.decisions);
  const { moves, power } = improve(problem, settled);
  const all = [...forced, ...settled.result.moves, ...moves];
  if (all.length === 0 && power.length === 0) return settled.result;
  const outcome = moves.length === 0 ? settled.result : withOutcome(settled, moves);
  const result = { ...outcome, power: [...outcome.power, ...power] };
  const order = orderMoves(problem, { ...settled, result }, all);
  const { arrivalWaits } = order;
  return {
    ...result,
    moves: order.moves,
    ...(arrivalWaits.length === 0 ? {} : { arrivalWaits }),
    findings: [...result.findings, ...orderFindings(order)],
  };
}

/** Hosts, and how full and content everything is, with the moves made; the ledger has them. */
function withOutcome(
  { result, ledger, seats }: Settled,
  moves: readonly ProposedMove[],
): PlacementResult {
  const hostOf = new Map(moves.map(({ key, to }) => [key, ledger.indexOf.get(to)]));
  const all = (): ReadonlyMap<string, Seat> =>
    new Map(
      [...seats].map(([key, seat]) => [key, { ...seat, host: hostOf.get(key) ?? seat.host }]),
    );
  const { mean, bins } = contentment(ledger, seats.size, () => all().values());
  const before = result.hosts.map((host) => host.before);
  return {
    ...result,
    hosts: outlooksOf(ledger, before),
    scoreAfter: mean,
    resilience: resilienceOf(ledger, { size: seats.size, all }),
    proof: peakProof(ledger),
    happiness: { ...result.happiness, after: bins },
  };
}

/** What cannot be done, and what is done at a price. */
function orderFindings({ unordered, parted }: MoveOrder): PlacementResult["findings"] {
  const stuck = unordered.map(({ message }) => ({ code: "move-unordered", message }));
  if (parted.length === 0) return stuck;
  const message = `these move one by one and are not near each other meanwhile: ${parted.join(", ")}`;
  return [...stuck, { code: "affinity-parted", message }];
}

/** What placement sent elsewhere although it runs. */
function forcedMoves(
  { workloads }: PlacementProblem,
  decisions: readonly Decision[],
): readonly ProposedMove[] {
  if (decisions.every(({ from }) => from === undefined)) return [];
  const running = new Set(
    workloads.flatMap(({ key, wish, poweredOn }) => (wish === "repair" && poweredOn ? [key] : [])),
  );
  return decisions
    .flatMap(({ key, from, chosen }): ProposedMove[] => {
      if (from === undefined || chosen === undefined || from === chosen) return [];
      if (!running.has(key)) return [];
      const message = `${key} cannot stay on ${from}`;
      return [{ key, from, to: chosen, reason: "repair", priority: 1, message }];
    })
    .sort((left, right) => compareText(left.key, right.key));
}
