import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Intent } from "../../../engine/contract/provider.ts";
import type { JsonObject } from "../../../engine/model/json.ts";
import {
  create,
  find,
  idOf,
  observe,
  permitOf,
  podIntent,
  remove,
  update,
  updateOf,
  vmIntent,
} from "../../contract/subjects.ts";
import { GIB, hostIntent, type SimWorld } from "../../support/esxi-sim.ts";
import { inWorld, openBeside } from "./world.ts";

const eventsOf = (world: SimWorld, target: string): readonly string[] =>
  world.admin.trace(target).map((event) => event.event);

const sized = (intent: Intent, memoryBytes: number, reservedBytes = 0): Intent => ({
  ...intent,
  attributes: {
    ...intent.attributes,
    sizing: {
      vcpus: 1,
      cpuMillicores: 1000,
      memoryBytes,
      reservation: { cpuMillicores: 0, memoryBytes: reservedBytes },
      overheadBytes: 0,
    },
  },
});

const annotated = (intent: Intent, annotations: JsonObject): Intent => ({
  ...intent,
  attributes: { ...intent.attributes, metadata: { annotations } },
});

describe("power and place of machines", () => {
  test("A10: every power operation names hostd as its actor", () =>
    inWorld(async (world) => {
      await create(world, vmIntent(1));
      await create(world, podIntent(2));
      for (const target of ["vm/shop/vm-1", "pod/shop/pod-2"]) {
        await world.admin.powerOff(target);
        await world.admin.powerOn(target);
        const power = world.admin
          .trace(target)
          .filter((event) => /power-o|shut-down|suspend/.test(event.event))
          .filter((event) => event.event !== "request-power-on");
        expect(power.length).toBeGreaterThanOrEqual(3);
        expect(new Set(power.map((event) => event.actor))).toEqual(new Set(["hostd"]));
      }
    }));

  test("F12, S19: a limit above every host leaves object and VM, powered off, with the reason", () =>
    inWorld(async (world) => {
      const intent = sized(podIntent(1, { host: undefined }), 2048 * GIB);
      const outcome = await create(world, intent);
      expect(outcome).toMatchObject({
        is: "done",
        changed: true,
        notStarted: { code: "LimitExceedsHost" },
      });
      const message = outcome.is === "done" ? outcome.notStarted?.message : undefined;
      expect(message).toContain('"host-a"');
      expect(message).toContain(String((2048 - 64) * GIB));
      const pod = await find(world, idOf(1));
      expect(pod).toMatchObject({ power: "off", status: { reason: "LimitExceedsHost" } });
      expect(pod?.status["phase"]).not.toBe("Running");
      const vm = world.admin.list().find((object) => object.partOf === idOf(1));
      expect(vm).toMatchObject({ kind: "podvm", power: "off" });
      await create(world, hostIntent("host-big", { memory: "4Ti" }));
      const mended = updateOf(intent, "live", { host: "host-big" });
      expect(await update(world, mended)).toMatchObject({ is: "done", host: "host-big" });
      expect(await find(world, idOf(1))).toMatchObject({ power: "on", host: "host-big" });
    }));

  test("I5: reservations fill a host exactly, and not one byte more", () =>
    inWorld(async (world) => {
      expect(await create(world, sized(vmIntent(1), GIB, 63 * GIB))).toMatchObject({ is: "done" });
      const late = await create(world, sized(vmIntent(2), GIB, GIB + 1));
      expect(late).toMatchObject({ is: "failed", why: { code: "VP6213" } });
      expect(await create(world, sized(vmIntent(3), GIB, GIB))).toMatchObject({ is: "done" });
      const running = (await observe(world)).objects.filter((object) => object.power === "on");
      expect(running.map((object) => object.id)).toEqual([idOf(1), idOf(3)]);
    }));

  test("F9: a Kubernetes machine has its network before it starts, bridge mode while it starts", () =>
    inWorld(async (world) => {
      await create(world, vmIntent(1));
      await create(world, annotated(vmIntent(2), { "vpac.dev/network-mode": "bridge" }));
      const kubernetes = eventsOf(world, "vm/shop/vm-1");
      const attached = kubernetes.indexOf("network-attach");
      expect(attached).toBeGreaterThanOrEqual(0);
      expect(attached).toBeLessThan(kubernetes.indexOf("domain-start"));
      const bridge = eventsOf(world, "vm/shop/vm-2");
      const started = bridge.indexOf("domain-start");
      expect(started).toBeGreaterThanOrEqual(0);
      expect(started).toBeLessThan(bridge.indexOf("tap-create"));
    }));

  test("a live move is a vMotion, and the VM of a Pod moves with it", () =>
    inWorld(async (world) => {
      await create(world, podIntent(1, { host: "host-a" }));
      await update(world, updateOf(podIntent(1), "move", { host: "host-b" }));
      const vmotion = world.admin.trace(idOf(1)).find((event) => event.event === "vmotion");
      expect(vmotion).toMatchObject({ actor: "vcenter", detail: { from: "host-a", to: "host-b" } });
      const vm = world.admin.list().find((object) => object.partOf === idOf(1));
      expect(vm?.host).toBe("host-b");
      expect(eventsOf(world, idOf(1)).filter((event) => event === "power-on")).toHaveLength(1);
    }));

  test("a failed host stops its machines where they are; a move starts them elsewhere", () =>
    inWorld(async (world) => {
      await create(world, vmIntent(1, { host: "host-a" }));
      await create(world, podIntent(2, { host: "host-a" }));
      await create(world, vmIntent(3, { host: "host-b" }));
      await world.admin.failHost("host-a");
      const { hosts } = await observe(world);
      expect(hosts.map((host) => host.connection)).toEqual(["disconnected", "connected"]);
      for (const number of [1, 2]) {
        expect(await find(world, idOf(number))).toMatchObject({ host: "host-a", power: "off" });
      }
      expect((await find(world, idOf(3)))?.power).toBe("on");
      for (const intent of [vmIntent(1), podIntent(2)]) {
        const wish = updateOf(intent, "move", { host: "host-b" });
        expect(await update(world, wish)).toMatchObject({ is: "done", host: "host-b" });
        expect(await find(world, intent.objectId)).toMatchObject({ host: "host-b", power: "on" });
        expect(eventsOf(world, intent.objectId)).toContain("relocate");
      }
      await world.admin.restoreHost("host-a");
      expect((await observe(world)).hosts[0]?.connection).toBe("connected");
    }));

  test("a host in maintenance keeps what it runs and takes nothing new", () =>
    inWorld(async (world) => {
      await create(world, vmIntent(1, { host: "host-a" }));
      await world.admin.maintenance("host-a");
      expect((await find(world, idOf(1)))?.power).toBe("on");
      const refused = await create(world, vmIntent(2, { host: "host-a" }));
      expect(refused).toMatchObject({ is: "failed", why: { code: "VP6211" } });
    }));

  test("C02: a host without the runtime refuses a Pod", () =>
    inWorld(async (world) => {
      await create(world, hostIntent("host-vmx", { runtimes: ["vmx"] }));
      const refused = await create(world, podIntent(1, { host: "host-vmx" }));
      expect(refused).toMatchObject({ is: "failed", why: { code: "VP6212" } });
      const legacy = annotated(podIntent(2, { host: "host-vmx" }), {
        "kubernetes.io/target-runtime": "virtlet.cloud",
      });
      expect(await create(world, legacy)).toMatchObject({ is: "done", host: "host-vmx" });
      expect((await find(world, idOf(2)))?.power).toBe("on");
    }));

  test("a host with machines on it is not removed", () =>
    inWorld(async (world) => {
      await create(world, vmIntent(1, { host: "host-a" }));
      const permit = permitOf(hostIntent("host-a"));
      expect(await remove(world, permit)).toMatchObject({
        is: "failed",
        why: { type: "conflict", code: "VP6214" },
      });
      await remove(world, permitOf(vmIntent(1)));
      expect(await remove(world, permit)).toMatchObject({ is: "done", changed: true });
    }));

  test("measured use reaches the object and its host, and ends with the power", () =>
    inWorld(async (world) => {
      const intent = sized(vmIntent(1, { host: "host-a" }), 8 * GIB);
      await create(world, intent);
      const revision = (await find(world, idOf(1)))?.revision;
      await world.admin.load("vm/shop/vm-1", { cpuPercent: 80, memoryBytes: 4 * GIB });
      const active = { cpuMillicores: 800, memoryBytes: 4 * GIB };
      expect(await find(world, idOf(1))).toMatchObject({ active, revision });
      const usage = { consumedBytes: 6 * GIB, grantedBytes: 7 * GIB };
      await world.admin.load("vm/shop/vm-1", { usage });
      expect(await find(world, idOf(1))).toMatchObject({ active, usage, revision });
      expect((await observe(world)).hosts[0]?.active).toEqual(active);
      await world.admin.powerOff("vm/shop/vm-1");
      expect((await find(world, idOf(1)))?.active).toBeUndefined();
      expect((await find(world, idOf(1)))?.usage).toBeUndefined();
      expect((await observe(world)).hosts[0]?.active).toEqual({ cpuMillicores: 0, memoryBytes: 0 });
    }));
});

