import { expect } from "vitest";
import type { Rule } from "./rules.ts";
import {
  create,
  find,
  first,
  hostsOf,
  observe,
  oneOfEach,
  OTHER_LINEAGE,
  permitOf,
  pictureOf,
  remove,
  tagOf,
  update,
  updateOf,
} from "./subjects.ts";

export const REMOVE_RULES: readonly Rule[] = [
  {
    id: "C-37",
    level: "MUST",
    says: "removes the object of a permit with all its parts",
    check: async (world) => {
      const before = (await observe(world)).objects.length;
      for (const intent of oneOfEach(world)) {
        await create(world, intent);
        expect(await find(world, intent.objectId)).toBeDefined();
        expect(await remove(world, permitOf(intent))).toMatchObject({ is: "done", changed: true });
        expect(await find(world, intent.objectId)).toBeUndefined();
      }
      expect((await observe(world)).objects.length).toBe(before);
    },
  },
  {
    id: "C-38",
    level: "MUST",
    says: "answers done without a change when the object of a permit is gone already",
    check: async (world) => {
      for (const intent of oneOfEach(world)) {
        await create(world, intent);
        await remove(world, permitOf(intent));
        const again = await remove(world, permitOf(intent));
        expect(again).toMatchObject({ is: "done", changed: false });
      }
    },
  },
  {
    id: "C-39",
    level: "MUST",
    says: "answers forbidden to a permit for an object that is not ours",
    check: async (world) => {
      const theirs = tagOf("vm/shop/theirs", { lineage: OTHER_LINEAGE });
      const foreign = {
        stranger: await world.makeForeign("stranger"),
        theirs: await world.makeForeign("theirs", theirs),
      };
      const before = await pictureOf(world);
      for (const [name, objectId] of Object.entries(foreign)) {
        const outcome = await remove(world, permitOf(first(world, 1, { objectId, name })));
        expect(outcome).toMatchObject({ is: "failed", why: { type: "forbidden" } });
      }
      expect(await pictureOf(world)).toBe(before);
    },
  },
  {
    id: "C-40",
    level: "MUST",
    says: "answers conflict when the object of a permit has changed since the plan",
    check: async (world) => {
      for (const [index, { make, edited }] of world.subjects.entries()) {
        const intent = make(index + 1);
        await create(world, intent);
        const fromRevision = (await find(world, intent.objectId))?.revision;
        await update(world, updateOf(intent, "live", { attributes: edited(intent.attributes) }));
        const outcome = await remove(world, permitOf(intent, { fromRevision }));
        expect(outcome).toMatchObject({ is: "failed", why: { type: "conflict" } });
        expect(await find(world, intent.objectId)).toBeDefined();
      }
    },
  },
  {
    id: "C-41",
    level: "MUST",
    says: "touches nothing but the object of the permit",
    check: async (world) => {
      const others = oneOfEach(world);
      const wanted = world.subjects.map(({ make }, index) => make(100 + index));
      for (const intent of [...others, ...wanted]) await create(world, intent);
      await world.makeForeign("stranger");
      for (const intent of wanted) {
        const { objects } = await observe(world);
        await remove(world, permitOf(intent));
        const kept = objects.filter(({ id }) => id !== intent.objectId);
        expect((await observe(world)).objects).toEqual(kept);
      }
    },
  },
  {
    id: "C-42",
    level: "MUST",
    says: "gives back the room of a removed machine",
    needs: ["admission"],
    check: async (world) => {
      const [near] = hostsOf(world);
      const { hosts } = await observe(world);
      const memory = hosts.find((host) => host.name === near)?.allocatable.memoryBytes;
      const sizing = {
        vcpus: 1,
        cpuMillicores: 1000,
        memoryBytes: memory ?? 0,
        overheadBytes: 0,
        reservation: { cpuMillicores: 0, memoryBytes: memory ?? 0 },
      };
      for (const number of [1, 2, 3]) {
        const intent = first(world, number, { host: near });
        const full = { ...intent, attributes: { ...intent.attributes, sizing } };
        expect(await create(world, full)).toMatchObject({ is: "done", changed: true });
        expect((await find(world, full.objectId))?.power).toBe("on");
        await remove(world, permitOf(full));
      }
    },
  },
];
