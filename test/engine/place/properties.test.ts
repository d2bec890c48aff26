import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type {
  PlacementProblem,
  PlacementResult,
  PlacementWorkload,
} from "../../../engine/model/placement.ts";
import { place } from "../../../engine/place/place.ts";
import { runPlacement } from "../../../engine/place/run.ts";
import { anyProblem } from "./arbitraries.ts";
import { demand, host, MIB, pod, problem } from "./builders.ts";

const RUNS = { numRuns: 150 };

/** Where everything is after the plan. */
function seats(given: PlacementProblem, result: PlacementResult): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { key, at, wish } of given.workloads) {
    if (at !== undefined && wish !== "place") found.set(key, at);
  }
  for (const { key, chosen } of result.decisions) {
    if (chosen !== undefined) found.set(key, chosen);
  }
  return found;
}

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

describe("liveness", () => {
  test("a workload that asks for nothing goes to any connected host", () => {
    fc.assert(
      fc.property(anyProblem, (given) => {
        const nothing = pod("zz", { demand: demand({ cpu: 0, memory: 0 }) });
        const modest = problem({
          hosts: given.hosts.map((each) => ({ ...each, taints: [] })),
          workloads: [nothing],
        });
        const isOpen = given.hosts.some(({ connection }) => connection === "connected");
        expect(place(modest).decisions.at(0)?.chosen !== undefined).toBe(isOpen);
      }),
      RUNS,
    );
  });

  test("an unplaced workload really has no host: placed alone at the end it still fails", () => {
    fc.assert(
      fc.property(anyProblem, (given) => {
        const result = place(given);
        const failed = result.decisions.find(({ chosen, gate }) => chosen === undefined && !gate);
        if (failed === undefined) return;
        const at = seats(given, result);
        const again = given.workloads.flatMap((workload): PlacementWorkload[] => {
          if (workload.key === failed.key) return [workload];
          const name = at.get(workload.key);
          return name === undefined ? [] : [{ ...workload, at: name, wish: "keep" }];
        });
        expect(place({ ...given, workloads: again }).decisions.at(0)?.chosen).toBeUndefined();
      }),
      RUNS,
    );
  });

  test("every proposed fix names a host of the problem or adds one, by at least one edit", () => {
    fc.assert(
      fc.property(anyProblem, (given) => {
        const names = new Set(["", ...given.hosts.map(({ name }) => name)]);
        for (const { chosen, fixes } of place(given).decisions) {
          if (chosen !== undefined) expect(fixes).toEqual([]);
          expect(fixes.length).toBeLessThanOrEqual(given.limits.fixesMax);
          for (const fix of fixes) {
            expect(names).toContain(fix.host);
            expect(fix.edits.length).toBeGreaterThan(0);
          }
        }
      }),
      RUNS,
    );
  });
});

describe("determinism", () => {
  test("equal problems give byte-equal results in whatever order hosts and workloads come", () => {
    fc.assert(
      fc.property(anyProblem, fc.integer(), (given, salt) => {
        const expected = JSON.stringify(place(given));
        const shuffled = {
          ...given,
          hosts: shuffle(given.hosts, salt),
          workloads: shuffle(given.workloads, salt + 1),
          namespaces: shuffle(given.namespaces, salt + 2),
        };
        expect(JSON.stringify(place(shuffled))).toBe(expected);
      }),
      RUNS,
    );
  });

  test("the fast ways give the answer of brute force, with every reason and number", () => {
    fc.assert(
      fc.property(anyProblem, (given) => {
        const [fast, bounds, brute] = (["fast", "bounds", "brute"] as const).map((search) =>
          JSON.parse(JSON.stringify(runPlacement(given, search))),
        );
        expect(fast).toEqual(brute);
        expect(bounds).toEqual(brute);
      }),
      { numRuns: 400 },
    );
  }, 180_000);

  test("classes never change the answer: telling replicas apart by a label changes nothing", () => {
    fc.assert(
      fc.property(anyProblem, (given) => {
        const marked = given.workloads.map((workload) => ({
          ...workload,
          labels: { ...workload.labels, unique: workload.key },
        }));
        const hostsOf = (result: PlacementResult): ReadonlyMap<string, string | undefined> =>
          new Map(result.decisions.map(({ key, chosen }) => [key, chosen]));
        expect(hostsOf(place({ ...given, workloads: marked }))).toEqual(hostsOf(place(given)));
      }),
      RUNS,
    );
  });
});

/** A permutation that depends on `salt` alone. */
function shuffle<Value>(values: readonly Value[], salt: number): readonly Value[] {
  return values
    .map((value, index) => ({ value, weight: Math.imul(index + 1, 2_654_435_761 ^ salt) >>> 0 }))
    .sort((left, right) => left.weight - right.weight)
    .map(({ value }) => value);
}

describe("happiness (D16)", () => {
  test("adding load to a host never raises its score for a newcomer", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 80_000 }),
        fc.integer({ min: 0, max: 80_000 }),
        fc.integer({ min: 0, max: 20_000 }),
        (memoryMib, moreMib, cpu) => {
          const scoreWith = (mib: number, millicores: number): number => {
            const active = { cpuMillicores: millicores, memoryBytes: mib * MIB };
            const given = problem({ hosts: [host("a", { active })], workloads: [pod("new")] });
            return place(given).decisions.at(0)?.candidates[0]?.score ?? -1;
          };
          const base = scoreWith(memoryMib, cpu);
          expect(scoreWith(memoryMib + moreMib, cpu)).toBeLessThanOrEqual(base);
          expect(scoreWith(memoryMib, cpu + moreMib)).toBeLessThanOrEqual(base);
        },
      ),
      RUNS,
    );
  });
});
