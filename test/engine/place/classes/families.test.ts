import { describe, expect, test } from "vitest";
import type { PlacementWorkload } from "../../../../engine/model/placement.ts";
import { ClassTable, type WorkloadClass } from "../../../../engine/place/classes/classes.ts";
import { demand, pod, problem, terms } from "../builders.ts";

const bare = demand();
const asking = (extended: Readonly<Record<string, number>>): PlacementWorkload["demand"] => ({
  ...bare,
  request: { ...bare.request, extended },
});
const classesOf = (...workloads: readonly PlacementWorkload[]): readonly WorkloadClass[] => {
  const table = new ClassTable(problem());
  return workloads.map((workload) => table.classOf(workload));
};

describe("classes of workloads that follow each other", () => {
  test("are one where all that is told is equal, though nothing of it is shared", () => {
    const [one, other] = classesOf(
      pod("one", { demand: asking({ "a/x": 1 }), labels: { app: "a" } }),
      pod("other", { demand: asking({ "a/x": 1 }), labels: { app: "a" } }),
    );
    expect(other).toBe(one);
  });

  test("have all but the extended resources in common where these alone differ", () => {
    const [one, other] = classesOf(
      pod("one", { demand: asking({ "a/x": 1 }) }),
      pod("other", { demand: asking({ "b/y": 2, "a/z": 1 }) }),
    );
    expect(other).toEqual({ ...one, id: 1, sample: other?.sample, extended: other?.extended });
    expect(one?.extended).toEqual([["a/x", 1]]);
    expect(other?.extended).toEqual([
      ["a/z", 1],
      ["b/y", 2],
    ]);
  });

  test.for<readonly [string, Partial<PlacementWorkload>]>([
    ["a demand", { demand: demand({ cpu: 7 }) }],
    ["scheduling terms", { scheduling: terms({ priority: 7 }) }],
    ["labels", { labels: { app: "b" } }],
    ["a namespace", { namespace: "other" }],
    ["a host by name", { pinHost: "h1" }],
    ["being on the way out", { isEnding: true }],
    ["a pool", { pool: "pools/p" }],
    ["a provider", { provider: "p" }],
    [
      "a use while it runs",
      { wish: "keep", at: "h1", active: { cpuMillicores: 1, memoryBytes: 1 } },
    ],
  ])("are two where they differ in %s", ([, given]) => {
    const [one, other, again] = classesOf(pod("one"), pod("other", given), pod("again"));
    expect(other).not.toBe(one);
    expect(again).toBe(one);
  });

  test.for<readonly [string, Readonly<Record<string, number>>, Readonly<Record<string, number>>]>([
    ["amounts swapped", { a: 1, b: 2 }, { a: 2, b: 1 }],
    ["an amount that looks like the start of a name", { "a 1 1 b": 1 }, { a: 1, b: 1 }],
    ["a digit moved from amount to name", { a1: 1 }, { a: 11 }],
  ])("are two where extended resources differ: %s", ([, left, right]) => {
    const [one, other] = classesOf(
      pod("one", { demand: asking(left) }),
      pod("other", { demand: asking(right) }),
    );
    expect(other).not.toBe(one);
  });
});
