import { expect } from "vitest";
import type { Rule } from "./rules.ts";
import {
  create,
  find,
  idOf,
  observe,
  OTHER_LINEAGE,
  pictureOf,
  plainIntent,
  podIntent,
  tagOf,
  update,
  updateOf,
  vmIntent,
} from "./subjects.ts";

const green = { data: { colour: "green" } };

export const UPDATE_RULES: readonly Rule[] = [
  {
    id: "C-23",
    level: "MUST",
    says: "brings an object to the attributes of the update and moves its revision",
    check: async (world) => {
      await create(world, plainIntent(1));
      const before = await find(world, idOf(1));
      const wish = updateOf(plainIntent(1), "live", { attributes: green });
      const outcome = await update(world, wish);
      expect(outcome).toMatchObject({ is: "done", changed: true });
      const after = await find(world, idOf(1));
      expect(after?.attributes).toEqual(green);
      expect(after?.tag?.intent).toBe(wish.tag.intent);
      expect(after?.revision).not.toBe(before?.revision);
      expect(outcome.is === "done" && outcome.revision).toBe(after?.revision);
    },
  },
  {
    id: "C-24",
    level: "MUST",
    says: "answers the repeat of an update with done, even though the revision has moved",
    check: async (world) => {
      await create(world, plainIntent(1));
      const fromRevision = (await find(world, idOf(1)))?.revision;
      const wish = updateOf(plainIntent(1), "live", { attributes: green, fromRevision });
      await update(world, wish);
      const before = await pictureOf(world);
      expect(await update(world, wish)).toMatchObject({ is: "done", changed: false });
      expect(await pictureOf(world)).toBe(before);
    },
  },
  {
    id: "C-25",
    level: "MUST",
    says: "answers notFound when the object of an update does not exist",
    check: async (world) => {
      const outcome = await update(world, updateOf(vmIntent(1), "live"));
      expect(outcome).toMatchObject({ is: "failed", why: { type: "notFound" } });
    },
  },
  {
    id: "C-26",
    level: "MUST",
    says: "answers conflict when the object is not at the revision of the plan any more",
    check: async (world) => {
      await create(world, plainIntent(1));
      const fromRevision = (await find(world, idOf(1)))?.revision;
      await update(world, updateOf(plainIntent(1), "live", { attributes: green }));
      const before = await pictureOf(world);
      const late = updateOf(plainIntent(1), "live", {
        attributes: { data: { colour: "red" } },
        fromRevision,
        tag: tagOf("configmap/shop/config-1", { intent: "late" }),
      });
      expect(await update(world, late)).toMatchObject({ is: "failed", why: { type: "conflict" } });
      expect(await pictureOf(world)).toBe(before);
    },
  },
  {
    id: "C-27",
    level: "MUST",
    says: "powers a machine on again that was stopped without our doing",
    check: async (world) => {
      for (const intent of [vmIntent(1), podIntent(2)]) {
        await create(world, intent);
        await world.powerOffBehind(intent.objectId);
        expect((await find(world, intent.objectId))?.power).toBe("off");
        expect(await update(world, updateOf(intent, "live"))).toMatchObject({ is: "done" });
        expect((await find(world, intent.objectId))?.power).toBe("on");
      }
    },
  },
  {
    id: "C-28",
    level: "MUST",
    says: "keeps a machine stopped that shall be stopped, however often it is asked",
    check: async (world) => {
      await create(world, vmIntent(1));
      const attributes = { ...vmIntent(1).attributes, power: "off" };
      for (const intent of ["first", "second", "third"]) {
        const tag = tagOf("vm/shop/vm-1", { intent });
        const wish = updateOf(vmIntent(1), "live", { attributes, tag });
        expect(await update(world, wish)).toMatchObject({ is: "done" });
        expect((await find(world, idOf(1)))?.power).toBe("off");
      }
    },
  },
  {
    id: "C-29",
    level: "MUST",
    says: "ends an update that stops the machine with the machine running again",
    check: async (world) => {
      await create(world, vmIntent(1));
      const attributes = { ...vmIntent(1).attributes, spec: { className: "large" } };
      const outcome = await update(world, updateOf(vmIntent(1), "power-off", { attributes }));
      expect(outcome).toMatchObject({ is: "done", changed: true });
      expect(await find(world, idOf(1))).toMatchObject({ power: "on", attributes });
    },
  },
  {
    id: "C-30",
    level: "SHOULD",
    says: "moves a running machine to another host without stopping it",
    check: async (world) => {
      if (!world.provider().capabilities.liveMove) return;
      for (const intent of [vmIntent(1), podIntent(2)]) {
        await create(world, { ...intent, host: world.hosts[0] });
        const wish = updateOf(intent, "move", { host: world.hosts[1] });
        expect(await update(world, wish)).toMatchObject({ is: "done", host: world.hosts[1] });
        const { objectId: id } = intent;
        expect(await find(world, id)).toMatchObject({ host: world.hosts[1], power: "on" });
      }
    },
  },
  {
    id: "C-31",
    level: "MUST",
    says: "leaves a machine where it is when the new host cannot take it",
    check: async (world) => {
      await create(world, vmIntent(1, { host: world.hosts[0] }));
      const before = await pictureOf(world);
      const outcome = await update(world, updateOf(vmIntent(1), "move", { host: "no-such-host" }));
      expect(outcome.is).toBe("failed");
      expect(await pictureOf(world)).toBe(before);
    },
  },
  {
    id: "C-32",
    level: "MUST",
    says: "takes over an untagged object by writing our tag, and does not restart it",
    check: async (world) => {
      if (!world.provider().capabilities.adopt) return;
      const id = await world.makeForeign("legacy");
      const found = await find(world, id);
      const wish = updateOf(vmIntent(1, { objectId: id, name: "legacy" }), "adopt", {
        attributes: found?.attributes ?? {},
        host: found?.host,
      });
      expect(await update(world, wish)).toMatchObject({ is: "done", changed: true });
      expect(await find(world, id)).toMatchObject({ tag: wish.tag, power: found?.power });
    },
  },
  {
    id: "C-33",
    level: "MUST",
    says: "answers forbidden to the adoption of another lineage's object",
    check: async (world) => {
      const tag = tagOf("vm/shop/theirs", { lineage: OTHER_LINEAGE });
      const id = await world.makeForeign("theirs", tag);
      const before = await pictureOf(world);
      const wish = updateOf(vmIntent(1, { objectId: id, name: "theirs" }), "adopt");
      expect(await update(world, wish)).toMatchObject({ is: "failed", why: { type: "forbidden" } });
      expect(await pictureOf(world)).toBe(before);
    },
  },
  {
    id: "C-34",
    level: "MUST",
    says: "takes only our tag off an object that is to be forgotten",
    check: async (world) => {
      await create(world, vmIntent(1));
      const wish = updateOf(vmIntent(1), "forget");
      expect(await update(world, wish)).toMatchObject({ is: "done", changed: true });
      const { attributes, host } = vmIntent(1);
      const after = await find(world, idOf(1));
      expect(after).toMatchObject({ attributes, host, power: "on" });
      expect(after?.tag).toBeUndefined();
      expect(await update(world, wish)).toMatchObject({ is: "done", changed: false });
    },
  },
  {
    id: "C-35",
    level: "MUST",
    says: "answers forbidden to an update of an object that is not ours",
    check: async (world) => {
      const id = await world.makeForeign("stranger");
      const before = await pictureOf(world);
      const wish = updateOf(vmIntent(1, { objectId: id, name: "stranger" }), "live");
      expect(await update(world, wish)).toMatchObject({ is: "failed", why: { type: "forbidden" } });
      expect(await pictureOf(world)).toBe(before);
    },
  },
  {
    id: "C-36",
    level: "MUST",
    says: "does not restart a machine whose update changes nothing of it",
    check: async (world) => {
      await create(world, podIntent(1));
      const before = await find(world, idOf(1));
      await update(world, updateOf(podIntent(1), "live"));
      const after = await find(world, idOf(1));
      expect(after).toMatchObject({
        power: "on",
        host: before?.host,
        status: before?.status ?? {},
      });
      expect((await observe(world)).complete).toBe(true);
    },
  },
];
