import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  chooseNuma,
  NUMA_SETTINGS,
  type NumaUse,
  sharesAfter,
} from "../../../../engine/place/outcome/numa.ts";
import { GIB } from "../builders.ts";

/** A node of 16 CPUs and 64 GiB with some of both allocated. */
const node = (number: number, cpus: number, gib: number): NumaUse => ({
  node: {
    cpus: Array.from({ length: 16 }, (_item, index) => number * 16 + index),
    memoryBytes: 64 * GIB,
  },
  allocated: { cpuMillicores: cpus * 1000, memoryBytes: gib * GIB },
});

const vm = (vcpus: number, gib: number): Parameters<typeof chooseNuma>[1] => ({
  vcpus,
  cpuMillicores: vcpus * 1000,
  memoryBytes: gib * GIB,
});

describe("U06, F5: the node on which CPU and memory shares end up closest", () => {
  test("VM 4/16: node 0 with 0.25 against node 1 with 0.375", () => {
    const nodes = [node(0, 8, 16), node(1, 4, 40)];
    expect(chooseNuma(nodes, vm(4, 16))).toEqual({ is: "node", node: 0 });
    expect(sharesAfter(node(0, 8, 16), vm(4, 16))).toEqual({
      cpuPpm: 750_000,
      memoryPpm: 500_000,
    });
    expect(sharesAfter(node(1, 4, 40), vm(4, 16))).toEqual({
      cpuPpm: 500_000,
      memoryPpm: 875_000,
    });
  });

  test("VM 4/8: node 0 with 0.125 against node 1 with 0.5625", () => {
    const nodes = [node(0, 8, 48), node(1, 12, 20)];
    expect(chooseNuma(nodes, vm(4, 8))).toEqual({ is: "node", node: 0 });
    // With the nodes swapped the answer follows the load, not the number.
    const swapped = [node(0, 12, 20), node(1, 8, 48)];
    expect(chooseNuma(swapped, vm(4, 8))).toEqual({ is: "node", node: 1 });
  });

  test("a CPU threshold of 0.9 leaves a node of 16/16 out", () => {
    const settings = { ...NUMA_SETTINGS, cpuThresholdPpm: 900_000 };
    const full = [node(0, 12, 20)];
    expect(chooseNuma(full, vm(4, 8)).is).toBe("node");
    expect(chooseNuma(full, vm(4, 8), settings).is).toBe("none");
  });

  test("a tie goes to the lower number", () => {
    expect(chooseNuma([node(0, 2, 8), node(1, 2, 8)], vm(4, 16))).toEqual({ is: "node", node: 0 });
  });
});

test("U02: a pin is not exclusive, so a node may carry one and a half times its CPUs", () => {
  expect(chooseNuma([node(0, 16, 0)], vm(8, 8)).is).toBe("node");
  expect(chooseNuma([node(0, 17, 0)], vm(8, 8)).is).toBe("none");
});

test("memory is never over-committed", () => {
  expect(chooseNuma([node(0, 0, 60)], vm(1, 4)).is).toBe("node");
  expect(chooseNuma([node(0, 0, 60)], vm(1, 5)).is).toBe("none");
});

describe("U03: never split when it fits, and evenly otherwise", () => {
  test("8 CPUs on two nodes are one node, or 4 and 4, never 2 and 6", () => {
    expect(chooseNuma([node(0, 0, 0), node(1, 0, 0)], vm(8, 16)).is).toBe("node");
    const tight = [node(0, 18, 0), node(1, 20, 0)];
    expect(chooseNuma(tight, vm(8, 16))).toEqual({ is: "split", nodes: [0, 1] });
    const uneven = [node(0, 18, 0), node(1, 22, 0)];
    expect(chooseNuma(uneven, vm(8, 16))).toEqual({ is: "none" });
  });

  test("a VM wider than a node is split", () => {
    expect(chooseNuma([node(0, 0, 0), node(1, 0, 0)], vm(24, 100))).toEqual({
      is: "split",
      nodes: [0, 1],
    });
  });

  test("an odd number of CPUs does not split over two nodes", () => {
    expect(chooseNuma([node(0, 0, 0), node(1, 0, 0)], vm(17, 16)).is).toBe("none");
  });

  test("a split is always into equal parts", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 24 }), fc.integer({ min: 0, max: 64 })), {
          minLength: 1,
          maxLength: 4,
        }),
        fc.integer({ min: 1, max: 64 }),
        fc.integer({ min: 1, max: 200 }),
        (uses, vcpus, gib) => {
          const nodes = uses.map(([cpus, memory], index) => node(index, cpus, memory));
          const chosen = chooseNuma(nodes, vm(vcpus, gib));
          if (chosen.is !== "split") return;
          expect(vcpus % chosen.nodes.length).toBe(0);
          expect(new Set(chosen.nodes).size).toBe(chosen.nodes.length);
          expect(chooseNuma(nodes, vm(vcpus, gib)).is).not.toBe("node");
        },
      ),
    );
  });
});
