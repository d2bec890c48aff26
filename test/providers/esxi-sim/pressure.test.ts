import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Intent } from "../../../engine/contract/provider.ts";
import type { JsonObject } from "../../../engine/model/json.ts";
import { create, find, idOf, podIntent } from "../../contract/subjects.ts";
import { GIB, type SimWorld } from "../../support/esxi-sim.ts";
import { inWorld } from "./world.ts";

interface PodFacts {
  readonly name: string;
  readonly qos: string;
  readonly reserved: number;
  readonly size: number;
  /** Memory in use, all in GiB. */
  readonly used: number;
  readonly priority?: number;
}

function podOf(number: number, facts: PodFacts): Intent {
  const { name, qos, reserved, size, priority } = facts;
  const intent = podIntent(number, { name, host: "host-a" });
  const spec = intent.attributes["spec"] as JsonObject;
  const attributes = {
    ...intent.attributes,
    spec: { ...spec, ...(priority === undefined ? {} : { priority }) },
    sizing: {
      vcpus: 1,
      cpuMillicores: 1000,
      memoryBytes: size * GIB,
      reservation: { cpuMillicores: 0, memoryBytes: reserved * GIB },
      overheadBytes: 0,
      qos,
    },
  };
  return { ...intent, attributes };
}

/** Names in the order in which they are evicted, one after the other. */
async function evicted(world: SimWorld, pods: readonly PodFacts[]): Promise<readonly string[]> {
  for (const [index, facts] of pods.entries()) {
    await create(world, podOf(index + 1, facts));
    await world.admin.load(`pod/shop/${facts.name}`, { memoryBytes: facts.used * GIB });
  }
  const order: string[] = [];
  for (let count = 0; count < pods.length; count++) {
    order.push((await world.admin.pressHost("host-a")).replace("pod/shop/", ""));
  }
  return order;
}

/** The Pods of F10: their reservations, sizes and demands. */
const A = { name: "a", qos: "Guaranteed", reserved: 4, size: 4, used: 4 };
const B = { name: "b", qos: "Burstable", reserved: 2, size: 8, used: 8 };
const C = { name: "c", qos: "BestEffort", reserved: 0, size: 1, used: 1 };

describe("S09, R05, F11: eviction under memory pressure", () => {
  test("takes BestEffort first, then Burstable above its request, Guaranteed last", () =>
    inWorld(async (world) => {
      expect(await evicted(world, [A, B, C])).toEqual(["c", "b", "a"]);
    }));

  test.for([
    {
      name: "a Burstable Pod within its request outlasts one above it",
      pods: [
        { ...B, name: "within", used: 2 },
        { ...B, name: "above", used: 3 },
      ],
      want: ["above", "within"],
    },
    {
      name: "of equals the lower priority goes first, however little it uses",
      pods: [
        { ...B, name: "high", priority: 10, used: 8 },
        { ...B, name: "low", priority: 1, used: 3 },
      ],
      want: ["low", "high"],
    },
    {
      name: "then who uses most beyond its request, then by name",
      pods: [
        { ...C, name: "z" },
        { ...C, name: "y" },
        { ...C, name: "x", size: 2, used: 2 },
      ],
      want: ["x", "y", "z"],
    },
  ])("$name", ({ pods, want }) =>
    inWorld(async (world) => {
      expect(await evicted(world, pods)).toEqual(want);
    }),
  );

  test("is Kubernetes' work, and nobody else's", () =>
    inWorld(async (world) => {
      await evicted(world, [C]);
      expect(await find(world, idOf(1))).toMatchObject({
        power: "off",
        status: { phase: "Failed", reason: "Evicted" },
      });
      const events = world.admin.trace("pod/shop/c").filter(({ event }) => event === "evict");
      expect(events.map(({ actor }) => actor)).toEqual(["kubernetes"]);
      await expect(world.admin.pressHost("host-a")).rejects.toThrow("runs no Pod");
    }));

  test("never takes a Pod while one of a lesser class is left", async () => {
    const classes = ["BestEffort", "Burstable", "Guaranteed"];
    const pod = fc.record({
      qos: fc.constantFrom(...classes),
      used: fc.integer({ min: 1, max: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(pod, { minLength: 1, maxLength: 6 }), (pods) =>
        inWorld(async (world) => {
          const facts = pods.map(({ qos, used }, index) => ({
            name: `p-${index}`,
            qos,
            reserved: qos === "BestEffort" ? 0 : 1,
            size: 4,
            used,
          }));
          const order = await evicted(world, facts);
          const ranks = order.map((name) =>
            classes.indexOf(facts.find((each) => each.name === name)?.qos ?? ""),
          );
          expect(ranks).toEqual(ranks.toSorted((left, right) => left - right));
        }),
      ),
      { numRuns: 30, seed: 7 },
    );
  });
});

describe("S21: what a guest can use", () => {
  const container = (name: string, limits?: JsonObject): JsonObject => ({
    name,
    image: "nginx",
    ...(limits === undefined ? {} : { resources: { limits } }),
  });
  const cases: readonly {
    readonly name: string;
    readonly containers: readonly JsonObject[];
    readonly want: { readonly cpuMillicores: number; readonly memoryBytes: number };
  }[] = [
    {
      name: "a container cannot exceed its limit even if the VM has room",
      containers: [container("a", { cpu: "500m", memory: "1Gi" })],
      want: { cpuMillicores: 500, memoryBytes: GIB },
    },
    {
      name: "several containers cannot exceed the sum of their limits",
      containers: [
        container("a", { cpu: "300m", memory: "1Gi" }),
        container("b", { cpu: "400m", memory: "1Gi" }),
      ],
      want: { cpuMillicores: 700, memoryBytes: 2 * GIB },
    },
    {
      name: "with a container without a limit the VM is the only boundary",
      containers: [container("a", { cpu: "300m", memory: "1Gi" }), container("b")],
      want: { cpuMillicores: 1000, memoryBytes: 4 * GIB },
    },
    {
      name: "limits above the VM do not widen it",
      containers: [container("a", { cpu: "8", memory: "64Gi" })],
      want: { cpuMillicores: 1000, memoryBytes: 4 * GIB },
    },
  ];
  for (const { name, containers, want } of cases) {
    test(name, () =>
      inWorld(async (world) => {
        const intent = podOf(1, { ...A, name: "a" });
        const attributes = { ...intent.attributes, spec: { containers } };
        await create(world, { ...intent, attributes });
        const asked = { cpuMillicores: 50_000, memoryBytes: 500 * GIB };
        expect(await world.admin.load("pod/shop/a", asked)).toEqual(want);
        expect((await find(world, idOf(1)))?.active).toEqual(want);
      }),
    );
  }
});
