import { describe, expect, test } from "vitest";
import { CutOffError } from "../../../providers/esxi-sim/transaction.ts";
import { create, find } from "../../contract/subjects.ts";
import type { SimWorld } from "../../support/esxi-sim.ts";
import { endState, INTENT, inWorld, isDone, openBeside } from "./world.ts";

/** Starts the Pod in a process that dies right after step `last` is on the disk. */
async function dieAfter(world: SimWorld, last: number): Promise<void> {
  const crashAfter = (events: readonly { readonly step?: number }[]) =>
    events.some((event) => event.step === last);
  const { provider, store } = openBeside(world, { crashAfter });
  const outcome = await provider.create(INTENT, world.context);
  expect(outcome.is).toBe("unknown");
  expect(() => store.read()).toThrow(CutOffError);
}

const steps = Array.from({ length: 14 }, (_, index) => index + 1);
describe("F8, P15: a start that broke off", () => {
  test.for(steps)("after step %i ends as the uninterrupted one, with one VM", (last) =>
    inWorld(async (world) => {
      let expected: ReturnType<typeof endState> = [];
      await inWorld(async (whole) => {
        expect(isDone(await create(whole, INTENT))).toBe(true);
        expected = endState(whole);
      });
      await dieAfter(world, last);
      const { provider } = openBeside(world);
      expect(isDone(await provider.create(INTENT, world.context))).toBe(true);
      expect(endState(world)).toEqual(expected);
      const vms = world.admin.list().filter((object) => object.kind === "podvm");
      expect(vms).toHaveLength(1);
      const trace = world.admin.trace(INTENT.objectId);
      const powerOns = trace.filter((event) => event.event === "power-on");
      expect(powerOns).toHaveLength(1);
      const ends = trace.flatMap((event) => event.step ?? []);
      expect(new Set(ends)).toEqual(new Set(steps));
      expect(ends.at(-1)).toBe(14);
    }),
  );

  test.for(steps)("twice, after step %i and one later, still ends with one VM", (last) =>
    inWorld(async (world) => {
      await dieAfter(world, last);
      if (last < 14) await dieAfter(world, last + 1);
      const { provider } = openBeside(world);
      expect(isDone(await provider.create(INTENT, world.context))).toBe(true);
      const vms = world.admin.list().filter((object) => object.kind === "podvm");
      expect(vms).toHaveLength(1);
      expect((await find(world, INTENT.objectId))?.power).toBe("on");
    }),
  );

  test("P07: before the binding the placement is redone", () =>
    inWorld(async (world) => {
      await dieAfter(world, 5);
      expect((await find(world, INTENT.objectId))?.host).toBeUndefined();
      const again = { ...INTENT, host: "host-b" };
      expect(await create(world, again)).toMatchObject({ is: "done", host: "host-b" });
      const chosen = world.admin.trace(INTENT.objectId).filter((event) => event.step === 4);
      expect(chosen.map((event) => event.detail?.["chosen"])).toEqual(["host-a", "host-b"]);
    }));

  test("P07: after the binding it is powered on once, on the host that was stored", () =>
    inWorld(async (world) => {
      await dieAfter(world, 6);
      expect(await find(world, INTENT.objectId)).toMatchObject({ host: "host-a", power: "off" });
      const again = { ...INTENT, host: "host-b" };
      expect(await create(world, again)).toMatchObject({ is: "done", host: "host-a" });
      const trace = world.admin.trace(INTENT.objectId);
      expect(trace.filter((event) => event.event === "power-on")).toHaveLength(1);
    }));

  test("a start whose host failed meanwhile asks for power anew", () =>
    inWorld(async (world) => {
      await dieAfter(world, 12);
      await world.admin.failHost("host-a");
      expect((await find(world, INTENT.objectId))?.power).toBe("off");
      await world.admin.restoreHost("host-a");
      expect(isDone(await create(world, INTENT))).toBe(true);
      expect(await find(world, INTENT.objectId)).toMatchObject({ power: "on", host: "host-a" });
      const vms = world.admin.list().filter((object) => object.kind === "podvm");
      expect(vms.map((vm) => vm.power)).toEqual(["on"]);
    }));
});
