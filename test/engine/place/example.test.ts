import { describe, expect, test } from "vitest";
import type { Host } from "../../../engine/model/host.ts";
import type { PlacementProblem } from "../../../engine/model/placement.ts";
import { place } from "../../../engine/place/place.ts";
import { demand, GIB, host, MIB, pod, policy, problem, running } from "./builders.ts";

/** Hosts of 100 GB as in fixture F3; CPU plays no part. */
const hundred = (name: string, activeGib: number, given: Partial<Host> = {}): Host =>
  host(name, {
    capacity: {
      cpuMillicores: 64_000,
      memoryBytes: 100 * GIB,
      ephemeralStorageBytes: 0,
    },
    active: { cpuMillicores: 0, memoryBytes: activeGib * GIB },
    ...given,
  });

const reserving = (gib: number): ReturnType<typeof demand> =>
  demand({ cpu: 100, memory: gib * GIB });

/** F3: reserved 60/40/40, active 80/70/45, a newcomer reserves 35. */
function activeUse(chooser: "drs" | "kube", stateOfC: Host["connection"]): PlacementProblem {
  const known = (gib: number): object => ({
    demand: reserving(gib),
    active: { cpuMillicores: 0, memoryBytes: gib * GIB },
  });
  return problem({
    hosts: [hundred("a", 80), hundred("b", 70), hundred("c", 45, { connection: stateOfC })],
    workloads: [
      running("old-a", "a", known(60)),
      running("old-b", "b", known(40)),
      running("old-c", "c", known(40)),
      pod("new", { demand: reserving(35) }),
    ],
    policies: [policy({ chooser })],
  });
}

describe("the example of active use (F3)", () => {
  test("D07, D15: the kube chooser sees B and C as equal and A lower", () => {
    const decision = place(activeUse("kube", "connected")).decisions.at(0);
    const ranks = new Map(decision?.candidates.map(({ host: name, rank }) => [name, rank]));
    expect(ranks).toEqual(
      new Map([
        ["b", 1],
        ["c", 1],
        ["a", 3],
      ]),
    );
    expect(decision).toMatchObject({ chosen: "b", decidedBy: "name", hostsFeasible: 3 });
  });

  test("D11, D15: DRS takes C, the host with the least active use", () => {
    const decision = place(activeUse("drs", "connected")).decisions.at(0);
    expect(decision?.chosen).toBe("c");
    expect(decision?.decidedBy).toBe("happiness");
    expect(decision?.candidates.map((candidate) => candidate.host)).toEqual(["c", "b", "a"]);
  });

  test("D15: with C in maintenance it is B, and C is named with its state", () => {
    const decision = place(activeUse("drs", "maintenance")).decisions.at(0);
    expect(decision?.chosen).toBe("b");
    expect(decision?.rejectedCounts).toEqual({ maintenance: 1 });
    expect(decision?.rejected[0]).toMatchObject({ host: "c", filter: "HostConnection" });
  });

  test("D11: changing nothing but the active use changes the winner", () => {
    const base = activeUse("drs", "connected");
    const hosts = [hundred("a", 60), hundred("b", 45), hundred("c", 70)];
    expect(place({ ...base, hosts }).decisions.at(0)?.chosen).toBe("b");
  });
});

describe("entitlement and admission (F4)", () => {
  const overhead = Math.round(151.93 * MIB);

  test("D12, F4a: of two hosts with equal unreserved memory the less active one wins", () => {
    const given = problem({
      hosts: [hundred("a", 90), hundred("b", 40)],
      workloads: [
        pod("vm", {
          demand: demand(
            { cpu: 4000, memory: 16 * GIB, overhead },
            { reservation: { cpuMillicores: 0, memoryBytes: 0 } },
          ),
        }),
      ],
    });
    expect(place(given).decisions.at(0)?.chosen).toBe("b");
  });

  test.for([
    { name: "a host with 8192 MB unreserved is refused", spare: 0, chosen: undefined },
    { name: "a host with 8343.93 MB unreserved is accepted", spare: overhead, chosen: "a" },
    { name: "one byte less is refused", spare: overhead - 1, chosen: undefined },
  ])("D13, F4b: $name", ({ spare, chosen }) => {
    const size = { cpuMillicores: 4000, memoryBytes: 16 * GIB };
    const given = problem({
      hosts: [hundred("a", 0)],
      workloads: [
        running("old", "a", { demand: demand({ cpu: 0, memory: 92 * GIB - spare }) }),
        pod("vm", {
          demand: demand(
            { cpu: 0, memory: 8 * GIB, overhead },
            {
              size: { ...size, vcpus: 4 },
              reservation: { cpuMillicores: 0, memoryBytes: 8 * GIB },
            },
          ),
        }),
      ],
    });
    const decision = place(given).decisions.at(0);
    expect(decision?.chosen).toBe(chosen);
    if (chosen === undefined) {
      expect(decision?.rejected[0]).toMatchObject({
        code: "mem-unreserved",
        short: overhead - spare,
        curable: true,
      });
    }
  });
});
