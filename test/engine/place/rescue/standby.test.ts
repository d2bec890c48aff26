import { describe, expect, test } from "vitest";
import type { PlacementResult } from "../../../../engine/model/placement.ts";
import { place } from "../../../../engine/place/place.ts";
import { demand, GIB, host, pod, policy, problem, running, terms } from "../builders.ts";
import { checkFixes } from "./fix-checker.ts";

const cpus = (cpu: number): { readonly demand: ReturnType<typeof demand> } => ({
  demand: demand({ cpu: cpu * 1000 }),
});
const chosenOf = (result: PlacementResult, name: string): string | undefined =>
  result.decisions.find(({ key }) => key === `pod/shop/${name}`)?.chosen;

describe("standby: a host wakes where no move helps", () => {
  const power = { targetPercent: 63, bandPercent: 18, hostsMin: 1 };
  const sleeping = { connection: "standby" } as const;
  const small = {
    ...sleeping,
    capacity: { cpuMillicores: 8000, memoryBytes: 32 * GIB, ephemeralStorageBytes: 0 },
  };
  const hosts = [host("a"), host("s1", sleeping), host("s2", small)];
  const workloads = [running("x", "a", cpus(12)), pod("new", cpus(6)), pod("new2", cpus(2))];

  test("the smallest that will do, and the advice names whom it is for", () => {
    const result = place(problem({ hosts, workloads, policies: [policy({ power })] }));
    expect(chosenOf(result, "new")).toBe("s2");
    expect(result.power).toEqual([
      { host: "s2", to: "on", message: "s2 wakes for pod/shop/new", for: "pod/shop/new" },
    ]);
    expect(result.hosts[2]?.after.workloads).toBe(1);
  });

  test.for([
    ["spares whoever else would end", sleeping, [], ["s1"]],
    ["spares nobody where it is too small", small, ["x"], []],
  ] as const)("a host that could wake %s", ([, sleeper, ended, woken]) => {
    const low = { ...cpus(12), scheduling: terms({ priority: 1 }), isPreemptible: true } as const;
    const vip = pod("vip", { ...cpus(10), scheduling: terms({ priority: 100 }) });
    const given = problem({
      hosts: [host("a"), host("s1", sleeper)],
      workloads: [running("x", "a", low), vip],
      policies: [policy({ power })],
    });
    const result = place(given);
    expect(result.preempted.map(({ key }) => key)).toEqual(ended.map((name) => `pod/shop/${name}`));
    expect(result.power.map(({ host: name }) => name)).toEqual(woken);
    expect(chosenOf(result, "vip")).toBe(woken[0] ?? "a");
  });

  test("without a policy for power no host wakes, but the fix says so", () => {
    const result = place(problem({ hosts, workloads }));
    expect(chosenOf(result, "new")).toBeUndefined();
    expect(result.power).toEqual([]);
    const unplaced = result.decisions.find(({ chosen }) => chosen === undefined);
    expect(unplaced?.fixes[0]?.description).toBe("wake host s1");
  });

  test("what a sleeper has kept counts for fail-over from the moment it wakes", () => {
    const given = problem({
      hosts: [host("a"), host("s1", sleeping)],
      workloads: [running("kept", "s1", cpus(6)), pod("new", cpus(6)), pod("new2", cpus(6))],
      policies: [policy({ power, hostFailuresToTolerate: 1 })],
    });
    const result = place(given);
    expect(result.power.map(({ host: name }) => name)).toEqual(["s1"]);
    const unplaced = result.decisions.filter(({ chosen }) => chosen === undefined);
    expect(unplaced.map(({ gate }) => gate?.code)).toEqual(["cluster-failover"]);
    expect(checkFixes(given).faults).toEqual([]);
  });

  test("whoever comes later finds the woken host without another one waking", () => {
    const many = [...workloads, pod("new3", cpus(6)), pod("new4", cpus(6))];
    const given = problem({
      hosts: [host("a"), host("s1", sleeping)],
      workloads: many,
      policies: [policy({ power })],
    });
    const result = place(given);
    expect(result.power).toHaveLength(1);
    expect(result.decisions.filter(({ chosen }) => chosen === "s1")).toHaveLength(2);
  });
});
