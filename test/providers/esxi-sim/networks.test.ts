import { describe, expect, test } from "vitest";
import type { Intent } from "../../../engine/contract/provider.ts";
import { stringAt } from "../../../engine/model/json.ts";
import {
  create,
  find,
  idOf,
  permitOf,
  plainIntent,
  podIntent,
  remove,
  vmIntent,
} from "../../contract/subjects.ts";
import { hostIntent, type SimWorld } from "../../support/esxi-sim.ts";
import { inWorld } from "./world.ts";

describe("networks", () => {
  const addressOf = async (world: SimWorld, number: number): Promise<string> =>
    stringAt((await find(world, idOf(number)))?.status, "address") ?? "";

  test("A07, W02: every Pod has its own address, every namespace its own segment", () =>
    inWorld(async (world) => {
      const seen = new Set<string>();
      for (let number = 1; number <= 40; number++) {
        const namespace = number % 2 === 0 ? "shop" : "bank";
        await create(world, podIntent(number, { namespace }));
        seen.add(await addressOf(world, number));
      }
      expect(seen.size).toBe(40);
      const segments = [...seen].map((address) => address.split(".").slice(0, 3).join("."));
      expect(new Set(segments).size).toBe(2);
    }));

  test("A07: the declared segment of a namespace gives the addresses, each of its ranges in turn", () =>
    inWorld(async (world) => {
      const segment = plainIntent(90, {
        kind: "net",
        namespace: undefined,
        name: "ns-shop",
        attributes: { spec: { cidrs: ["10.244.3.0/29", "10.244.9.0/29"] } },
      });
      await create(world, segment);
      const addresses = [];
      for (let number = 1; number <= 10; number++) {
        await create(world, podIntent(number));
        addresses.push(await addressOf(world, number));
      }
      expect(addresses.filter((address) => address.startsWith("10.244.3."))).toHaveLength(5);
      expect(addresses.filter((address) => address.startsWith("10.244.9."))).toHaveLength(5);
      const late = await create(world, podIntent(11));
      expect(late).toMatchObject({ is: "done", notStarted: { code: "NoAddress" } });
      await remove(world, permitOf(podIntent(3)));
      const again = await create(world, podIntent(11));
      expect(again.is === "done" && again.notStarted).toBeFalsy();
      expect(await addressOf(world, 11)).toBe(addresses[2]);
    }));
});

describe("supervisors and guest clusters", () => {
  test("A01: four Spherelets make four ready nodes, which follow their hosts", () =>
    inWorld(async (world) => {
      for (const name of ["host-c", "host-d"]) await create(world, hostIntent(name));
      for (const [index, name] of ["host-a", "host-b", "host-c", "host-d"].entries()) {
        const wish = plainIntent(20 + index, { kind: "spherelet", namespace: undefined, name });
        await create(world, wish);
      }
      const phases = () =>
        world.admin
          .list()
          .filter((object) => object.kind === "node")
          .map((node) => node.phase);
      expect(phases()).toEqual(["Ready", "Ready", "Ready", "Ready"]);
      await world.admin.failHost("host-c");
      expect(phases()).toEqual(["Ready", "Ready", "NotReady", "Ready"]);
    }));

  test("T02: a guest cluster is ready only when every VM has become a node", () =>
    inWorld(async (world) => {
      const cluster = plainIntent(30, { kind: "tkc", name: "dev" });
      const node = (number: number, name: string, role: string): Intent => {
        const spec = { guestCluster: "dev", role };
        const intent = vmIntent(number, { name });
        return { ...intent, attributes: { ...intent.attributes, spec } };
      };
      const off = (intent: Intent): Intent => ({
        ...intent,
        attributes: { ...intent.attributes, power: "off" },
      });
      const nodes = [
        node(31, "dev-cp-0", "control-plane"),
        node(32, "dev-cp-1", "control-plane"),
        node(33, "dev-pool-a-0", "worker"),
      ];
      const status = async () => (await find(world, cluster.objectId))?.status;
      await create(world, cluster);
      expect(await status()).toMatchObject({ phase: "Pending" });
      for (const intent of nodes) await create(world, off(intent));
      expect(await status()).toMatchObject({ phase: "CreatingMachines", machines: 3, nodes: 0 });
      const phases = ["JoiningControlPlane", "JoiningWorkers", "Ready"];
      for (const [index, phase] of phases.entries()) {
        await world.admin.powerOn(nodes[index]?.objectId ?? "");
        expect(await status()).toMatchObject({ phase, nodes: index + 1 });
      }
      await world.admin.powerOff("vm/shop/dev-pool-a-0");
      expect(await status()).toMatchObject({ waitsFor: "dev-pool-a-0", nodes: 2 });
    }));
});
