import { expect } from "vitest";
import type { Rule } from "./rules.ts";
import {
  create,
  find,
  idOf,
  observe,
  OTHER_LINEAGE,
  permitOf,
  pictureOf,
  plainIntent,
  podIntent,
  remove,
  tagOf,
  update,
  updateOf,
  vmIntent,
} from "./subjects.ts";

export const REMOVE_RULES: readonly Rule[] = [
  {
    id: "C-37",
    level: "MUST",
    says: "removes the object of a permit with all its parts",
    check: async (world) => {
      const before = (await observe(world)).objects.length;
      for (const intent of [vmIntent(1), podIntent(2), plainIntent(3)]) {
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
      await create(world, vmIntent(1));
      await remove(world, permitOf(vmIntent(1)));
      const again = await remove(world, permitOf(vmIntent(1)));
      expect(again).toMatchObject({ is: "done", changed: false });
    },
  },
  {
    id: "C-39",
    level: "MUST",
    says: "answers forbidden to a permit for an object that is not ours",
    check: async (world) => {
      const theirs = tagOf("vm/shop/theirs", { lineage: OTHER_LINEAGE });
      const ids = [await world.makeForeign("stranger"), await world.makeForeign("theirs", theirs)];
      const before = await pictureOf(world);
      for (const objectId of ids) {
        const outcome = await remove(world, permitOf(vmIntent(1, { objectId })));
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
      await create(world, plainIntent(1));
      const fromRevision = (await find(world, idOf(1)))?.revision;
      const attributes = { data: { colour: "green" } };
      await update(world, updateOf(plainIntent(1), "live", { attributes }));
      const outcome = await remove(world, permitOf(plainIntent(1), { fromRevision }));
      expect(outcome).toMatchObject({ is: "failed", why: { type: "conflict" } });
      expect(await find(world, idOf(1))).toBeDefined();
    },
  },
  {
    id: "C-41",
    level: "MUST",
    says: "touches nothing but the object of the permit",
    check: async (world) => {
      await create(world, vmIntent(1));
      await create(world, podIntent(2));
      await world.makeForeign("stranger");
      const before = (await observe(world)).objects.filter((object) => object.id !== idOf(2));
      await remove(world, permitOf(podIntent(2)));
      expect((await observe(world)).objects).toEqual(before);
    },
  },
  {
    id: "C-42",
    level: "MUST",
    says: "gives back the room of a removed machine",
    check: async (world) => {
      const { hosts } = await observe(world);
      const memory = hosts.find((host) => host.name === world.hosts[0])?.allocatable.memoryBytes;
      const sizing = {
        vcpus: 1,
        cpuMillicores: 1000,
        memoryBytes: memory ?? 0,
        overheadBytes: 0,
        reservation: { cpuMillicores: 0, memoryBytes: memory ?? 0 },
      };
      for (const number of [1, 2, 3]) {
        const intent = vmIntent(number, { host: world.hosts[0] });
        const full = { ...intent, attributes: { ...intent.attributes, sizing } };
        expect(await create(world, full)).toMatchObject({ is: "done", changed: true });
        expect((await find(world, full.objectId))?.power).toBe("on");
        await remove(world, permitOf(full));
      }
    },
  },
];
