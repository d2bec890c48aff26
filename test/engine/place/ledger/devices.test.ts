import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Host } from "../../../../engine/model/host.ts";
import type { Decision, PlacementWorkload } from "../../../../engine/model/placement.ts";
import { DeviceTable, GPU_MILLI } from "../../../../engine/place/ledger/devices.ts";
import { Ledger } from "../../../../engine/place/ledger/ledger.ts";
import { place } from "../../../../engine/place/place.ts";
import { demand, host, pod, problem, running } from "../builders.ts";

/** A host with so many GPUs that can be shared. */
function gpuHost(name: string, devices: number): Host {
  const plain = host(name);
  const extended = { [GPU_MILLI]: devices * 1000 };
  return { ...plain, allocatable: { ...plain.allocatable, extended } };
}

const asking = (milli: number): Partial<PlacementWorkload> => {
  const plain = demand({ cpu: 100 });
  return { demand: { ...plain, request: { ...plain.request, extended: { [GPU_MILLI]: milli } } } };
};

function decide(
  hosts: readonly Host[],
  milli: number,
  others: readonly PlacementWorkload[] = [],
): Decision | undefined {
  return place(problem({ hosts, workloads: [...others, pod("new", asking(milli))] })).decisions.at(
    0,
  );
}

describe("a part of a GPU is of one device", () => {
  test.for([
    { name: "half of an idle one", taken: [], milli: 500, devices: [0] },
    { name: "a whole one", taken: [300], milli: 1000, devices: [1] },
    { name: "where it leaves the least over", taken: [300, 800], milli: 600, devices: [0] },
    { name: "exactly what is left", taken: [300, 800], milli: 700, devices: [0] },
    { name: "two and a half", taken: [], milli: 2500, devices: undefined },
    { name: "one and a half", taken: [], milli: 1500, devices: [0, 1] },
    { name: "one and a part beside another", taken: [400], milli: 1500, devices: [1, 0] },
    { name: "parts of two do not add up", taken: [600, 600], milli: 500, devices: undefined },
    { name: "no whole one is left", taken: [100, 950], milli: 1000, devices: undefined },
  ])("$name: of two devices after $taken", ({ taken, milli, devices }) => {
    const table = new DeviceTable([gpuHost("a", 2)]);
    for (const amount of taken) table.take(0, amount);
    expect(table.choice(0, milli)).toEqual(devices);
  });

  test("the sum is there and no device has it: the host is rejected with what is left", () => {
    const others = ["one", "two"].map((name) => running(name, "a", asking(600)));
    expect(decide([gpuHost("a", 2)], 500, others)?.rejected).toEqual([
      {
        host: "a",
        filter: "GpuDevice",
        code: "gpu-fragmented",
        curable: true,
        message: "no device has the 500 thousandths of a GPU that are wanted: left are 400, 400",
      },
    ]);
  });

  test("a host without GPUs is rejected by its sum, as any extended resource is", () => {
    expect(decide([host("a")], 500)?.rejected[0]?.code).toBe("extended-short");
  });

  test("a workload that asks for none sees no difference", () => {
    const given = problem({ hosts: [gpuHost("a", 1), host("b")], workloads: [pod("new")] });
    expect(place(given).decisions.at(0)?.candidates).toHaveLength(2);
  });
});

describe("fragmentation", () => {
  test("a part goes where it makes the least useless, also where it is busier", () => {
    // 300 fill up what is left of a, and would leave a fragment of b that nobody can use.
    const hosts = [gpuHost("a", 1), gpuHost("b", 1)];
    const others = [running("old", "a", asking(700)), running("big", "b", asking(300))];
    const decision = decide(hosts, 300, others);
    expect(decision?.chosen).toBe("a");
    expect(decision?.decidedBy).toBe("fragmentation");
  });

  test("whole devices stay whole where parts can share", () => {
    const hosts = [gpuHost("a", 2), gpuHost("b", 2)];
    const workloads = [
      ...["h1", "h2"].map((name) => pod(name, asking(500))),
      ...["w1", "w2", "w3"].map((name) => pod(name, asking(1000))),
    ];
    const { decisions, berths } = place(problem({ hosts, workloads }));
    expect(decisions.every(({ chosen }) => chosen !== undefined)).toBe(true);
    const halves = berths?.filter(({ key }) => key.includes("/h"));
    expect(new Set(halves?.map(({ host: name, gpus }) => `${name}/${gpus.join()}`)).size).toBe(1);
  });
});

test("devices are given back and changes undone exactly", () => {
  const amount = fc.constantFrom(100, 250, 500, 700, 1000, 1500);
  const step = fc.tuple(fc.constantFrom("take", "give", "undo"), amount);
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const table = new DeviceTable([gpuHost("a", 3)]);
      const held: number[] = [];
      /** What was left after each change that is not undone, and who held what. */
      const history: { left: readonly number[]; held: readonly number[] }[] = [];
      const note = (): void => {
        history.push({ left: table.left(0), held: [...held] });
      };
      note();
      for (const [what, asked] of steps) {
        const at = held.lastIndexOf(asked);
        if (what === "take") {
          table.take(0, asked);
          held.push(asked);
          note();
        } else if (what === "give" && at >= 0) {
          table.giveBack(0, asked);
          held.splice(at, 1);
          note();
        } else if (what === "undo" && history.length > 1) {
          history.pop();
          table.undo();
          held.splice(0, held.length, ...(history.at(-1)?.held ?? []));
        }
        expect(table.left(0)).toEqual(history.at(-1)?.left);
      }
    }),
    { numRuns: 300, seed: 3 },
  );
});

test("a ledger that is rolled back has its devices as before", () => {
  const ledger = new Ledger(problem({ hosts: [gpuHost("a", 2)] }));
  const [half, most] = [500, 700].map((milli) =>
    ledger.classes.classOf(running(`p${milli}`, "a", asking(milli))),
  );
  if (half === undefined || most === undefined) throw new Error("no class");
  ledger.add(most, 0, 1);
  ledger.add(half, 0, 1);
  const mark = ledger.mark();
  ledger.add(most, 0, -1);
  ledger.add(half, 0, 1);
  expect(ledger.devices.left(0)).toEqual([1000, 0]);
  ledger.rollback(mark);
  expect(ledger.devices.left(0)).toEqual([300, 500]);
});