describe("updates that break off or do not fit", () => {
  test("the repeat of an update that stops the machine does not stop it again", () =>
    inWorld(async (world) => {
      await create(world, vmIntent(1));
      const attributes = { ...vmIntent(1).attributes, spec: { className: "large" } };
      const wish = updateOf(vmIntent(1), "power-off", { attributes });
      await update(world, wish);
      await update(world, wish);
      const stops = eventsOf(world, "vm/shop/vm-1").filter((event) => event === "shut-down");
      expect(stops).toHaveLength(1);
    }));

  test("an update that stops the machine can be sent again after every record of it", () =>
    inWorld(async (world) => {
      await create(world, vmIntent(1));
      for (let records = 1; records <= 4; records++) {
        const spec = { className: `size-${records}` };
        const attributes = { ...vmIntent(1).attributes, spec };
        const tag = { ...vmIntent(1).tag, intent: `resize-${records}` };
        const fromRevision = (await find(world, idOf(1)))?.revision;
        const wish = updateOf(vmIntent(1), "power-off", { attributes, fromRevision, tag });
        let left = records;
        const dying = openBeside(world, { crashAfter: () => --left === 0 });
        await dying.provider.update(wish, world.context);
        expect(await update(world, wish)).toMatchObject({ is: "done" });
        expect(await find(world, idOf(1))).toMatchObject({ power: "on", attributes });
      }
    }));

  test("I5: a running machine does not grow beyond its host", () =>
    inWorld(async (world) => {
      await create(world, sized(vmIntent(1, { host: "host-a" }), GIB, 40 * GIB));
      await create(world, sized(vmIntent(2, { host: "host-a" }), GIB, 20 * GIB));
      const before = await find(world, idOf(2));
      const large = sized(vmIntent(2, { host: "host-a" }), GIB, 25 * GIB);
      const refused = await update(world, updateOf(large, "live"));
      expect(refused).toMatchObject({ is: "failed", why: { code: "VP6213" } });
      expect(await find(world, idOf(2))).toEqual(before);
      const fitting = sized(vmIntent(2, { host: "host-a" }), GIB, 24 * GIB);
      expect(await update(world, updateOf(fitting, "live"))).toMatchObject({ is: "done" });
    }));

  test("a stopped machine moves to a full host, and is refused only when it shall run", () =>
    inWorld(async (world) => {
      await create(world, sized(vmIntent(1, { host: "host-b" }), GIB, 64 * GIB));
      const off = sized(vmIntent(2, { host: "host-a" }), GIB, GIB);
      const stopped = { ...off, attributes: { ...off.attributes, power: "off" } };
      await create(world, stopped);
      const moved = updateOf(stopped, "move", { host: "host-b" });
      expect(await update(world, moved)).toMatchObject({ is: "done", host: "host-b" });
      const tag = { ...off.tag, intent: "start" };
      const started = await update(world, updateOf(off, "live", { host: "host-b", tag }));
      expect(started).toMatchObject({ is: "failed", why: { code: "VP6213" } });
    }));

  test("a vSphere Pod that was registered stopped starts by the 14 steps when it shall run", () =>
    inWorld(async (world) => {
      const intent = podIntent(1, { host: "host-a" });
      await create(world, { ...intent, attributes: { ...intent.attributes, power: "off" } });
      expect(await find(world, idOf(1))).toMatchObject({ power: "off" });
      expect(eventsOf(world, idOf(1))).not.toContain("power-on");
      await update(world, updateOf(intent, "live"));
      expect(await find(world, idOf(1))).toMatchObject({ power: "on", host: "host-a" });
      const steps = world.admin.trace(idOf(1)).flatMap((event) => event.step ?? []);
      expect(steps).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
      const vms = world.admin.list().filter((object) => object.kind === "podvm");
      expect(vms.map((vm) => vm.power)).toEqual(["on"]);
    }));

  test("looking at a world that is not there leaves no trace", () =>
    inWorld(async (world) => {
      const { provider, store } = openBeside(world, {}, "elsewhere");
      const inventory = await provider.observe({ ids: [], lineage: "" }, world.context);
      expect(inventory).toMatchObject({ complete: true, hosts: [], objects: [] });
      expect(store.trace("nothing")).toEqual([]);
      await provider.close();
      expect(existsSync(join(world.dataFolder, "sim", "elsewhere"))).toBe(false);
    }));
});
