import { describe, expect, test } from "vitest";
import { stringAt } from "../../../engine/model/json.ts";
import { create, find, plainIntent, podIntent } from "../../contract/subjects.ts";
import { container, traceOf, withSpec } from "./pod-trace.ts";
import { DECISION, INTENT, inWorld } from "./world.ts";

describe("the 14 steps of a Pod's start", () => {
  test("F7: 14 records with strictly rising revisions, actors in the order of the article", () =>
    inWorld(async (world) => {
      const { events } = await traceOf(world, INTENT);
      const steps = events.filter((event) => event.step !== undefined);
      expect(steps.map((event) => event.step)).toEqual(Array.from({ length: 14 }, (_, n) => n + 1));
      expect(steps.map((event) => event.actor)).toEqual([
        "client",
        "apiserver",
        "scheduler",
        "drs",
        "vcenter-api",
        "scheduler",
        "vcenter",
        "hostd",
        "hostd",
        "apiserver",
        "podlifecycle",
        "spherelet",
        "crx",
        "spherelet",
      ]);
      for (const [index, event] of steps.entries()) {
        expect(event.revision).toBeGreaterThan(steps[index - 1]?.revision ?? 0);
        expect(event.timeMs).toBeGreaterThanOrEqual(steps[index - 1]?.timeMs ?? 0);
        expect(event.object).toBe(INTENT.objectId);
      }
    }));

  test("P01: step 1 keeps the file and line the wish comes from", () =>
    inWorld(async (world) => {
      const { step } = await traceOf(world, INTENT);
      expect(step(1).detail).toEqual({ source: "shop.yaml:12" });
    }));

  test("P02: storing the Pod moves the revision by one and its watch event carries it", () =>
    inWorld(async (world) => {
      const { step } = await traceOf(world, INTENT);
      expect(step(2).revision).toBe(step(1).revision + 1);
      expect(step(2).detail).toEqual({ watch: "ADDED" });
      expect(step(3).detail).toMatchObject({ cause: step(2).revision });
    }));

  test("P03: the scheduler records the ranked list and what its filters removed", () =>
    inWorld(async (world) => {
      const { step } = await traceOf(world, { ...INTENT, decision: DECISION });
      expect(step(3).detail).toMatchObject({
        ranked: ["host-b", "host-a"],
        rejected: { taint: 3 },
      });
    }));

  test("P04, D22: DRS records the score of every host with its terms, and what it chose", () =>
    inWorld(async (world) => {
      const { step } = await traceOf(world, { ...INTENT, decision: DECISION });
      expect(step(4).detail).toEqual({
        chosen: "host-a",
        decidedBy: "entitlement",
        scores: DECISION.candidates,
      });
    }));

  test.for(["maintenance", "failHost"] as const)(
    "P04: a host that is not ready is refused even if it was ranked first (%s)",
    (deed) =>
      inWorld(async (world) => {
        await world.admin[deed]("host-a");
        const outcome = await create(world, { ...INTENT, decision: DECISION });
        expect(outcome).toMatchObject({ is: "failed", why: { code: "VP6211" } });
        expect(await find(world, INTENT.objectId)).toBeUndefined();
      }),
  );

  test("P05: the choice goes back through the vCenter API to the scheduler extension", () =>
    inWorld(async (world) => {
      const { step } = await traceOf(world, INTENT);
      expect(step(5).detail).toEqual({ to: "scheduler-extension", host: "host-a" });
    }));

  test("P06: the binding is stored after the Pod", () =>
    inWorld(async (world) => {
      const { step } = await traceOf(world, INTENT);
      expect(step(6).revision).toBeGreaterThan(step(2).revision);
      expect(step(6).detail).toEqual({ watch: "MODIFIED", host: "host-a" });
    }));

  test("P07: vCenter asks for power only because the binding is stored", () =>
    inWorld(async (world) => {
      const { step } = await traceOf(world, INTENT);
      expect(step(7).detail).toMatchObject({ cause: step(6).revision, host: "host-a" });
    }));

  test("P08, C04, C05: hostd boots VMX and VMM, writes the kernel into memory, starts init", () =>
    inWorld(async (world) => {
      const { events, step } = await traceOf(world, INTENT);
      const boot = events.filter((event) => event.revision === step(8).revision);
      expect(boot.map((event) => event.event)).toEqual([
        "power-on",
        "vmx-ready",
        "vmm-ready",
        "kernel-loaded",
        "init-ready",
      ]);
      expect(boot[3]?.detail).toEqual({ mode: "direct-kernel" });
      const vm = world.admin.list().find((object) => object.kind === "podvm");
      expect(vm?.power).toBe("on");
      expect(world.admin.list().filter((object) => object.kind === "disk")).toEqual([]);
    }));

  test("P09: hostd returns a VM id that is unique on its host", () =>
    inWorld(async (world) => {
      const ids = [];
      for (const number of [1, 2, 3]) {
        const { step } = await traceOf(world, podIntent(number, { host: "host-a" }));
        ids.push(stringAt(step(9).detail, "vmId"));
      }
      expect(ids.every((id) => id !== undefined && id !== "")).toBe(true);
      expect(new Set(ids).size).toBe(3);
    }));

  test("P10: the VM id is stored with the Pod before step 12 starts", () =>
    inWorld(async (world) => {
      const { step } = await traceOf(world, INTENT);
      const vmId = stringAt(step(9).detail, "vmId");
      expect(step(10).detail).toEqual({ watch: "MODIFIED", vmId });
      expect(step(10).revision).toBeLessThan(step(12).revision);
      expect((await find(world, INTENT.objectId))?.status["vmId"]).toBe(vmId);
    }));

  test("P11: the lifecycle controller reacts to the event of step 10", () =>
    inWorld(async (world) => {
      const { step } = await traceOf(world, INTENT);
      expect(step(11).detail).toMatchObject({ cause: step(10).revision });
    }));

  test("P12: network and volumes are attached before the containers start", () =>
    inWorld(async (world) => {
      const volume = plainIntent(7, { kind: "vol", name: "data" });
      await create(world, { ...volume, address: "vol/shop/data" });
      const { at } = await traceOf(
        world,
        withSpec({
          containers: [container("web")],
          volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }],
        }),
      );
      expect(at("configure")).toBeLessThan(at("network-attach"));
      expect(at("network-attach")).toBeLessThan(at("volume-attach"));
      expect(at("volume-attach")).toBeLessThan(at("start-containers"));
      expect(at("volume-mount")).toBeLessThan(at("start-containers"));
    }));

  test("P13, C08: images are mounted, init containers end one by one, then the others start", () =>
    inWorld(async (world) => {
      const { events, step } = await traceOf(
        world,
        withSpec({
          initContainers: [container("first"), container("second")],
          containers: [container("web"), container("log")],
        }),
      );
      const run = events.filter((event) => event.revision === step(13).revision).slice(1);
      expect(run.map((event) => `${event.event} ${stringAt(event.detail, "name")}`)).toEqual([
        "image-mount first",
        "init-start first",
        "init-done first",
        "image-mount second",
        "init-start second",
        "init-done second",
        "image-mount web",
        "image-mount log",
        "container-start web",
        "container-start log",
      ]);
    }));

  test("P14: the last revision carries the container states, and the Pod runs", () =>
    inWorld(async (world) => {
      const { step } = await traceOf(world, INTENT);
      expect(step(14).detail).toMatchObject({
        containers: [
          { name: "web", state: "running" },
          { name: "log", state: "running" },
        ],
      });
      const pod = await find(world, INTENT.objectId);
      expect(pod?.revision).toBe(String(step(14).revision));
      expect(pod?.status["phase"]).toBe("Running");
    }));

  test("P16: the record shows the rank of Kubernetes and the choice of DRS side by side", () =>
    inWorld(async (world) => {
      const { step } = await traceOf(world, { ...INTENT, decision: DECISION });
      const best = DECISION.candidates.find((candidate) => candidate.rank === 1);
      expect(step(3).detail?.["ranked"]).toEqual(["host-b", "host-a"]);
      expect(step(4).detail?.["chosen"]).not.toBe(best?.host);
      expect((await find(world, INTENT.objectId))?.host).toBe("host-a");
    }));
});
