import { describe, expect, test } from "vitest";
import type { Address } from "../../../../engine/model/address.ts";
import type { Decision, PlacementResult } from "../../../../engine/model/placement.ts";
import { place } from "../../../../engine/place/place.ts";
import { demand, GIB, host, pod, problem, running, terms } from "../builders.ts";

const POOL = "supervisornamespace/shop" as Address;

const decisionOf = (result: PlacementResult, name: string): Decision | undefined =>
  result.decisions.find(({ key }) => key === `pod/shop/${name}`);

describe("repairs", () => {
  test("a workload that must leave goes elsewhere, and its old host gets room", () => {
    const given = problem({
      hosts: [host("a", { connection: "maintenance" }), host("b")],
      workloads: [running("p", "a", { wish: "repair" })],
    });
    const result = place(given);
    expect(result.decisions.at(0)).toMatchObject({ chosen: "b", from: "a" });
    expect(result.decisions.at(0)?.rejectedCounts).toEqual({ maintenance: 1 });
    expect(result.hosts.map(({ before, after }) => [before.workloads, after.workloads])).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  test("a host that is open is named as the one to be left", () => {
    const given = problem({
      hosts: [host("a"), host("b")],
      workloads: [running("p", "a", { wish: "repair" })],
    });
    const [decision] = place(given).decisions;
    expect(decision).toMatchObject({ chosen: "b", from: "a", rejectedCounts: { leaving: 1 } });
  });

  test("N03: in a full pool it takes its own share along", () => {
    const source = { path: "", document: 0, pointer: "" };
    const quota = { cpuMillicoresLimit: 2000, memoryBytesLimit: undefined, parent: undefined };
    const given = problem({
      hosts: [host("a", { connection: "maintenance" }), host("b")],
      workloads: [running("p", "a", { wish: "repair", pool: POOL, demand: demand({ cpu: 2000 }) })],
      pools: [{ ...quota, address: POOL, shares: "normal", source }],
    });
    expect(place(given).decisions.at(0)).toMatchObject({ chosen: "b", gate: undefined });
  });

  test("without another host it stays counted where it is", () => {
    const given = problem({
      hosts: [host("a", { connection: "maintenance" })],
      workloads: [running("p", "a", { wish: "repair" })],
    });
    const result = place(given);
    expect(result.decisions.at(0)).toMatchObject({ chosen: undefined, from: "a" });
    expect(result.hosts[0]?.after.workloads).toBe(1);
  });

  test("room that a repair leaves serves others in the same plan", () => {
    const big = demand({ cpu: 16_000 });
    const given = problem({
      hosts: [host("a", { labels: { disk: "ssd" } }), host("b")],
      workloads: [
        running("old", "a", { wish: "repair", demand: big }),
        pod("new", { demand: big, scheduling: terms({ nodeSelector: { disk: "ssd" } }) }),
      ],
    });
    const result = place(given);
    expect(decisionOf(result, "old")?.chosen).toBe("b");
    expect(decisionOf(result, "new")?.chosen).toBe("a");
  });

  test("what is resized stays on its host while it fits there", () => {
    const workloads = [pod("p", { at: "b", demand: demand({ cpu: 2000 }) })];
    const hosts = [host("a"), host("b", { active: { cpuMillicores: 4000, memoryBytes: GIB } })];
    expect(place(problem({ hosts, workloads })).decisions.at(0)).toMatchObject({
      chosen: "b",
      decidedBy: "stays",
    });
    const full = [...workloads, running("old", "b", { demand: demand({ cpu: 15_000 }) })];
    expect(place(problem({ hosts, workloads: full })).decisions.at(0)?.chosen).toBe("a");
  });

  test("what leaves first counts before and frees its room", () => {
    const big = demand({ cpu: 16_000 });
    const given = problem({
      hosts: [host("a")],
      workloads: [pod("new", { demand: big })],
      leaving: [running("old", "a", { demand: big })],
    });
    const result = place(given);
    expect(result.decisions.at(0)?.chosen).toBe("a");
    expect(result.hosts[0]?.before.reserved.cpuMillicores).toBe(16_000);
    expect(result.hosts[0]?.after.reserved.cpuMillicores).toBe(16_000);
  });

  test("a powered-off workload gets a host to be registered on but takes no room", () => {
    const given = problem({
      hosts: [host("a")],
      workloads: [
        running("old", "a", { demand: demand({ cpu: 16_000 }) }),
        pod("off", { poweredOn: false, demand: demand({ cpu: 8000 }) }),
      ],
    });
    const result = place(given);
    expect(result.decisions.at(0)?.chosen).toBe("a");
    expect(result.hosts[0]?.after.reserved.cpuMillicores).toBe(16_000);
  });
});
