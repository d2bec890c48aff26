import { expect } from "vitest";
import type { Rule } from "./rules.ts";
import {
  create,
  find,
  hostsOf,
  machinesOf,
  observe,
  oneOfEach,
  OUR_LINEAGE,
  pictureOf,
} from "./subjects.ts";

export const OBSERVE_RULES: readonly Rule[] = [
  {
    id: "C-01",
    level: "MUST",
    says: "states its type, its kinds and at least one parallel call in its capabilities",
    check: (world) => {
      const { capabilities, name } = world.provider();
      expect(name).not.toBe("");
      expect(capabilities.kinds.length).toBeGreaterThan(0);
      expect(capabilities.parallelCallsMax).toBeGreaterThanOrEqual(1);
      return Promise.resolve();
    },
  },
  {
    id: "C-02",
    level: "MUST",
    says: "answers observe completely, with the revision the answer belongs to",
    check: async (world) => {
      const inventory = await observe(world);
      expect(inventory.complete).toBe(true);
      expect(inventory.asOf).not.toBe("");
    },
  },
  {
    id: "C-03",
    level: "MUST",
    says: "changes nothing when it observes",
    check: async (world) => {
      for (const intent of oneOfEach(world)) await create(world, intent);
      const before = await pictureOf(world);
      const { asOf } = await observe(world);
      expect((await observe(world)).asOf).toBe(asOf);
      expect(await pictureOf(world)).toBe(before);
    },
  },
  {
    id: "C-04",
    level: "MUST",
    says: "moves its revision with every change of the world",
    check: async (world) => {
      for (const intent of oneOfEach(world)) {
        const before = await observe(world);
        await create(world, intent);
        expect((await observe(world)).asOf).not.toBe(before.asOf);
      }
    },
  },
  {
    id: "C-05",
    level: "MUST",
    says: "shows an object with the id, kind, namespace, name, attributes and tag it was made with",
    check: async (world) => {
      for (const intent of oneOfEach(world)) {
        await create(world, intent);
        const { objectId: id, kind, namespace, name, attributes, tag } = intent;
        const provider = world.provider().name;
        const shown = { id, provider, kind, namespace, name, attributes, tag };
        expect(await find(world, id)).toMatchObject(shown);
      }
    },
  },
  {
    id: "C-06",
    level: "MUST",
    says: "shows every object once, parts of an object only through their owner",
    check: async (world) => {
      for (const intent of oneOfEach(world)) {
        const before = (await observe(world)).objects.length;
        await create(world, intent);
        const { objects } = await observe(world);
        expect(objects.length).toBe(before + 1);
        expect(new Set(objects.map((object) => object.id)).size).toBe(objects.length);
      }
    },
  },
  {
    id: "C-07",
    level: "MUST",
    says: "shows objects of others too, so that their room and their names are known",
    check: async (world) => {
      const id = await world.makeForeign("stranger");
      const found = await find(world, id);
      expect(found).toMatchObject({ id, name: "stranger", tag: undefined });
      expect(found?.tag?.lineage).not.toBe(OUR_LINEAGE);
    },
  },
  {
    id: "C-08",
    level: "MUST",
    says: "shows every host with its size and its state",
    needs: ["machines"],
    check: async (world) => {
      const { hosts } = await observe(world);
      for (const name of hostsOf(world)) {
        const host = hosts.find((candidate) => candidate.name === name);
        expect(host?.connection).toBe("connected");
        expect(host?.capacity.cpuMillicores).toBeGreaterThan(0);
        expect(host?.allocatable.memoryBytes).toBeGreaterThan(0);
        expect(host?.planned).toBe(false);
      }
    },
  },
  {
    id: "C-09",
    level: "MUST",
    says: "shows on which host a machine is and whether it runs",
    needs: ["machines"],
    check: async (world) => {
      const [, host] = hostsOf(world);
      for (const [index, { make }] of machinesOf(world).entries()) {
        const intent = make(index + 1, { host });
        await create(world, intent);
        expect(await find(world, intent.objectId)).toMatchObject({ host, power: "on" });
      }
    },
  },
  {
    id: "C-10",
    level: "MUST",
    says: "shows the same world to every process that opens it",
    check: async (world) => {
      for (const intent of oneOfEach(world)) await create(world, intent);
      const before = await pictureOf(world);
      await world.reopen();
      expect(await pictureOf(world)).toBe(before);
    },
  },
];
