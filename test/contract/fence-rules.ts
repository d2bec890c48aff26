import { expect } from "vitest";
import type { Outcome } from "../../engine/contract/provider.ts";
import type { ContractWorld } from "./harness.ts";
import type { Rule } from "./rules.ts";
import {
  create,
  find,
  first,
  observe,
  oneOfEach,
  permitOf,
  pictureOf,
  remove,
  tagOf,
  update,
  updateOf,
} from "./subjects.ts";

/** Tries the three writing calls with an old fence; each must be refused without an effect. */
async function tryOldWrites(world: ContractWorld): Promise<readonly Outcome[]> {
  const old = { fence: 4, intent: "zombie" };
  const intent = first(world, 1);
  const tag = tagOf(intent.address, old);
  return [
    await create(world, first(world, 9, { tag: tagOf(first(world, 9).address, old) })),
    await update(world, updateOf(intent, "live", { tag, attributes: {} })),
    await remove(world, permitOf(intent, { tag })),
  ];
}

export const FENCE_RULES: readonly Rule[] = [
  {
    id: "C-43",
    level: "SHOULD",
    says: "refuses writes of an older fence as a conflict once it has seen a newer one",
    needs: ["fencing"],
    check: async (world) => {
      await create(world, first(world, 1));
      const before = await pictureOf(world);
      for (const outcome of await tryOldWrites(world)) {
        expect(outcome).toMatchObject({ is: "failed", why: { type: "conflict" } });
      }
      expect(await pictureOf(world)).toBe(before);
    },
  },
  {
    id: "C-44",
    level: "SHOULD",
    says: "remembers the newest fence over a restart, and over the removal of every object",
    needs: ["fencing"],
    check: async (world) => {
      await create(world, first(world, 1));
      await remove(world, permitOf(first(world, 1)));
      await world.reopen();
      const written = (fence: number): Promise<Outcome> =>
        create(world, first(world, 2, { tag: tagOf(first(world, 2).address, { fence }) }));
      expect(await written(4)).toMatchObject({ is: "failed", why: { type: "conflict" } });
      const next = await written(6);
      expect(next).toMatchObject({ is: "done" });
    },
  },
  {
    id: "C-45",
    level: "MUST",
    says: "does nothing for a caller who has given up already",
    check: async (world) => {
      const before = await pictureOf(world);
      const signal = AbortSignal.abort();
      const outcome = await world.provider().create(first(world, 1), { ...world.context, signal });
      expect(outcome.is).not.toBe("done");
      expect(await pictureOf(world)).toBe(before);
    },
  },
  {
    id: "C-46",
    level: "MUST",
    says: "answers a busy platform with failed and transient, having done nothing",
    needs: ["faults"],
    check: async (world) => {
      const before = await pictureOf(world);
      for (const intent of oneOfEach(world)) {
        await world.failNext?.("unavailable");
        const outcome = await create(world, intent);
        expect(outcome).toMatchObject({ is: "failed", why: { type: "transient" } });
        expect((await pictureOf(world)) === before).toBe(true);
      }
    },
  },
  {
    id: "C-47",
    level: "MUST",
    says: "answers unknown when no answer came, whether or not the call had an effect",
    needs: ["faults"],
    check: async (world) => {
      for (const [index, { make }] of world.subjects.entries()) {
        const [lost, made] = [make(2 * index + 1), make(2 * index + 2)];
        await world.failNext?.("timeout-before");
        expect((await create(world, lost)).is).toBe("unknown");
        expect(await find(world, lost.objectId)).toBeUndefined();
        await world.failNext?.("timeout-after");
        expect((await create(world, made)).is).toBe("unknown");
        expect(await find(world, made.objectId)).toBeDefined();
      }
    },
  },
  {
    id: "C-48",
    level: "MUST",
    says: "makes one object when a create of unknown outcome is sent again",
    needs: ["faults"],
    check: async (world) => {
      for (const [index, { make, is }] of world.subjects.entries()) {
        for (const [nth, how] of (["timeout-before", "timeout-after"] as const).entries()) {
          const intent = make(2 * index + nth + 1);
          await world.failNext?.(how);
          await create(world, intent);
          await world.reopen();
          expect(await create(world, intent)).toMatchObject({ is: "done" });
          const { objects } = await observe(world, [intent.objectId]);
          const found = objects.filter(({ name }) => name === intent.name);
          expect(found.map(({ id }) => id)).toEqual([intent.objectId]);
          if (is === "machine") expect(found[0]?.power).toBe("on");
        }
      }
    },
  },
  {
    id: "C-49",
    level: "MUST",
    says: "gives every problem a type, a code and a sentence that names what is wrong",
    check: async (world) => {
      const outcome = await update(world, updateOf(first(world, 1), "live"));
      expect(outcome.is).toBe("failed");
      if (outcome.is !== "failed") return;
      expect(outcome.why.code).toMatch(/^VP\d{4}$/);
      expect(outcome.why.message).toContain(first(world, 1).name);
    },
  },
  {
    id: "C-50",
    level: "MUST",
    says: "can be closed twice",
    check: async (world) => {
      const provider = world.provider();
      await provider.close();
      await expect(provider.close()).resolves.toBeUndefined();
      await world.reopen();
    },
  },
];
