import { describe, expect, test } from "vitest";
import { create, find, permitOf, plainIntent, podIntent, remove } from "../../contract/subjects.ts";
import { hostIntent } from "../../support/esxi-sim.ts";
import { container, traceOf, withSpec } from "./pod-trace.ts";
import { INTENT, inWorld } from "./world.ts";

describe("a Pod and its VM", () => {
  test("C01, C11: a Pod of three containers is one VM, and both go together", () =>
    inWorld(async (world) => {
      const names = ["web", "log", "proxy"];
      await traceOf(world, withSpec({ containers: names.map((name) => container(name)) }));
      const vms = world.admin.list().filter((object) => object.kind === "podvm");
      expect(vms.map((vm) => vm.partOf)).toEqual([INTENT.objectId]);
      expect(vms[0]?.id).not.toBe(INTENT.objectId);
      const pod = await find(world, INTENT.objectId);
      expect(pod?.status["containers"]).toHaveLength(3);
      await world.admin.remove("pod/shop/pod-1");
      const left = world.admin.list().filter((object) => object.namespace === "shop");
      expect(left).toEqual([]);
    }));

  test("C14: a cold image is fetched by one short-lived native Pod, a warm one by none", () =>
    inWorld(async (world) => {
      const fetchers = () =>
        world.admin.list().filter((object) => object.name.startsWith("image-fetcher-"));
      await traceOf(world, withSpec({ containers: [container("web", "shop/web:1")] }));
      expect(fetchers().map((fetcher) => fetcher.phase)).toEqual(["Succeeded"]);
      const spec = { containers: [container("web", "shop/web:1")] };
      const second = podIntent(2, { host: "host-a" });
      await traceOf(world, { ...second, attributes: { ...second.attributes, spec } });
      expect(fetchers()).toHaveLength(1);
      expect((await find(world, "nothing"))?.id).toBeUndefined();
    }));

  test("C14: a host takes the native Pods that ended on it along when it goes", () =>
    inWorld(async (world) => {
      const home = hostIntent("host-z");
      await create(world, home);
      const spec = { containers: [container("web", "shop/web:9")] };
      const pod = podIntent(3, { host: "host-z" });
      await traceOf(world, { ...pod, attributes: { ...pod.attributes, spec } });
      await world.admin.remove("pod/shop/pod-3");
      const left = () => world.admin.list().filter(({ host }) => host === "host-z");
      expect(left().map(({ phase }) => phase)).toEqual(["Succeeded"]);
      expect(await remove(world, permitOf(home))).toMatchObject({ is: "done" });
      expect(left()).toEqual([]);
    }));

  test("A06: a Pod whose claim does not exist stays off with VolumeNotFound, then starts", () =>
    inWorld(async (world) => {
      const intent = withSpec({
        containers: [container("web")],
        volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }],
      });
      expect(await create(world, intent)).toMatchObject({
        is: "done",
        notStarted: { code: "VolumeNotFound" },
      });
      expect(await find(world, intent.objectId)).toMatchObject({
        power: "off",
        status: { phase: "Pending", reason: "VolumeNotFound" },
      });
      await create(world, plainIntent(7, { kind: "vol", name: "data" }));
      const again = await create(world, intent);
      expect(again.is === "done" && again.notStarted).toBeFalsy();
      expect((await find(world, intent.objectId))?.power).toBe("on");
    }));

  test("C09: a Pod VM takes one second of virtual time, a full VM thirty", () =>
    inWorld(async (world) => {
      const { events } = await traceOf(world, INTENT);
      const spent = (events.at(-1)?.timeMs ?? 0) - (events[0]?.timeMs ?? 0);
      expect(spent).toBeGreaterThanOrEqual(900);
      expect(spent).toBeLessThanOrEqual(1000);
    }));
});
