import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import type { Address } from "../../../../engine/model/address.ts";
import type { PlacementProblem } from "../../../../engine/model/placement.ts";
import { place } from "../../../../engine/place/place.ts";
import { demand, host, pod, policy, problem, running } from "../builders.ts";
import { randomPlan } from "../waves/random-plans.ts";
import { troubledProblem } from "./arbitraries.ts";
import { checkFixes } from "./fix-checker.ts";
import { strainedProblem } from "./strained.ts";

/** Properties take a while on a busy machine; none of them waits for anything. */
vi.setConfig({ testTimeout: 300_000 });

const FIXES = { candidatesMax: 0, rejectedMax: 0, fixesMax: 2 };

describe("whoever has no host is told what would help", () => {
  test.for([
    ["every kind of obstacle", troubledProblem],
    ["hosts that are moved from, ended on, balanced, woken and kept free", strainedProblem],
  ] as const)("everyone has a fix that helps, no edit can be left out: %s", ([_name, given]) => {
    fc.assert(
      fc.property(given, (each) => {
        expect(checkFixes(each).faults).toEqual([]);
      }),
      { numRuns: 25, seed: 13, endOnFailure: true },
    );
  });

  test.for([23, 58, 818, 2352, 2682, 2712])(
    "so has whoever the order of moves refuses, or a lost host held: random plan %i",
    (seed) => {
      const given = { ...randomPlan(seed).problem, limits: FIXES };
      const report = checkFixes(given);
      expect(report.unplaced).toBeGreaterThan(0);
      expect(report.faults).toEqual([]);
    },
  );
});

const milli = (amount: number): ReturnType<typeof demand> => {
  const asked = demand();
  return { ...asked, request: { ...asked.request, extended: { "vpac.dev/gpu-milli": amount } } };
};

const nested = (depth: number): PlacementProblem["pools"] =>
  Array.from({ length: depth }, (_item, index) => ({
    address: `pool/p${String(index)}` as Address,
    parent: index === 0 ? undefined : (`pool/p${String(index - 1)}` as Address),
    cpuMillicoresLimit: undefined,
    memoryBytesLimit: undefined,
    isExpandable: false,
    shares: "normal" as const,
    source: { path: "", document: 0, pointer: "" },
  }));

const gpus = (count: number): PlacementProblem["hosts"] => {
  const { allocatable, ...rest } = host("a");
  const extended = { "vpac.dev/gpu-milli": 1000 * count };
  return [{ ...rest, allocatable: { ...allocatable, extended } }];
};

describe("the fixes of one obstacle", () => {
  test.for<{
    readonly name: string;
    readonly given: Partial<PlacementProblem>;
    readonly fixes: readonly string[];
  }>([
    {
      name: "no GPU has enough left: ask for what one has, or have one more",
      given: {
        hosts: gpus(2),
        workloads: [
          running("one", "a", { demand: milli(600) }),
          running("two", "a", { demand: milli(600) }),
          pod("new", { demand: milli(800) }),
        ],
      },
      fixes: ["vpac.dev/gpu-milli 800 -> 400", "give host a 1000 more vpac.dev/gpu-milli"],
    },
    {
      name: "a part of a GPU where there is none comes with a whole one",
      given: { hosts: gpus(0), workloads: [pod("new", { demand: milli(250) })] },
      fixes: [
        "give host a 1000 more vpac.dev/gpu-milli",
        "add a host like a with 1000 vpac.dev/gpu-milli",
      ],
    },
    {
      name: "the host is kept for fail-over: take it out, or add another",
      given: {
        hosts: [host("a")],
        workloads: [pod("new")],
        policies: [policy({ admission: { kind: "dedicated", hosts: ["a"] } })],
      },
      fixes: ["keep host a of cluster c1 no longer free for fail-over", "add a host like a"],
    },
    {
      name: "nothing to reserve in any of many pools: each of them expands",
      given: {
        hosts: [host("a")],
        workloads: [pod("new", { pool: "pool/p8" as Address })],
        pools: nested(9),
      },
      fixes: [
        Array.from(
          { length: 9 },
          (_item, index) => `let pool/p${String(8 - index)} reserve beyond its own reservation`,
        ).join(", "),
      ],
    },
  ])("$name", ({ given, fixes }) => {
    const asked = problem({ ...given, limits: FIXES });
    const [decision] = place(asked).decisions;
    expect(decision?.fixes.map(({ description }) => description)).toEqual(fixes);
    expect(checkFixes(asked)).toMatchObject({ unplaced: 1, faults: [] });
  });
});
