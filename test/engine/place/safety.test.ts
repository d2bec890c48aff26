import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PlacementProblem, PlacementWorkload } from "../../../engine/model/placement.ts";
import { place } from "../../../engine/place/place.ts";
import { anyProblem } from "./arbitraries.ts";
import { seats } from "./seats.ts";

const RUNS = { numRuns: 150 };

/** Sum of one amount over the workloads of each host. */
function sumBy(
  given: PlacementProblem,
  at: ReadonlyMap<string, string>,
  amountOf: (workload: PlacementWorkload) => number,
): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const workload of given.workloads) {
    const name = at.get(workload.key);
    if (name !== undefined) sums.set(name, (sums.get(name) ?? 0) + amountOf(workload));
  }
  return sums;
}

const initialSeats = (given: PlacementProblem): ReadonlyMap<string, string> =>
  new Map(
    given.workloads.flatMap(({ key, at, wish }) =>
      at !== undefined && wish !== "place" ? [[key, at] as const] : [],
    ),
  );

describe("safety", () => {
  const amounts: readonly (readonly [
    string,
    (workload: PlacementWorkload) => number,
    (given: PlacementProblem, name: string) => number,
  ])[] = [
    [
      "requested CPU",
      ({ demand: wanted }) => wanted.request.cpuMillicores,
      (given, name) =>
        given.hosts.find((each) => each.name === name)?.allocatable.cpuMillicores ?? 0,
    ],
    [
      "requested memory",
      ({ demand: wanted }) => wanted.request.memoryBytes,
      (given, name) => given.hosts.find((each) => each.name === name)?.allocatable.memoryBytes ?? 0,
    ],
    [
      "reserved memory with overhead",
      ({ demand: wanted }) => wanted.reservation.memoryBytes + wanted.overheadBytes,
      (given, name) => given.hosts.find((each) => each.name === name)?.allocatable.memoryBytes ?? 0,
    ],
    [
      "number of Pods",
      () => 1,
      (given, name) => given.hosts.find((each) => each.name === name)?.allocatable.pods ?? 0,
    ],
  ];

  test.for(amounts)("no host gets more %s than it has", ([, amountOf, limitOf]) => {
    fc.assert(
      fc.property(anyProblem, (given) => {
        const result = place(given);
        const before = sumBy(given, initialSeats(given), amountOf);
        const after = sumBy(given, seats(given, result), amountOf);
        for (const { chosen } of result.decisions) {
          if (chosen === undefined) continue;
          // A host that was overfull before stays so; nothing may be added to it.
          const limit = Math.max(limitOf(given, chosen), before.get(chosen) ?? 0);
          expect(after.get(chosen) ?? 0).toBeLessThanOrEqual(limit);
        }
      }),
      RUNS,
    );
  });

  test("D23: the chosen host is a candidate and never among the rejected", () => {
    fc.assert(
      fc.property(anyProblem, (given) => {
        for (const decision of place(given).decisions) {
          const rejected = Object.values(decision.rejectedCounts).reduce((sum, n) => sum + n, 0);
          expect(decision.hostsFeasible + rejected).toBe(
            decision.gate === undefined || decision.gate.code === "cluster-failover"
              ? given.hosts.length
              : 0,
          );
          if (decision.chosen === undefined) {
            expect(decision.hostsFeasible).toBe(0);
            continue;
          }
          expect(decision.candidates[0]?.host).toBe(decision.chosen);
          expect(decision.rejected.map((each) => each.host)).not.toContain(decision.chosen);
        }
      }),
      RUNS,
    );
  });

  test("what shall stay is never decided about, and a repair never stays", () => {
    fc.assert(
      fc.property(anyProblem, (given) => {
        const byKey = new Map(given.workloads.map((workload) => [workload.key, workload]));
        const result = place(given);
        for (const { key, chosen } of result.decisions) {
          const workload = byKey.get(key);
          expect(workload?.wish).not.toBe("keep");
          if (workload?.wish === "repair") expect(chosen).not.toBe(workload.at);
        }
        const waiting = given.workloads.filter(({ wish }) => wish !== "keep").length;
        expect(result.decisions).toHaveLength(waiting);
      }),
      RUNS,
    );
  });

  test("required anti-affinity holds between any two, whoever came first", () => {
    fc.assert(
      fc.property(anyProblem, (given) => {
        const result = place(given);
        const at = seats(given, result);
        const moved = new Set(
          result.decisions.flatMap(({ key, chosen }) => (chosen === undefined ? [] : [key])),
        );
        for (const [owner, other] of pairsWith(given.workloads, moved)) {
          expect(violates(given, at, owner, other)).toBe(false);
        }
      }),
      RUNS,
    );
  });

  test("the input is not touched", () => {
    fc.assert(
      fc.property(anyProblem, (given) => {
        const before = JSON.stringify(given);
        place(deepFreeze(given));
        expect(JSON.stringify(given)).toBe(before);
      }),
      RUNS,
    );
  });
});

/** Ordered pairs of which at least one was placed now; what ran before may be at odds. */
function* pairsWith(
  workloads: readonly PlacementWorkload[],
  moved: ReadonlySet<string>,
): Generator<readonly [PlacementWorkload, PlacementWorkload]> {
  for (const owner of workloads) {
    for (const other of workloads) {
      const isNew = moved.has(owner.key) || moved.has(other.key);
      if (owner !== other && isNew) yield [owner, other];
    }
  }
}

/** True when a required anti-affinity term of `owner` meets `other` in one domain. */
function violates(
  given: PlacementProblem,
  at: ReadonlyMap<string, string>,
  owner: PlacementWorkload,
  other: PlacementWorkload,
): boolean {
  const labelsOf = (workload: PlacementWorkload): Readonly<Record<string, string>> =>
    given.hosts.find(({ name }) => name === at.get(workload.key))?.labels ?? {};
  return owner.scheduling.podAntiAffinity.required.some(({ topologyKey, selector }) => {
    const domain = labelsOf(owner)[topologyKey];
    const isMatch = selector?.matchLabels["app"] === other.labels["app"];
    return isMatch && domain !== undefined && domain === labelsOf(other)[topologyKey];
  });
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const member of Object.values(value)) deepFreeze(member);
  return value;
}
