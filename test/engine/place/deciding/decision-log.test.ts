import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import type { PlacementResult } from "../../../../engine/model/placement.ts";
import { runPlacement } from "../../../../engine/place/run.ts";
import { openSession } from "../../../../engine/place/session.ts";
import { anyProblem } from "../arbitraries.ts";
import { demand, GIB, host, pod, problem, running } from "../builders.ts";

vi.setConfig({ testTimeout: 120_000 });

/** The two best candidates of every decision, without their ranks. */
const shortLists = ({ decisions }: PlacementResult): unknown =>
  decisions.map(({ key, candidates }) => [
    key,
    candidates.slice(0, 2).map(({ rank: _rank, ...rest }) => rest),
  ]);

describe("the log of decisions", () => {
  test("cards that are written when they are read are those of the moment of the decision", () => {
    fc.assert(
      fc.property(anyProblem, (given) => {
        const withMax = (candidatesMax: number): unknown =>
          shortLists(
            runPlacement(
              { ...given, limits: { candidatesMax, rejectedMax: 0, fixesMax: 0 } },
              "fast",
            ),
          );
        expect(withMax(2)).toEqual(withMax(3));
      }),
      { numRuns: 150, seed: 5 },
    );
  });

  test("a card stays what it was, whatever comes and goes after the decision", () => {
    const session = openSession(
      problem({
        hosts: [host("a"), host("b")],
        workloads: [pod("p")],
        limits: { candidatesMax: 2, rejectedMax: 0, fixesMax: 0 },
      }),
    );
    const decision = session.add(pod("q"));
    const before = JSON.stringify(decision);
    for (const key of ["r", "s", "t"]) session.add(pod(key));
    for (const key of ["p", "q", "s"]) session.remove(key);
    expect(decision.candidates).toHaveLength(2);
    expect(JSON.stringify(decision)).toBe(before);
  });

  const capacity = { cpuMillicores: 4000, memoryBytes: 8 * GIB, ephemeralStorageBytes: 10 * GIB };
  const card = "example.com/card";

  test.each([
    { name: "Pods", amounts: {}, request: {}, pods: 1 },
    { name: "CPU", amounts: { cpu: 3000 }, request: {} },
    { name: "memory", amounts: { memory: 6 * GIB }, request: {} },
    { name: "storage", amounts: {}, request: { ephemeralStorageBytes: 8 * GIB } },
    { name: "an extended resource", amounts: {}, request: { extended: { [card]: 3 } } },
    { name: "what is unreserved", amounts: {}, request: {}, reserved: 6 * GIB },
  ])("what is said of a host without $name is of when it was rejected", (each) => {
    const bare = demand(each.amounts);
    const reservation = { cpuMillicores: 0, memoryBytes: each.reserved ?? 0 };
    const wants = demand(each.amounts, {
      request: { ...bare.request, ...each.request },
      reservation,
    });
    const textOf = (isReadLate: boolean): string => {
      const session = openSession(
        problem({
          hosts: [
            host("a", {
              capacity,
              allocatable: { ...capacity, pods: each.pods ?? 9, extended: { [card]: 4 } },
            }),
            host("b", { allocatable: { ...capacity, pods: 9, extended: { [card]: 9 } } }),
          ],
          workloads: [running("p", "a", { demand: wants })],
          limits: { candidatesMax: 2, rejectedMax: 2, fixesMax: 0 },
        }),
      );
      const decision = session.add(pod("q", { demand: wants }));
      if (!isReadLate) return JSON.stringify(decision.rejected);
      session.remove("pod/shop/p");
      session.add(pod("r", { demand: demand({ cpu: 100, memory: GIB }) }));
      return JSON.stringify(decision.rejected);
    };
    expect(JSON.parse(textOf(false))).toMatchObject([{ host: "a" }]);
    expect(textOf(true)).toBe(textOf(false));
  });

  test("a decision is in JSON what its members say, in their order", () => {
    const given = problem({
      hosts: [host("a"), host("b")],
      workloads: [pod("p")],
      limits: { candidatesMax: 2, rejectedMax: 2, fixesMax: 0 },
    });
    const [decision] = runPlacement(given, "fast").decisions;
    const written = JSON.parse(JSON.stringify(decision)) as object;
    expect(Object.keys(written)).toEqual([
      "id",
      "key",
      "chosen",
      "decidedBy",
      "candidates",
      "rejected",
      "rejectedCounts",
      "hostsConsidered",
      "hostsFeasible",
      "fixes",
    ]);
    expect(decision).toMatchObject(written);
  });

  test("ranks are given where a list is long, and left out of short ones", () => {
    const ranksWith = (candidatesMax: number): readonly (number | undefined)[] => {
      const limits = { candidatesMax, rejectedMax: 0, fixesMax: 0 };
      const given = problem({ hosts: [host("a"), host("b")], workloads: [pod("p")], limits });
      const [decision] = runPlacement(given, "fast").decisions;
      return decision?.candidates.map(({ rank }) => rank) ?? [];
    };
    expect(ranksWith(3)).toEqual([1, 1]);
    expect(ranksWith(2)).toEqual([undefined, undefined]);
  });
});
