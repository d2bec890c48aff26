import { describe, expect, test } from "vitest";
import type { NumaNode } from "../../../../engine/model/host.ts";
import type { PlacementResult, PlacementWorkload } from "../../../../engine/model/placement.ts";
import { place } from "../../../../engine/place/place.ts";
import { demand, GIB, host, pod, problem, running } from "../builders.ts";

/** Two nodes of 16 CPUs and 64 GiB. */
const NUMA: readonly NumaNode[] = [0, 1].map((node) => ({
  cpus: Array.from({ length: 16 }, (_, cpu) => node * 16 + cpu),
  memoryBytes: 64 * GIB,
}));
const capacity = {
  cpuMillicores: 32_000,
  memoryBytes: 128 * GIB,
  ephemeralStorageBytes: GIB,
};
const numaHost = host("a", { numa: NUMA, capacity });

const sized = (vcpus: number, gib: number): Partial<PlacementWorkload> => ({
  demand: demand(
    { cpu: 0, memory: 0 },
    { size: { vcpus, cpuMillicores: vcpus * 1000, memoryBytes: gib * GIB } },
  ),
});

const berths = (workloads: readonly PlacementWorkload[]): PlacementResult["berths"] =>
  place(problem({ hosts: [numaHost], workloads })).berths;

const nodesOf = (workloads: readonly PlacementWorkload[]): readonly (readonly number[])[] =>
  (berths(workloads) ?? []).map(({ numaNodes }) => numaNodes);

describe("U01, U06, F5: a VM gets the NUMA node that keeps CPU and memory in step", () => {
  test("beside 8 of 16 CPUs and 16 of 64 GiB, much memory joins and as much of both does not", () => {
    // |12/16 - 56/64| = 0.125 against |4/16 - 40/64| = 0.375, and |12/16 - 32/64| against 0.
    const old = running("1", "a", sized(8, 16));
    expect(nodesOf([old, pod("new", sized(4, 40))])).toEqual([[0]]);
    expect(nodesOf([old, pod("new", sized(4, 16))])).toEqual([[1]]);
  });

  test("U02: nodes are shared up to 150 % of their CPUs, and then nothing is bound", () => {
    const vms = ["1", "2", "3", "4", "5"].map((name) => pod(name, sized(12, 16)));
    expect(nodesOf(vms)).toEqual([[0], [1], [0], [1]]);
  });

  test("U03: what fits no node is split evenly, never 2 and 6", () => {
    expect(nodesOf([pod("wide", sized(24, 64))])).toEqual([[0, 1]]);
    expect(nodesOf([pod("big", sized(8, 100))])).toEqual([[0, 1]]);
  });

  test("U07: what leaves gives its node back, since nothing is remembered besides the world", () => {
    const first = running("1", "a", sized(8, 60));
    expect(nodesOf([first, pod("new", sized(8, 60))])).toEqual([[1]]);
    expect(nodesOf([pod("new", sized(8, 60))])).toEqual([[0]]);
  });

  test("a host without NUMA nodes says nothing", () => {
    const { berths: none } = place(problem({ hosts: [host("a")], workloads: [pod("new")] }));
    expect(none).toBeUndefined();
  });

  test("what stays where it is gets no new berth", () => {
    expect(berths([running("old", "a", sized(4, 4))])).toBeUndefined();
  });
});

describe("U05: CPUs of its own", () => {
  const dedicated = (vcpus: number, gib = 4): Partial<PlacementWorkload> => {
    const { demand: wanted } = sized(vcpus, gib);
    return wanted === undefined ? {} : { demand: { ...wanted, isDedicated: true } };
  };
  const brief = (workloads: readonly PlacementWorkload[]): readonly unknown[] =>
    (berths(workloads) ?? []).map(({ numaNodes, cpus, isPinned }) => [numaNodes, cpus, isPinned]);

  test("each virtual CPU gets one of a single node", () => {
    expect(brief([pod("vm", dedicated(4))])).toEqual([[[0], [0, 1, 2, 3], true]]);
  });

  test("these CPUs leave what the others of the node share", () => {
    const rest = Array.from({ length: 12 }, (_, cpu) => cpu + 4);
    const old = [running("1", "a", dedicated(4)), running("2", "a", sized(8, 32))];
    expect(brief([...old, pod("3", sized(8, 40))])).toEqual([[[0], rest, undefined]]);
  });

  test("nobody has a CPU twice, and where none are left it shares", () => {
    const vms = Array.from({ length: 6 }, (_, index) => pod(`vm-${index}`, dedicated(6, 1)));
    const given = berths(vms) ?? [];
    const own = given.filter(({ isPinned }) => isPinned === true);
    const cpus = own.flatMap((berth) => berth.cpus ?? []);
    expect(own.length).toBe(4);
    expect(new Set(cpus).size).toBe(24);
    for (const berth of given) {
      if (berth.isPinned === true) continue;
      expect((berth.cpus ?? []).filter((cpu) => cpus.includes(cpu))).toEqual([]);
    }
  });
});
