import type { Outcome, UpdateIntent } from "../../engine/contract/provider.ts";
import type { Sin } from "./sins.ts";
import { OUR_LINEAGE } from "./subjects.ts";

const done = (changed: boolean): Outcome => ({ is: "done", revision: "1", changed });

/** Sins that break one row or two and keep the others. */
export const SINS_IN_DETAIL: readonly Sin[] = [
  {
    name: "takes no call at all",
    breaks: ["C-01"],
    commit: (good) => ({ capabilities: { ...good.capabilities, parallelCallsMax: 0 } }),
  },
  {
    name: "always names the same revision",
    breaks: ["C-04"],
    commit: (good) => ({
      observe: async (scope, context) => ({ ...(await good.observe(scope, context)), asOf: "1" }),
    }),
  },
  {
    name: "shows the parts of an object as objects",
    breaks: ["C-06"],
    commit: (good) => ({
      observe: async (scope, context) => {
        const inventory = await good.observe(scope, context);
        const disks = inventory.objects.map((object) => ({ ...object, id: `${object.id}-disk` }));
        return { ...inventory, objects: [...inventory.objects, ...disks] };
      },
    }),
  },
  {
    name: "does not know how large its hosts are",
    breaks: ["C-08", "C-22"],
    commit: (good) => ({
      observe: async (scope, context) => {
        const inventory = await good.observe(scope, context);
        const nothing = { cpuMillicores: 0, memoryBytes: 0 };
        const hosts = inventory.hosts.map((host) => ({
          ...host,
          capacity: { ...host.capacity, ...nothing },
          allocatable: { ...host.allocatable, ...nothing },
        }));
        return { ...inventory, hosts };
      },
    }),
  },
  {
    name: "makes room for what it creates",
    breaks: ["C-15", "C-16"],
    commit: (good, world) => ({
      create: async (intent, context) => {
        const outcome = await good.create(intent, context);
        if (outcome.is !== "failed") return outcome;
        const { objects } = await good.observe({ ids: [], lineage: OUR_LINEAGE }, context);
        const inTheWay = objects.filter(
          ({ id, name }) => id === intent.objectId || name === intent.name,
        );
        for (const { id } of inTheWay) await world.admin.remove(id);
        return good.create(intent, context);
      },
    }),
  },
  {
    name: "holds one object of a name",
    breaks: ["C-17"],
    commit: (good) => ({
      create: async (intent, context) => {
        const { objects } = await good.observe({ ids: [], lineage: OUR_LINEAGE }, context);
        const other = objects.find(
          ({ id, name }) => name === intent.name && id !== intent.objectId,
        );
        if (other === undefined) return good.create(intent, context);
        return { is: "failed", why: { type: "conflict", code: "VP6204", message: intent.name } };
      },
    }),
  },
  {
    name: "calls it a failure when a machine cannot run",
    breaks: ["C-20"],
    commit: (good) => ({
      create: async (intent, context) => {
        const outcome = await good.create(intent, context);
        if (outcome.is !== "done" || outcome.notStarted === undefined) return outcome;
        return { is: "failed", why: { type: "invalid", ...outcome.notStarted } };
      },
    }),
  },
  {
    name: "takes one call at a time and drops the others",
    breaks: ["C-14", "C-21"],
    commit: (good, _world, seen) => ({
      create: async (intent, context) => {
        if (seen.has("busy")) {
          return { is: "failed", why: { type: "transient", code: "VP6207", message: "busy" } };
        }
        seen.add("busy");
        return good.create(intent, context).finally(() => seen.delete("busy"));
      },
    }),
  },
  {
    name: "makes what it is to update",
    breaks: ["C-25", "C-49"],
    commit: (good) => ({
      update: async (intent, context) => {
        const outcome = await good.update(intent, context);
        const isMissing = outcome.is === "failed" && outcome.why.type === "notFound";
        return isMissing ? good.create(intent, context) : outcome;
      },
    }),
  },
  {
    name: "stops what it updates",
    breaks: ["C-30", "C-32", "C-36"],
    commit: (good, world) => ({
      update: async (intent, context) => {
        const outcome = await good.update(intent, context);
        if (outcome.is === "done") await world.admin.powerOff(intent.objectId);
        return outcome;
      },
    }),
  },
  {
    name: "moves to another host than the plan's",
    breaks: ["C-30", "C-31"],
    commit: (good, world) => ({
      update: (intent, context) => {
        const [near, far] = world.hosts;
        const host = intent.host === far ? near : far;
        const wish: UpdateIntent = intent.mode === "move" ? { ...intent, host } : intent;
        return good.update(wish, context);
      },
    }),
  },
  {
    name: "says that it has removed what it keeps",
    breaks: ["C-37", "C-42", "C-54"],
    commit: () => ({ remove: () => Promise.resolve(done(true)) }),
  },
  {
    name: "removes everything that it finds with the object",
    breaks: ["C-41"],
    commit: (good, world) => ({
      remove: async (permit, context) => {
        const { objects } = await good.observe({ ids: [], lineage: OUR_LINEAGE }, context);
        const others = objects.filter(
          ({ id, host }) => id !== permit.objectId && host !== undefined,
        );
        for (const { id } of others) await world.admin.remove(id);
        return good.remove(permit, context);
      },
    }),
  },
  {
    name: "does not know whether a refused call had an effect",
    breaks: ["C-46", "C-53"],
    commit: (good) => ({
      create: async (intent, context) => {
        const outcome = await good.create(intent, context);
        const isBusy = outcome.is === "failed" && outcome.why.type === "transient";
        return isBusy ? { is: "unknown", why: outcome.why } : outcome;
      },
    }),
  },
  {
    name: "does not say what is wrong",
    breaks: ["C-49"],
    commit: (good) => ({
      update: async (intent, context) => {
        const outcome = await good.update(intent, context);
        if (outcome.is !== "failed") return outcome;
        return { is: "failed", why: { ...outcome.why, message: "it does not work" } };
      },
    }),
  },
  {
    name: "breaks when it is closed again",
    breaks: ["C-50"],
    commit: (good, _world, seen) => ({
      close: () => {
        if (seen.has("closed")) return Promise.reject(new Error("closed already"));
        seen.add("closed");
        return good.close();
      },
    }),
  },
];
