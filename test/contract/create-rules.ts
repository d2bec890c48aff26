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
  OUR_LINEAGE,
  permitOf,
  pictureOf,
  remove,
  tagOf,
  update,
  updateOf,
} from "./subjects.ts";

const HUGE = 2 ** 50;

export const CREATE_RULES: readonly Rule[] = [
  {
    id: "C-11",
    level: "MUST",
    says: "answers a create with done, a revision and changed",
    check: async (world) => {
      for (const intent of oneOfEach(world)) {
        const outcome = await create(world, intent);
        expect(outcome).toMatchObject({ is: "done", changed: true });
        const found = await find(world, intent.objectId);
        expect(outcome.is === "done" && outcome.revision).toBe(found?.revision);
      }
    },
  },
  {
    id: "C-12",
    level: "MUST",
    says: "finds the first object when a create is repeated, and answers done without a change",
    check: async (world) => {
      for (const intent of oneOfEach(world)) {
        const made = await create(world, intent);
        const second = await create(world, intent);
        expect(second).toMatchObject({ is: "done", changed: false });
        expect(second.is === "done" && second.revision).toBe(made.is === "done" && made.revision);
      }
      const { objects } = await observe(world);
      const ours = objects.filter((object) => object.tag?.lineage === OUR_LINEAGE);
      expect(ours.length).toBe(world.subjects.length);
    },
  },
  {
    id: "C-13",
    level: "MUST",
    says: "knows the ids of earlier processes: a create repeated after a restart is one object",
    check: async (world) => {
      for (const intent of oneOfEach(world)) {
        await create(world, intent);
        await world.reopen();
        expect(await create(world, intent)).toMatchObject({ is: "done", changed: false });
        const { objects } = await observe(world);
        expect(objects.filter((object) => object.name === intent.name).length).toBe(1);
      }
    },
  },
  {
    id: "C-14",
    level: "MUST",
    says: "makes one object of the same create sent twice at once",
    check: async (world) => {
      for (const intent of oneOfEach(world)) {
        const outcomes = await Promise.all([create(world, intent), create(world, intent)]);
        expect(outcomes.map((outcome) => outcome.is)).toEqual(["done", "done"]);
        const changed = outcomes.filter((outcome) => outcome.is === "done" && outcome.changed);
        expect(changed.length).toBe(1);
        const { objects } = await observe(world);
        expect(objects.filter((object) => object.name === intent.name).length).toBe(1);
      }
    },
  },
  {
    id: "C-15",
    level: "MUST",
    says: "answers conflict when another's object has the name, and leaves that object alone",
    check: async (world) => {
      await world.makeForeign("taken");
      const before = await pictureOf(world);
      const outcome = await create(world, first(world, 1, { name: "taken" }));
      expect(outcome).toMatchObject({ is: "failed", why: { type: "conflict" } });
      expect(await pictureOf(world)).toBe(before);
    },
  },
  {
    id: "C-16",
    level: "MUST",
    says: "answers forbidden when the id belongs to another's object",
    check: async (world) => {
      const id = await world.makeForeign(
        "stranger",
        tagOf("vm/shop/stranger", {
          lineage: OTHER_LINEAGE,
        }),
      );
      const before = await pictureOf(world);
      const outcome = await create(world, first(world, 1, { objectId: id, name: "stranger" }));
      expect(outcome).toMatchObject({ is: "failed", why: { type: "forbidden" } });
      expect(await pictureOf(world)).toBe(before);
    },
  },
  {
    id: "C-17",
    level: "MUST",
    says: "lets a replacement stand beside its predecessor: same address and lineage, another id",
    needs: ["sameNameTwice"],
    check: async (world) => {
      for (const [index, { make }] of world.subjects.entries()) {
        const old = make(2 * index + 1, { name: "node-0" });
        await create(world, old);
        const next = await create(world, make(2 * index + 2, { name: "node-0" }));
        expect(next).toMatchObject({ is: "done", changed: true });
        expect(await find(world, old.objectId)).toBeDefined();
      }
    },
  },
  {
    id: "C-18",
    level: "MUST",
    says: "has changed nothing when it answers failed",
    check: async (world) => {
      const before = await pictureOf(world);
      const wrong = world.subjects.flatMap(({ make, refused }, index) =>
        refused === undefined ? [] : [refused(make(index + 1))],
      );
      expect(wrong.length).toBeGreaterThan(0);
      for (const intent of wrong) expect((await create(world, intent)).is).toBe("failed");
      expect(await pictureOf(world)).toBe(before);
    },
  },
  {
    id: "C-19",
    level: "MUST",
    says: "registers a machine that shall not run without starting it",
    needs: ["machines"],
    check: async (world) => {
      // Only the first sort: a Pod that shall not run is no Pod.
      const { attributes } = first(world, 1);
      const off = first(world, 1, { attributes: { ...attributes, power: "off" } });
      const outcome = await create(world, off);
      expect(outcome).toMatchObject({ is: "done", changed: true });
      expect(outcome.is === "done" && outcome.notStarted).toBeFalsy();
      expect((await find(world, idOf(1)))?.power).toBe("off");
    },
  },
  {
    id: "C-20",
    level: "MUST",
    says: "makes a machine that no host can run, powered off, and says why it does not run",
    needs: ["admission"],
    check: async (world) => {
      for (const [index, { make }] of machinesOf(world).entries()) {
        const intent = make(index + 1);
        const sizing = { vcpus: 1, cpuMillicores: 1000, memoryBytes: HUGE };
        const attributes = { ...intent.attributes, sizing };
        const outcome = await create(world, { ...intent, attributes, host: undefined });
        expect(outcome).toMatchObject({ is: "done", changed: true });
        expect(outcome.is === "done" && outcome.notStarted?.code).toBe("LimitExceedsHost");
        expect((await find(world, intent.objectId))?.power).toBe("off");
      }
    },
  },
  {
    id: "C-21",
    level: "MUST",
    says: "carries out as many different calls at once as its capabilities say",
    check: async (world) => {
      const count = Math.min(64, world.provider().capabilities.parallelCallsMax);
      for (const [index, { make }] of world.subjects.entries()) {
        const intents = Array.from({ length: count }, (_, nth) => make(1000 * (index + 1) + nth));
        const outcomes = await Promise.all(intents.map((intent) => create(world, intent)));
        expect(outcomes.every((outcome) => outcome.is === "done")).toBe(true);
        const ids = new Set(intents.map((intent) => intent.objectId));
        const { objects } = await observe(world, [...ids]);
        expect(objects.filter((object) => ids.has(object.id)).length).toBe(count);
      }
    },
  },
  {
    id: "C-22",
    level: "MUST",
    says: "never lets the reservations on a host exceed what it can give",
    needs: ["admission"],
    check: async (world) => {
      const [near, far] = hostsOf(world);
      const { hosts } = await observe(world);
      const host = hosts.find((candidate) => candidate.name === near);
      const half = Math.floor((host?.allocatable.memoryBytes ?? 0) * 0.6);
      const sizing = {
        vcpus: 1,
        cpuMillicores: 1000,
        memoryBytes: half,
        overheadBytes: 0,
        reservation: { cpuMillicores: 0, memoryBytes: half },
      };
      const wish = (number: number) => {
        const intent = first(world, number, { host: near });
        return { ...intent, attributes: { ...intent.attributes, sizing } };
      };
      expect(await create(world, wish(1))).toMatchObject({ is: "done" });
      expect((await find(world, idOf(1)))?.power).toBe("on");
      const second = await create(world, wish(2));
      const isOn = (await find(world, idOf(2)))?.power === "on";
      expect(second.is === "failed" || !isOn).toBe(true);
      // What the move or the removal gives back can be taken.
      const emptied = world.provider().capabilities.liveMove
        ? await update(world, { ...updateOf(wish(1), "move"), host: far })
        : await remove(world, permitOf(wish(1)));
      expect(emptied).toMatchObject({ is: "done" });
      expect(await create(world, wish(2))).toMatchObject({ is: "done" });
    },
  },
];
