import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PlacementProblem, PlacementWorkload } from "../../../engine/model/placement.ts";
import { runPlacement } from "../../../engine/place/run.ts";
import { anyProblem } from "./arbitraries.ts";
import { demand, GIB, host, pod, policy, problem } from "./builders.ts";

/** As plans ask where many workloads wait: then members of a class are decided about in rows. */
const LEAN: PlacementProblem["limits"] = { candidatesMax: 2, rejectedMax: 4, fixesMax: 1 };

function expectBruteAnswer(given: PlacementProblem): void {
  const [fast, brute] = (["fast", "brute"] as const).map((search) =>
    JSON.parse(JSON.stringify(runPlacement(given, search))),
  );
  expect(fast).toEqual(brute);
}

/** Replicas of a few classes on a few hosts, of which some fill up on the way. */
const anyCrowd: fc.Arbitrary<PlacementProblem> = fc
  .record({
    hosts: fc.array(
      fc.record({ pods: fc.integer({ min: 1, max: 12 }), gib: fc.constantFrom(8, 16) }),
      {
        minLength: 1,
        maxLength: 6,
      },
    ),
    classes: fc.array(
      fc.record({ cpu: fc.nat(900), gib: fc.nat(3), count: fc.integer({ min: 1, max: 14 }) }),
      { minLength: 1, maxLength: 4 },
    ),
    chooser: fc.constantFrom("drs" as const, "kube" as const),
    stays: fc.nat(3),
  })
  .map(({ hosts, classes, chooser, stays }) =>
    problem({
      hosts: hosts.map(({ pods, gib }, index) => {
        const capacity = {
          cpuMillicores: 4000,
          memoryBytes: gib * GIB,
          ephemeralStorageBytes: GIB,
        };
        return host(`h${String(index)}`, {
          capacity,
          allocatable: { ...capacity, pods, extended: {} },
        });
      }),
      workloads: classes.flatMap(({ cpu, gib, count }, number): PlacementWorkload[] => {
        const wanted = demand({ cpu, memory: gib * GIB });
        return Array.from({ length: count }, (_item, index) =>
          pod(`p${String(index).padStart(2, "0")}-${String(number)}`, {
            demand: wanted,
            at: index < stays && number === 0 ? "h0" : undefined,
          }),
        );
      }),
      policies: [policy({ chooser })],
      limits: LEAN,
    }),
  );

describe("rows of decisions", () => {
  test("members that are decided about in a row get what brute force gives them", () => {
    fc.assert(fc.property(anyCrowd, expectBruteAnswer), { numRuns: 300 });
  });

  test("in any problem a short list of candidates changes nothing else", () => {
    fc.assert(
      fc.property(anyProblem, (given) => expectBruteAnswer({ ...given, limits: LEAN })),
      { numRuns: 150 },
    );
  });
});
