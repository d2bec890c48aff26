import { describe, expect, test } from "vitest";
import type { Decision, PlacementWorkload } from "../../../engine/model/placement.ts";
import { place } from "../../../engine/place/place.ts";
import { demand, GIB, host, pod, policy, problem, running } from "./builders.ts";

/** A VM that reserves nothing, so that only its number of vCPUs can be in the way. */
const machine = (vcpus: number): Partial<PlacementWorkload> => ({
  demand: demand(
    { cpu: 0, memory: 0 },
    { size: { vcpus, cpuMillicores: vcpus * 1000, memoryBytes: GIB } },
  ),
});

/** The decision on one host of 16 CPUs where 20 vCPUs are. */
function decide(percent: number | undefined, vcpus: number): Decision | undefined {
  const cap = percent === undefined ? {} : { cpuOvercommitPercentMax: percent };
  const others = [running("one", "a", machine(12)), running("two", "a", machine(8))];
  const given = problem({
    hosts: [host("a")],
    policies: [policy(cap)],
    workloads: [...others, pod("new", machine(vcpus))],
  });
  return place(given).decisions.at(0);
}

describe("a cap on virtual CPUs for each physical one", () => {
  test.for([
    { name: "no cap: any number fits", percent: undefined, vcpus: 16, taken: true },
    { name: "200 % of 16 is 32: 12 more are exactly enough", percent: 200, vcpus: 12, taken: true },
    { name: "13 more are one too many", percent: 200, vcpus: 13, taken: false },
    {
      name: "a percentage that makes no whole CPU is cut: 131 % is 20",
      percent: 131,
      vcpus: 1,
      taken: false,
    },
    { name: "132 % is 21", percent: 132, vcpus: 1, taken: true },
  ])("$name", ({ percent, vcpus, taken }) => {
    expect(decide(percent, vcpus)?.chosen).toBe(taken ? "a" : undefined);
  });

  test("the refusal shows the arithmetic, and that others would have to leave", () => {
    expect(decide(200, 13)?.rejected).toEqual([
      {
        host: "a",
        code: "cpu-overcommit",
        filter: "CpuOvercommit",
        curable: true,
        message: "20 vCPUs there + 13 wanted is more than 32, 200 % of its CPUs",
        short: 1000,
      },
    ]);
  });

  test("more vCPUs than the cap of an empty host cannot be cured", () => {
    expect(decide(50, 9)?.rejected[0]).toMatchObject({ code: "cpu-overcommit", curable: false });
  });

  test("a workload that is off counts no vCPUs", () => {
    const off = running("off", "a", { ...machine(16), poweredOn: false });
    const given = problem({
      hosts: [host("a")],
      policies: [policy({ cpuOvercommitPercentMax: 100 })],
      workloads: [off, pod("new", machine(16))],
    });
    expect(place(given).decisions.at(0)?.chosen).toBe("a");
  });
});
