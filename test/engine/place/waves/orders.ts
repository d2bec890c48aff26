import type { Host } from "../../../../engine/model/host.ts";
import type { PlacementProblem, PlacementWorkload } from "../../../../engine/model/placement.ts";
import type { PodAffinityTerm, SpreadConstraint } from "../../../../engine/model/scheduling.ts";
import { settlePlacement } from "../../../../engine/place/run.ts";
import type { ProposedMove } from "../../../../engine/place/deciding/settled.ts";
import { type MoveOrder, orderMoves } from "../../../../engine/place/waves/order-moves.ts";
import { demand, GIB, host, problem, running } from "../builders.ts";

const HOSTNAME = "kubernetes.io/hostname";

/** A host with room for so many GiB. */
export function small(name: string, gib: number, given: Partial<Host> = {}): Host {
  const capacity = { cpuMillicores: 64_000, memoryBytes: gib * GIB, ephemeralStorageBytes: GIB };
  return host(name, { capacity, ...given });
}

/** A workload that runs and asks for so many GiB. */
export const sized = (
  name: string,
  at: string,
  gib: number,
  given: Partial<PlacementWorkload> = {},
): PlacementWorkload =>
  running(name, at, { demand: demand({ cpu: 0, memory: gib * GIB }), ...given });

/** Whoever has the label, within a domain. */
export const term = (app: string, topologyKey = HOSTNAME): PodAffinityTerm => ({
  selector: { matchLabels: { app }, matchExpressions: [] },
  namespaces: [],
  namespaceSelector: undefined,
  topologyKey,
  rule: "rule",
});

/** At most one more on any host than on the one with the fewest. */
export const evenly = (app: string): SpreadConstraint => ({
  maxSkew: 1,
  topologyKey: HOSTNAME,
  whenUnsatisfiable: "DoNotSchedule",
  selector: term(app).selector,
  minDomains: undefined,
  nodeAffinityPolicy: "Honor",
  nodeTaintsPolicy: "Honor",
});

/** Orders what brings the workloads to their targets; the rest of the problem is as it is. */
export function order(given: Partial<PlacementProblem>, targets: Readonly<Record<string, string>>) {
  const workloads = given.workloads ?? [];
  const settled = settlePlacement(
    problem({
      ...given,
      workloads: workloads.map((each) => ({ ...each, at: targets[nameOf(each.key)] ?? each.at })),
    }),
    "fast",
  );
  const moves = workloads.flatMap(({ key, at }): ProposedMove[] => {
    const to = targets[nameOf(key)];
    if (at === undefined || to === undefined) return [];
    return [{ key, from: at, to, reason: "balance", priority: 3, message: "" }];
  });
  return orderMoves(problem(given), settled, moves);
}

/** Last part of a key. */
export const nameOf = (key: string): string => key.split("/").at(-1) ?? "";

/** Each move as `name from-to`, with the names of the moves it waits for. */
export const brief = ({ moves }: MoveOrder): readonly (readonly [string, ...string[]])[] =>
  moves.map(({ key, from, to, after }) => [
    `${nameOf(key)} ${from}-${to}`,
    ...after.map((position) => nameOf(moves[position]?.key ?? "")),
  ]);
