import { resolve } from "node:path";
import { formatAddress } from "../../engine/model/address.ts";
import type { JsonObject } from "../../engine/model/json.ts";
import { cpuMillicores, memoryBytes } from "../../engine/model/quantity.ts";
import {
  AdminError,
  DamagedJournalError,
  type ListedObject,
  type LoadWish,
  openWorldAdmin,
  serveWorld,
  type WorldAdmin,
  type WorldPlace,
} from "../../providers/esxi-sim/index.ts";
import { type Command, type FlagValues, flagText } from "../command.ts";
import type { Context } from "../context.ts";
import { CommandError, type Exit, exitOf, usageError } from "../exit.ts";
import { parseDuration } from "../options.ts";
import { emitMachine, wantsJson } from "../output.ts";
import { tableText } from "../views/human/table.ts";
import { documentOf, jsonText } from "../views/json/document.ts";
import { bytesText, cpuText } from "../views/units.ts";
import { systemClock } from "../wiring/clock.ts";
import { listenForStop } from "../wiring/signals.ts";

export interface Call {
  readonly admin: WorldAdmin;
  readonly target: string;
  readonly flags: FlagValues;
}

/** Each changes the world and says in one sentence what it did. */
export const DEEDS: Readonly<Record<string, (call: Call) => Promise<string>>> = {
  "power-on": async ({ admin, target }) => {
    await admin.powerOn(target);
    return `${target} is powered on.`;
  },
  "power-off": async ({ admin, target }) => {
    await admin.powerOff(target);
    return `${target} is powered off.`;
  },
  delete: async ({ admin, target }) => {
    await admin.remove(target);
    return `${target} is deleted.`;
  },
  fail: async ({ admin, target }) => {
    await admin.failHost(target);
    return `Host ${target} has failed; what ran on it is off.`;
  },
  restore: async ({ admin, target }) => {
    await admin.restoreHost(target);
    return `Host ${target} is connected.`;
  },
  maintenance: async ({ admin, target }) => {
    await admin.maintenance(target);
    return `Host ${target} is in maintenance mode.`;
  },
  pressure: async ({ admin, target }) => {
    const evicted = await admin.pressHost(target);
    return `Host ${target} runs short of memory: Kubernetes evicts ${evicted}.`;
  },
  load: async ({ admin, target, flags }) => {
    const load = await admin.load(target, loadWish(flags));
    return `${target} uses ${cpuText(load.cpuMillicores)} CPU and ${bytesText(load.memoryBytes)}.`;
  },
  faults: async ({ admin, flags }) => {
    const ratePercent = percentOf(flagText(flags, "rate") ?? "0%", "--rate");
    const latencyMs = parseDuration(flagText(flags, "latency") ?? "0", "--latency");
    const seed = wholeNumber(flagText(flags, "seed") ?? "1", "--seed");
    const isOff = ratePercent === 0 && latencyMs === 0;
    await admin.setFaults(isOff ? undefined : { seed, ratePercent, latencyMs });
    if (isOff) return "Calls to the simulated world do not fail any more.";
    return `${ratePercent}% of the calls fail, each takes ${latencyMs} ms, seed ${seed}.`;
  },
  reset: async ({ admin }) => {
    await admin.reset();
    return "The simulated world is empty.";
  },
};

/**
 * `vpac sim …`: hands on the simulated world behind vpac's back. Nothing here reads or writes
 * vpac's state.
 */
export function commandOf(name: string): Command {
  return {
    run: async (args, flags, context) => {
      const place: WorldPlace = {
        dataFolder: context.dataFolder,
        provider: flagText(flags, "provider") ?? "sim",
        clock: systemClock(context.io.env),
      };
      if (name === "serve") return serveUntilStopped(place, flags, context);
      if (name === "run") return await tellStory(args[0], place, context);
      const admin = openWorldAdmin(place);
      try {
        if (name === "list") return list(admin, context);
        if (name === "trace") return trace(admin, args[0] ?? "", context);
        return await act(name, { admin, target: args[0] ?? "", flags }, context);
      } catch (error) {
        if (error instanceof AdminError) throw toldBy(error);
        if (error instanceof DamagedJournalError) throw damaged(error);
        throw error;
      } finally {
        await admin.close();
      }
    },
  };
}

async function tellStory(
  file: string | undefined,
  place: WorldPlace,
  context: Context,
): Promise<Exit> {
  if (file === undefined) throw usageError("sim run needs a file with a Scenario");
  const { runScenario } = await import("../scenario/run.ts");
  try {
    return await runScenario(file, place, context);
  } catch (error) {
    throw error instanceof AdminError ? toldBy(error) : error;
  }
}

async function act(name: string, call: Call, context: Context): Promise<Exit> {
  const deed = DEEDS[name];
  if (deed === undefined) throw usageError(`unknown command "sim ${name}"`);
  const message = await deed(call);
  const exit = exitOf(0);
  emitMachine(context, jsonText(documentOf("sim", { message }, exit)));
  if (!wantsJson(context) && !context.options.quiet) context.io.stdout.write(`${message}\n`);
  return exit;
}

