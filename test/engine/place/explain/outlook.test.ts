import { describe, expect, test } from "vitest";
import type { PlacementResult } from "../../../../engine/model/placement.ts";
import { peakProof } from "../../../../engine/place/outcome/bounds.ts";
import { Ledger } from "../../../../engine/place/ledger/ledger.ts";
import { place } from "../../../../engine/place/place.ts";
import { settle } from "../../../../engine/place/deciding/seating.ts";
import { demand, GIB, host, MIB, pod, policy, problem, running } from "../builders.ts";

describe("hosts, score and resilience", () => {
  test("D16: contention makes the mean happiness fall, and only then", () => {
    const running100 = (count: number): readonly ReturnType<typeof running>[] =>
      Array.from({ length: count }, (_item, index) =>
        running(`p${String(index)}`, "a", {
          demand: demand(
            { cpu: 0, memory: 0 },
            { size: { cpuMillicores: 8000, memoryBytes: GIB, vcpus: 8 } },
          ),
        }),
      );
    const scoreOf = (count: number): number =>
      place(problem({ hosts: [host("a")], workloads: running100(count) })).scoreBefore;
    expect(scoreOf(2)).toBe(100);
    expect(scoreOf(4)).toBe(50);
    expect(scoreOf(0)).toBe(100);
  });

  test("N+1: how many hosts may fail, and what is spare then", () => {
    const hosts = ["a", "b", "c"].map((name) => host(name));
    const resilienceWith = (gib: number): PlacementResult["resilience"] =>
      place(
        problem({
          hosts,
          workloads: Array.from({ length: gib }, (_item, index) =>
            running(`p${String(index)}`, "abc"[index % 3] ?? "a", {
              demand: demand({ cpu: 100, memory: GIB }),
            }),
          ),
          policies: [policy({ hostFailuresToTolerate: 1 })],
        }),
      ).resilience;
    expect(resilienceWith(10)).toEqual({ nPlus: 2, tightest: "memory", spare: 118 * GIB });
    expect(resilienceWith(64).nPlus).toBe(2);
    expect(resilienceWith(65).nPlus).toBe(1);
    expect(resilienceWith(129)).toEqual({ nPlus: 0, tightest: "memory", spare: -GIB });
  });

  test("the peak cannot be below the total load over the total capacity", () => {
    const hosts = ["a", "b"].map((name) => host(name));
    const ledger = new Ledger(problem({ hosts }));
    const workloads = Array.from({ length: 8 }, (_item, index) =>
      running(`p${String(index)}`, "a", { demand: demand({ cpu: 1000, memory: 8 * GIB }) }),
    );
    settle(workloads, { ledger, placed: new Map() });
    expect(peakProof(ledger).boundPpm).toBe(500_000);
  });

  test("a batch ends within one workload of the bound", () => {
    const hosts = Array.from({ length: 8 }, (_item, index) => host(`h${String(index)}`));
    const workloads = Array.from({ length: 600 }, (_item, index) =>
      pod(`p${String(index)}`, { demand: demand({ cpu: 20 + (index % 7), memory: 300 * MIB }) }),
    );
    const given = problem({ hosts, workloads });
    const after = place(given).hosts.map((each) => each.after.active.memoryBytes / (64 * GIB));
    const bound = (600 * 300 * MIB) / (8 * 64 * GIB);
    expect(Math.max(...after) - bound).toBeLessThan((300 * MIB) / (64 * GIB));
  });
});
