import { expect } from "vitest";
import type { Outcome } from "../../engine/contract/provider.ts";
import type { ContractWorld } from "./harness.ts";
import type { Rule } from "./rules.ts";
import {
  create,
  find,
  idOf,
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

/** Tries the three writing calls with an old fence; each must be refused without an effect. */
async function tryOldWrites(world: ContractWorld): Promise<readonly Outcome[]> {
  const old = { fence: 4 };
  const tag = tagOf("vm/shop/vm-1", { ...old, intent: "zombie" });
  return [
    await create(world, vmIntent(9, { tag: tagOf("vm/shop/vm-9", old) })),
    await update(world, updateOf(vmIntent(1), "live", { tag, attributes: {} })),
    await remove(world, permitOf(vmIntent(1), { tag })),
  ];
}

export const FENCE_RULES: readonly Rule[] = [
  {
    id: "C-43",
    level: "SHOULD",
    says: "refuses writes of an older fence as a conflict once it has seen a newer one",
    check: async (world) => {
      if (!world.provider().capabilities.fencing) return;
      await create(world, vmIntent(1));
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
    check: async (world) => {
      if (!world.provider().capabilities.fencing) return;
      await create(world, vmIntent(1));
      await remove(world, permitOf(vmIntent(1)));
      await world.reopen();
      const late = await create(world, vmIntent(2, { tag: tagOf("vm/shop/vm-2", { fence: 4 }) }));
      expect(late).toMatchObject({ is: "failed", why: { type: "conflict" } });
      const next = await create(world, vmIntent(2, { tag: tagOf("vm/shop/vm-2", { fence: 6 }) }));
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
      const outcome = await world.provider().create(vmIntent(1), { ...world.context, signal });
      expect(outcome.is).not.toBe("done");
      expect(await pictureOf(world)).toBe(before);
    },
  },
  {
    id: "C-46",
    level: "MUST",
    says: "answers a busy platform with failed and transient, having done nothing",
    check: async (world) => {
      if (world.failNext === undefined) return;
      const before = await pictureOf(world);
      await world.failNext("unavailable");
      const outcome = await create(world, plainIntent(1));
      expect(outcome).toMatchObject({ is: "failed", why: { type: "transient" } });
      expect((await pictureOf(world)) === before).toBe(true);
    },
  },
  {
    id: "C-47",
    level: "MUST",
    says: "answers unknown when no answer came, whether or not the call had an effect",
    check: async (world) => {
      if (world.failNext === undefined) return;
      await world.failNext("timeout-before");
      expect((await create(world, podIntent(1))).is).toBe("unknown");
      expect(await find(world, idOf(1))).toBeUndefined();
      await world.failNext("timeout-after");
      expect((await create(world, podIntent(2))).is).toBe("unknown");
      expect(await find(world, idOf(2))).toBeDefined();
    },
  },
  {
    id: "C-48",
    level: "MUST",
    says: "makes one object when a create of unknown outcome is sent again",
    check: async (world) => {
      if (world.failNext === undefined) return;
      for (const [number, how] of [
        [1, "timeout-before"],
        [2, "timeout-after"],
      ] as const) {
        await world.failNext(how);
        await create(world, podIntent(number));
        await world.reopen();
        expect(await create(world, podIntent(number))).toMatchObject({ is: "done" });
        expect((await find(world, idOf(number)))?.power).toBe("on");
      }
    },
  },
  {
    id: "C-49",
    level: "MUST",
    says: "gives every problem a type, a code and a sentence that names what is wrong",
    check: async (world) => {
      const outcome = await update(world, updateOf(vmIntent(1), "live"));
      expect(outcome.is).toBe("failed");
      if (outcome.is !== "failed") return;
      expect(outcome.why.code).toMatch(/^VP\d{4}$/);
      expect(outcome.why.message).toContain("vm-1");
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
