import { expect } from "vitest";
import type { Rule } from "./rules.ts";
import {
  create,
  find,
  first,
  hostsOf,
  idOf,
  machinesOf,
  observe,
  oneOfEach,
  OTHER_LINEAGE,
  pictureOf,
  tagOf,
  update,
  updateOf,
} from "./subjects.ts";

export const UPDATE_RULES: readonly Rule[] = [
  {
    id: "C-23",
    level: "MUST",
    says: "brings an object to the attributes of the update and moves its revision",
    check: async (world) => {
      for (const [index, { make, edited }] of world.subjects.entries()) {
        const intent = make(index + 1);
        await create(world, intent);
        const before = await find(world, intent.objectId);
        const wish = updateOf(intent, "live", { attributes: edited(intent.attributes) });
        const outcome = await update(world, wish);
        expect(outcome).toMatchObject({ is: "done", changed: true });
        const after = await find(world, intent.objectId);
        expect(after?.attributes).toEqual(wish.attributes);
        expect(after?.tag?.intent).toBe(wish.tag.intent);
        expect(after?.revision).not.toBe(before?.revision);
        expect(outcome.is === "done" && outcome.revision).toBe(after?.revision);
      }
    },
  },
  {
    id: "C-24",
    level: "MUST",
    says: "answers the repeat of an update with done, even though the revision has moved",
    check: async (world) => {
      for (const [index, { make, edited }] of world.subjects.entries()) {
        const intent = make(index + 1);
        await create(world, intent);
        const fromRevision = (await find(world, intent.objectId))?.revision;
        const attributes = edited(intent.attributes);
        const wish = updateOf(intent, "live", { attributes, fromRevision });
        await update(world, wish);
        const before = await pictureOf(world);
        expect(await update(world, wish)).toMatchObject({ is: "done", changed: false });
        expect(await pictureOf(world)).toBe(before);
      }
    },
  },
  {
    id: "C-25",
    level: "MUST",
    says: "answers notFound when the object of an update does not exist",
    check: async (world) => {
      for (const intent of oneOfEach(world)) {
        const outcome = await update(world, updateOf(intent, "live"));
        expect(outcome).toMatchObject({ is: "failed", why: { type: "notFound" } });
      }
    },
  },
  {
    id: "C-26",
    level: "MUST",
    says: "answers conflict when the object is not at the revision of the plan any more",
    check: async (world) => {
      for (const [index, { make, edited, editedAgain }] of world.subjects.entries()) {
        const intent = make(index + 1);
        await create(world, intent);
        const fromRevision = (await find(world, intent.objectId))?.revision;
        await update(world, updateOf(intent, "live", { attributes: edited(intent.attributes) }));
        const before = await pictureOf(world);
        const late = updateOf(intent, "live", {
          attributes: editedAgain(intent.attributes),
          fromRevision,
          tag: tagOf(intent.address, { intent: "late" }),
        });
        const outcome = await update(world, late);
        expect(outcome).toMatchObject({ is: "failed", why: { type: "conflict" } });
        expect(await pictureOf(world)).toBe(before);
      }
    },
  },
  {
    id: "C-27",
    level: "MUST",
    says: "powers a machine on again that was stopped without our doing",
    needs: ["machines"],
    check: async (world) => {
      for (const [index, { make }] of machinesOf(world).entries()) {
        const intent = make(index + 1);
        await create(world, intent);
        await world.powerOffBehind?.(intent.objectId);
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
    needs: ["machines"],
    check: async (world) => {
      await create(world, first(world, 1));
      const attributes = { ...first(world, 1).attributes, power: "off" };
      for (const intent of ["first", "second", "third"]) {
        const tag = tagOf(first(world, 1).address, { intent });
        const wish = updateOf(first(world, 1), "live", { attributes, tag });
        expect(await update(world, wish)).toMatchObject({ is: "done" });
        expect((await find(world, idOf(1)))?.power).toBe("off");
      }
    },
  },
  {
    id: "C-29",
    level: "MUST",
    says: "ends an update that stops the machine with the machine running again",
    needs: ["machines"],
    check: async (world) => {
      for (const [index, { make, resized }] of machinesOf(world).entries()) {
        const intent = make(index + 1);
        await create(world, intent);
        const attributes = resized?.(intent.attributes) ?? {};
        const outcome = await update(world, updateOf(intent, "power-off", { attributes }));
        expect(outcome).toMatchObject({ is: "done", changed: true });
        expect(await find(world, intent.objectId)).toMatchObject({ power: "on", attributes });
      }
    },
  },
  {
    id: "C-30",
    level: "SHOULD",
    says: "moves a running machine to another host without stopping it",
    needs: ["liveMove"],
    check: async (world) => {
      const [near, far] = hostsOf(world);
      for (const [index, { make }] of machinesOf(world).entries()) {
        const intent = make(index + 1, { host: near });
        await create(world, intent);
        const wish = updateOf(intent, "move", { host: far });
        expect(await update(world, wish)).toMatchObject({ is: "done", host: far });
        expect(await find(world, intent.objectId)).toMatchObject({ host: far, power: "on" });
      }
    },
  },
  {
    id: "C-31",
    level: "MUST",
    says: "leaves a machine where it is when the new host cannot take it",
    needs: ["machines"],
    check: async (world) => {
      const intent = first(world, 1, { host: hostsOf(world)[0] });
      await create(world, intent);
      const before = await pictureOf(world);
      const outcome = await update(world, updateOf(intent, "move", { host: "no-such-host" }));
      expect(outcome.is).toBe("failed");
      expect(await pictureOf(world)).toBe(before);
    },
  },
  {
    id: "C-32",
    level: "MUST",
    says: "takes over an untagged object by writing our tag, and does not restart it",
    needs: ["adopt"],
    check: async (world) => {
      const id = await world.makeForeign("legacy");
      const found = await find(world, id);
      const wish = updateOf(first(world, 1, { objectId: id, name: "legacy" }), "adopt", {
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
      const wish = updateOf(first(world, 1, { objectId: id, name: "theirs" }), "adopt");
      expect(await update(world, wish)).toMatchObject({ is: "failed", why: { type: "forbidden" } });
      expect(await pictureOf(world)).toBe(before);
    },
  },
  {
    id: "C-34",
    level: "MUST",
    says: "takes only our tag off an object that is to be forgotten",
    check: async (world) => {
      for (const [index, { make }] of world.subjects.entries()) {
        const intent = make(index + 1);
        await create(world, intent);
        const before = await find(world, intent.objectId);
        const wish = updateOf(intent, "forget");
        expect(await update(world, wish)).toMatchObject({ is: "done", changed: true });
        const { attributes } = intent;
        const after = await find(world, intent.objectId);
        expect(after).toMatchObject({ attributes });
        expect([after?.host, after?.power]).toEqual([before?.host, before?.power]);
        expect(after?.tag).toBeUndefined();
        expect(await update(world, wish)).toMatchObject({ is: "done", changed: false });
      }
    },
  },
  {
    id: "C-35",
    level: "MUST",
    says: "answers forbidden to an update of an object that is not ours",
    check: async (world) => {
      const id = await world.makeForeign("stranger");
      const before = await pictureOf(world);
      const wish = updateOf(first(world, 1, { objectId: id, name: "stranger" }), "live");
      expect(await update(world, wish)).toMatchObject({ is: "failed", why: { type: "forbidden" } });
      expect(await pictureOf(world)).toBe(before);
    },
  },
  {
    id: "C-36",
    level: "MUST",
    says: "does not restart a machine whose update changes nothing of it",
    needs: ["machines"],
    check: async (world) => {
      for (const [index, { make }] of machinesOf(world).entries()) {
        const intent = make(index + 1);
        await create(world, intent);
        const before = await find(world, intent.objectId);
        await update(world, updateOf(intent, "live"));
        const after = await find(world, intent.objectId);
        const { host, status = {} } = before ?? {};
        expect(after).toMatchObject({ power: "on", host, status });
      }
      expect((await observe(world)).complete).toBe(true);
    },
  },
];
