import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PlacementResult, PlacementWorkload } from "../../../engine/model/placement.ts";
import { place } from "../../../engine/place/place.ts";
import { runPlacement } from "../../../engine/place/run.ts";
import { anyProblem } from "./arbitraries.ts";
import { demand, host, MIB, pod, problem } from "./builders.ts";
import { seats } from "./seats.ts";

const RUNS = { numRuns: 150 };

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