function list(admin: WorldAdmin, context: Context): Exit {
  const objects = admin.list();
  const exit = exitOf(0);
  const items = objects.map((object) => itemOf(object));
  emitMachine(context, jsonText(documentOf("sim-list", { items }, exit)));
  if (wantsJson(context)) return exit;
  const rows = objects.map((object) => [
    object.kind,
    object.namespace ?? "-",
    object.name,
    object.host ?? "-",
    object.power ?? object.phase ?? "-",
    object.tag?.address ?? (object.partOf === undefined ? "-" : "part"),
    object.id,
  ]);
  const headers = ["KIND", "NAMESPACE", "NAME", "HOST", "POWER", "TAG", "ID"];
  if (rows.length === 0) context.io.stdout.write("The simulated world is empty.\n");
  else context.io.stdout.write(tableText({ headers, rows }));
  return exit;
}

function trace(admin: WorldAdmin, target: string, context: Context): Exit {
  const items = admin.trace(target);
  const exit = exitOf(0);
  emitMachine(context, jsonText(documentOf("sim-trace", { items }, exit)));
  if (wantsJson(context)) return exit;
  const rows = items.map((event) => [
    String(event.revision),
    `${(event.timeMs / 1000).toFixed(2)} s`,
    event.step === undefined ? "" : String(event.step),
    event.actor,
    event.event,
    detailText(event.detail ?? {}),
  ]);
  const headers = ["REVISION", "TIME", "STEP", "ACTOR", "EVENT", "DETAIL"];
  context.io.stdout.write(tableText({ headers, rows, right: [0, 1, 2] }));
  return exit;
}

/** The plain members of a detail; lists and objects are only in the JSON form. */
const detailText = (detail: JsonObject): string =>
  Object.entries(detail)
    .flatMap(([key, value]) =>
      typeof value === "string" || typeof value === "number" ? [`${key}=${value}`] : [],
    )
    .join(" ");

function itemOf(object: ListedObject): object {
  const { namespace, name, kind } = object;
  return { ...object, address: formatAddress({ kind, namespace, name }), tag: object.tag ?? null };
}

async function serveUntilStopped(
  place: WorldPlace,
  flags: FlagValues,
  context: Context,
): Promise<Exit> {
  const socket = flagText(flags, "socket");
  if (socket === undefined) throw usageError("sim serve needs --socket PATH");
  const path = resolve(context.io.cwd, socket);
  const serving = await serveWorld(place, path).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError(exitOf(1), `cannot serve on ${socket}: ${why}`);
  });
  if (!context.options.quiet) {
    context.io.stderr.write(`Serving the simulated world "${place.provider}" on ${socket}.\n`);
  }
  const signals = listenForStop(() => undefined);
  await new Promise<void>((done) => {
    signals.stop.addEventListener("abort", () => done(), { once: true });
  });
  await serving.close();
  signals.dispose();
  return exitOf(0);
}

function loadWish(flags: FlagValues): LoadWish {
  const cpu = flagText(flags, "cpu");
  const memory = flagText(flags, "memory");
  if (cpu === undefined && memory === undefined) {
    throw usageError("sim load needs --cpu or --memory", "vpac sim load vm/shop/db-0 --cpu 80%");
  }
  return {
    ...(cpu?.endsWith("%") === true ? { cpuPercent: percentOf(cpu, "--cpu") } : {}),
    ...(memory?.endsWith("%") === true ? { memoryPercent: percentOf(memory, "--memory") } : {}),
    ...amountOf("cpuMillicores", cpu, cpuMillicores),
    ...amountOf("memoryBytes", memory, memoryBytes),
  };
}

function amountOf(
  key: "cpuMillicores" | "memoryBytes",
  text: string | undefined,
  read: (text: string) => number | undefined,
): LoadWish {
  if (text === undefined || text.endsWith("%")) return {};
  const amount = read(text);
  if (amount === undefined) throw usageError(`"${text}" is neither a share nor an amount`);
  return { [key]: amount };
}

function percentOf(text: string, flag: string): number {
  const match = /^(\d{1,3}(?:\.\d{1,2})?)%?$/.exec(text);
  const percent = Number(match?.[1]);
  if (match === null || percent > 100) {
    throw usageError(`${flag}: "${text}" is not a percentage`, "write 0% to 100%");
  }
  return percent;
}

function wholeNumber(text: string, flag: string): number {
  if (!/^\d{1,9}$/.test(text)) throw usageError(`${flag}: "${text}" is not a whole number`);
  return Number(text);
}

const damaged = (error: DamagedJournalError): CommandError =>
  new CommandError(exitOf(8), `the simulated world cannot be read: ${error.message}`, {
    help: ["run `vpac sim reset` to begin with an empty one"],
    code: "VP6222",
  });

const toldBy = (error: AdminError): CommandError =>
  new CommandError(exitOf(1), error.message, {
    help: ["run `vpac sim list` to see what there is"],
    code: error.problem.code as `VP${number}`,
  });
