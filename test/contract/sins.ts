import { randomUUID } from "node:crypto";
import type { Inventory, Outcome, Provider, UpdateIntent } from "../../engine/contract/provider.ts";
import type { SimWorld } from "../support/esxi-sim.ts";
import { SINS_IN_DETAIL } from "./sins-in-detail.ts";
import { OUR_LINEAGE, tagOf, vmIntent } from "./subjects.ts";

/** One way to break the contract, and the rows that must notice it. */
export interface Sin {
  readonly name: string;
  readonly breaks: readonly `C-${string}`[];
  /** `seen` is the memory of a process: it lasts as long as the world. */
  readonly commit: (good: Provider, world: SimWorld, seen: Set<string>) => Partial<Provider>;
}

const done = (changed: boolean): Outcome => ({ is: "done", revision: "1", changed });

export const SINS: readonly Sin[] = [
  {
    name: "chooses its own ids",
    breaks: ["C-05", "C-12", "C-13", "C-14", "C-48"],
    commit: (good) => ({
      create: (intent, context) => good.create({ ...intent, objectId: randomUUID() }, context),
    }),
  },
  {
    name: "observes only a part and does not say so",
    breaks: ["C-05", "C-07", "C-09"],
    commit: (good) => ({
      observe: async (scope, context): Promise<Inventory> => ({
        ...(await good.observe(scope, context)),
        objects: [],
      }),
    }),
  },
  {
    name: "says that it is never complete",
    breaks: ["C-02"],
    commit: (good) => ({
      observe: async (scope, context) => ({
        ...(await good.observe(scope, context)),
        complete: false,
      }),
    }),
  },
  {
    name: "changes the world when it observes",
    breaks: ["C-03", "C-10"],
    commit: (good, world) => ({
      observe: async (scope, context) => {
        await world.admin.makeMachine({
          name: `seen-${(await good.observe(scope, context)).asOf}`,
          namespace: "shop",
          host: "host-a",
        });
        return good.observe(scope, context);
      },
    }),
  },
  {
    name: "takes every update for a new one",
    breaks: ["C-26", "C-40"],
    commit: (good) => ({
      update: (intent, context) => {
        const late: UpdateIntent = { ...intent, fromRevision: undefined };
        return good.update(late, context);
      },
      remove: (permit, context) =>
        good.remove({ ...permit, fromRevision: undefined } as typeof permit, context),
    }),
  },
  {
    name: "removes whatever it is shown",
    breaks: ["C-39"],
    commit: (_good, world) => ({
      remove: async (permit) => {
        await world.admin.remove(permit.objectId);
        return done(true);
      },
    }),
  },
  {
    name: "calls it an error when the object is gone already",
    breaks: ["C-38"],
    commit: (good) => ({
      remove: async (permit, context) => {
        const outcome = await good.remove(permit, context);
        if (outcome.is !== "done" || outcome.changed) return outcome;
        const why = { type: "notFound", code: "VP6203", message: permit.name } as const;
        return { is: "failed", why };
      },
    }),
  },
  {
    name: "forgets every fence",
    breaks: ["C-43", "C-44", "C-52"],
    commit: (good) => ({
      create: (intent, context) =>
        good.create({ ...intent, tag: { ...intent.tag, fence: 5 } }, context),
      update: (intent, context) =>
        good.update({ ...intent, tag: { ...intent.tag, fence: 5 } }, context),
      remove: (permit, context) =>
        good.remove({ ...permit, tag: { ...permit.tag, fence: 5 } } as typeof permit, context),
    }),
  },
  {
    name: "calls a time-out a failure",
    breaks: ["C-47"],
    commit: (good) => ({
      create: async (intent, context) => {
        const outcome = await good.create(intent, context);
        return outcome.is === "unknown" ? { is: "failed", why: outcome.why } : outcome;
      },
    }),
  },
  {
    name: "answers done before anything is done",
    breaks: ["C-05", "C-11", "C-13", "C-22", "C-23", "C-27", "C-29", "C-34", "C-37"],
    commit: () => ({
      create: () => Promise.resolve(done(true)),
      update: () => Promise.resolve(done(true)),
      remove: () => Promise.resolve(done(true)),
    }),
  },
  {
    name: "leaves half an object behind when it fails",
    breaks: ["C-18"],
    commit: (good, world) => ({
      create: async (intent, context) => {
        const outcome = await good.create(intent, context);
        if (outcome.is === "failed") {
          const { name } = intent;
          await world.admin.makeMachine({ name, namespace: "shop", host: "host-a" });
        }
        return outcome;
      },
    }),
  },
  {
    name: "takes over what belongs to others",
    breaks: ["C-33", "C-35"],
    commit: (good, world) => ({
      update: async (intent, context) => {
        const { objects } = await good.observe({ ids: [], lineage: OUR_LINEAGE }, context);
        const found = objects.find((object) => object.id === intent.objectId);
        if (found === undefined || found.tag?.lineage === OUR_LINEAGE) {
          return good.update(intent, context);
        }
        await world.admin.remove(found.id);
        return good.create(intent, context);
      },
    }),
  },
  {
    name: "starts what shall be stopped",
    breaks: ["C-19", "C-28"],
    commit: (good, world) => {
      const start = async (id: string, outcome: Outcome): Promise<Outcome> => {
        if (outcome.is === "done") await world.admin.powerOn(id).catch(() => undefined);
        return outcome;
      };
      return {
        create: async (intent, context) =>
          start(intent.objectId, await good.create(intent, context)),
        update: async (intent, context) =>
          start(intent.objectId, await good.update(intent, context)),
      };
    },
  },
  {
    name: "does not stop for a caller who has gone",
    breaks: ["C-45"],
    commit: (good) => ({
      create: (intent, context) =>
        good.create(intent, { ...context, signal: new AbortController().signal }),
    }),
  },
  {
    name: "reviews by trying",
    breaks: ["C-51"],
    commit: (good) => ({
      review: async (writes, context) => {
        for (const write of writes) {
          const { objectId } = write;
          const tag = tagOf(write.address);
          const wish = { ...vmIntent(1), ...write, objectId, tag, host: undefined };
          await good.create(wish, context);
        }
        return good.review?.(writes, context) ?? [];
      },
    }),
  },
  {
    name: "reviews without looking",
    breaks: ["C-51"],
    commit: () => ({ review: () => Promise.resolve([]) }),
  },
  {
    name: "believes that what failed once is done",
    breaks: ["C-48", "C-53"],
    commit: (good, _world, seen) => ({
      create: async (intent, context) => {
        if (seen.has(intent.objectId)) return done(false);
        const outcome = await good.create(intent, context);
        if (outcome.is !== "done") seen.add(intent.objectId);
        return outcome;
      },
    }),
  },
  {
    name: "takes a repeat for a new wish",
    breaks: ["C-24", "C-54"],
    commit: (good) => ({
      update: (intent, context) => {
        const tag = { ...intent.tag, intent: randomUUID() };
        return good.update({ ...intent, tag, fromRevision: undefined }, context);
      },
    }),
  },
  {
    name: "takes what it could read for everything",
    breaks: ["C-55"],
    commit: (good) => ({
      observe: async (scope, context) => ({
        ...(await good.observe(scope, context)),
        complete: true,
      }),
    }),
  },
  {
    name: "does not say which part is missing",
    breaks: ["C-55"],
    commit: (good) => ({
      observe: async (scope, context) => {
        const { missing: _untold, ...inventory } = await good.observe(scope, context);
        return inventory;
      },
    }),
  },
  {
    name: "shows nothing where a part is missing",
    breaks: ["C-55"],
    commit: (good) => ({
      observe: async (scope, context) => {
        const inventory = await good.observe(scope, context);
        return inventory.complete ? inventory : { ...inventory, objects: [] };
      },
    }),
  },
  ...SINS_IN_DETAIL,
];
