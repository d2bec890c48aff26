import fc from "fast-check";
import type { Host } from "../../../engine/model/host.ts";
import type { PlacementProblem, PlacementResult } from "../../../engine/model/placement.ts";
import { hostsAfter } from "../../../engine/place/outcome/measured.ts";
import { anyProblem } from "./arbitraries.ts";

const percent = fc.integer({ min: 0, max: 99 });

/** As `anyProblem`, where much may move, end, come in gangs, sleep and be balanced. */
export const anyWorld: fc.Arbitrary<PlacementProblem> = fc
  .record({
    given: anyProblem,
    chances: fc.array(percent, { minLength: 24, maxLength: 24 }),
    threshold: fc.constantFrom(1, 2, 3, 4, 5),
    // A limit that cuts moves short leaves the rest to the next plan.
    movesMax: fc.constantFrom(undefined, undefined, 0),
    goal: fc.constantFrom("spread", "spread", "pack"),
    isBalanced: fc.boolean(),
    hasPower: fc.boolean(),
    maxUnavailable: fc.constantFrom(0, 1),
  })
  .map((drawn): PlacementProblem => {
    const { given, chances, threshold, movesMax, goal } = drawn;
    const chance = (index: number): number => chances[index % chances.length] ?? 0;
    const hosts = given.hosts.map((host, index): Host => {
      const isAsleep = drawn.hasPower && index > 0 && chance(index) < 25;
      return isAsleep ? { ...host, connection: "standby" } : host;
    });
    const fit = new Set(
      hosts.flatMap(({ name, connection }) => (connection === "connected" ? [name] : [])),
    );
    return {
      ...given,
      hosts,
      workloads: given.workloads.map((workload, index) => ({
        ...workload,
        // Nothing has to leave a host on which it might run.
        wish: workload.wish === "repair" && fit.has(workload.at ?? "") ? "keep" : workload.wish,
        group: index % 2 === 0 ? "deploy/shop/web" : undefined,
        ...(chance(index) < 70 ? { isMovable: true as const } : {}),
        ...(chance(index + 1) < 70 ? { isBalanced: true as const } : {}),
        ...(chance(index + 2) < 40 ? { isPreemptible: true as const } : {}),
        ...(threshold > 1 && chance(index + 4) < 20
          ? { threshold: (1 + (chance(index + 5) % (threshold - 1))) as 1 | 2 | 3 | 4 }
          : {}),
        ...(chance(index + 3) < 15 && workload.wish === "place" ? { gang: "g" } : {}),
      })),
      policies: given.policies.map((policy) =>
        drawn.hasPower
          ? { ...policy, power: { targetPercent: 63, bandPercent: 18, hostsMin: 1 } }
          : policy,
      ),
      disruption: [{ group: "deploy/shop/web", maxUnavailable: drawn.maxUnavailable }],
      ...(drawn.isBalanced
        ? {
            balance: {
              threshold: threshold as 1 | 2 | 3 | 4 | 5,
              movesMax,
              goal: goal as "spread" | "pack",
            },
          }
        : {}),
    };
  });

/** The world as it is once everything that was decided has been done. */
export function worldAfter(
  { leaving = [], ...problem }: PlacementProblem,
  { decisions, moves, preempted, power }: PlacementResult,
): PlacementProblem {
  const seats = new Map<string, string>();
  const repaired = new Set(
    problem.workloads.flatMap(({ key, wish }) => (wish === "repair" ? [key] : [])),
  );
  for (const { key, chosen, from } of decisions) {
    // What runs changes its host by a move alone, and not every move has a place in the order.
    if (chosen !== undefined && (chosen === from || !repaired.has(key))) seats.set(key, chosen);
  }
  for (const { key, to } of moves) seats.set(key, to);
  const ended = new Set(preempted.map(({ key }) => key));
  const switched = new Map(power.map(({ host, to }) => [host, to]));
  const home = new Map(problem.workloads.map(({ key, at }) => [key, at]));
  const hosts = hostsAfter({ ...problem, leaving }, (key) =>
    ended.has(key) ? undefined : (seats.get(key) ?? home.get(key)),
  );
  return {
    ...problem,
    hosts: hosts.map((host) => {
      const to = switched.get(host.name);
      if (to === undefined) return host;
      return { ...host, connection: to === "on" ? "connected" : "standby" };
    }),
    workloads: problem.workloads.flatMap((workload) => {
      const { key } = workload;
      if (ended.has(key)) return [];
      const seat = seats.get(key);
      return [seat === undefined ? workload : { ...workload, at: seat, wish: "keep" as const }];
    }),
  };
}
