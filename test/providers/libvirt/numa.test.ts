import { describe, expect, test } from "vitest";
import type { NumaNode } from "../../../engine/model/host.ts";
import type { PlanDecision } from "../../../engine/model/plan.ts";
import { bindingOn, numaWish, type NumaWish, withNuma } from "../../../providers/libvirt/numa.ts";
import { type MachineRecord, metadataOf, recordOf } from "../../../providers/libvirt/record.ts";
import { host } from "../../support/builders.ts";

const NODES: readonly NumaNode[] = [
  { cpus: [0, 1, 2, 3], memoryBytes: 2 ** 30 },
  { cpus: [4, 5, 6, 7], memoryBytes: 2 ** 30 },
];

const DECISION: PlanDecision = {
  id: "d-1",
  address: "vm/shop/db",
  chosen: "kvm-a",
  decidedBy: "only",
  candidates: [],
  rejected: [],
  rejectedCounts: {},
  hostsConsidered: 1,
  hostsFeasible: 1,
};

describe("U04, U05: what the plan chose of a host", () => {
  test("is taken for the host that it chose, and for no other", () => {
    const decision: PlanDecision = { ...DECISION, numaNodes: [1], cpus: [4, 5], isPinned: true };
    const wish = { nodes: [1], cpus: [4, 5], isPinned: true };
    expect(numaWish(decision, "kvm-a")).toEqual(wish);
    expect(numaWish(decision, "kvm-b")).toBeUndefined();
    expect(numaWish({ ...DECISION, numaNodes: [0] }, "kvm-a")).toEqual({ nodes: [0] });
    expect(numaWish(DECISION, "kvm-a")).toBeUndefined();
    expect(numaWish(undefined, "kvm-a")).toBeUndefined();
  });

  const cases: readonly {
    readonly name: string;
    readonly wish: NumaWish | undefined;
    readonly numa?: readonly NumaNode[];
    readonly want: unknown;
  }[] = [
    {
      name: "a node stands for all of its CPUs",
      wish: { nodes: [1] },
      want: { nodes: [1], cpus: [4, 5, 6, 7], isPinned: false },
    },
    {
      name: "CPUs that others have alone are left out",
      wish: { nodes: [1], cpus: [6, 7] },
      want: { nodes: [1], cpus: [6, 7], isPinned: false },
    },
    {
      name: "CPUs of its own are kept",
      wish: { nodes: [0], cpus: [0, 1], isPinned: true },
      want: { nodes: [0], cpus: [0, 1], isPinned: true },
    },
    { name: "without a wish nothing is bound", wish: undefined, want: undefined },
    { name: "a node that the host has not binds nothing", wish: { nodes: [2] }, want: undefined },
    {
      name: "a CPU of another node binds nothing",
      wish: { nodes: [0], cpus: [0, 4], isPinned: true },
      want: undefined,
    },
    {
      name: "on a host of one node there is nothing to bind to",
      wish: { nodes: [0] },
      numa: NODES.slice(0, 1),
      want: undefined,
    },
  ];
  for (const { name, wish, numa = NODES, want } of cases) {
    test(name, () => expect(bindingOn(host({ name: "kvm-a", numa }), wish)).toEqual(want));
  }

  test.for<NumaWish>([{ nodes: [0, 1] }, { nodes: [1], cpus: [4, 5], isPinned: true }])(
    "is kept in the record of the machine: %j",
    (numa) => {
      const free: MachineRecord = {
        attributes: {},
        namespace: "shop",
        name: "db",
        stage: "made",
        origin: "made",
        volumesOn: ["kvm-a"],
      };
      const record = withNuma(free, numa);
      expect(recordOf(metadataOf(record, undefined))).toEqual({ record, tag: undefined });
      expect(withNuma(record, undefined)).toEqual(free);
    },
  );
});
