import { openStore, type LookOutcome } from "../../engine/index.ts";
import type { LockOwner } from "../../engine/contract/storage.ts";
import type { Command } from "../command.ts";
import { type Context, createPorts } from "../context.ts";
import type { Exit } from "../exit.ts";
import { type Health, HEALTHS } from "../looking/health.ts";
import { type Item, itemsOf } from "../looking/items.ts";
import { tellProblems } from "../looking/problems.ts";
import { yamlText } from "../looking/render.ts";
import { selected } from "../looking/select.ts";
import { lookAtWorld } from "../looking/world.ts";
import { emitMachine, wantsJson } from "../output.ts";
import { cleanLine } from "../views/clean.ts";
import { documentOf, jsonText } from "../views/json/document.ts";
import type { Style, Tone } from "../views/style.ts";
import { countText } from "../views/units.ts";

/** The workspace in one screen: state, lock, providers, health, and what is not well. */
export const command: Command = {
  async run(_args, flags, context) {
    const world = await lookAtWorld(context);
    const exit = tellProblems(context, world.diagnostics);
    const holder = await lockHolder(context);
    const items = selected(
      itemsOf(world).filter((item) => item.managed),
      flags,
    );
    const document = documentOf("status", statusJson({ world, items, holder, context }), exit);
    emitMachine(context, jsonText(document));
    if (wantsJson(context)) return exit;
    const isYaml = context.options.output.is === "yaml";
    context.io.stdout.write(isYaml ? yamlText(document) : text({ world, items, holder, context }));
    return tellHint(context, world, exit);
  },
};

async function lockHolder(context: Context): Promise<LockOwner | undefined> {
  const ports = await createPorts(context, () => {}, new AbortController().signal);
  return await openStore(ports.storage, ports).lockHolder();
}

interface Facts {
  readonly world: LookOutcome;
  readonly items: readonly Item[];
  readonly holder: LockOwner | undefined;
  readonly context: Context;
}

function counts(items: readonly Item[]): Readonly<Partial<Record<Health, number>>> {
  const found: Partial<Record<Health, number>> = {};
  for (const { health } of items) found[health] = (found[health] ?? 0) + 1;
  return found;
}

function statusJson({ world, items, holder, context }: Facts): object {
  const { recorded, observation } = world;
  return {
    workspace: context.options.workspace,
    lineage: recorded.lineage,
    serial: recorded.serial,
    resources: recorded.resources.size,
    openOperations: recorded.openOperations.length,
    unfinishedRun: recorded.unfinishedRun ?? null,
    lock: holder ?? null,
    providers: observation.readings,
    health: counts(items),
    unwell: items
      .filter(({ health }) => health !== "Healthy")
      .map(({ address, health, phase, host }) => ({ address, health, phase, host })),
  };
}

const TONES: Readonly<Record<Health, Tone>> = {
  Healthy: "green",
  Progressing: "cyan",
  Suspended: "blue",
  Degraded: "red",
  Missing: "red",
  Unknown: "yellow",
};

const UNWELL_SHOWN_MAX = 50;

const holderText = ({ who, operation, createdAt }: NonNullable<Facts["holder"]>): string =>
  `${cleanLine(who)} (${cleanLine(operation)}) since ${cleanLine(createdAt)}`;

function text({ world, items, holder, context }: Facts): string {
  const { recorded, observation } = world;
  const { style, options } = context;
  const resources = countText(recorded.resources.size, "resource");
  const lines = [
    `Workspace ${options.workspace}: ${resources}, serial ${recorded.serial}`,
    `Lock: ${holder === undefined ? "free" : holderText(holder)}`,
    ...observation.readings.map(({ provider, complete, error }) => {
      const seen = complete ? "reachable" : cleanLine(error?.message ?? "read in part");
      return `Provider ${cleanLine(provider)}: ${seen}`;
    }),
    `Hosts: ${hostsText(world)}`,
    "",
    healthLine(items, style),
  ];
  const unwell = items
    .filter(({ health }) => health !== "Healthy")
    .toSorted((left, right) => HEALTHS.indexOf(left.health) - HEALTHS.indexOf(right.health));
  for (const item of unwell.slice(0, UNWELL_SHOWN_MAX)) lines.push(itemLine(item, style));
  const left = unwell.length - UNWELL_SHOWN_MAX;
  if (left > 0) lines.push(`  … ${left} more`);
  return `${lines.join("\n")}\n`;
}

function hostsText({ observation }: LookOutcome): string {
  const states = new Map<string, number>();
  for (const { connection } of observation.hosts) {
    states.set(connection, (states.get(connection) ?? 0) + 1);
  }
  const parts = [...states].map(([state, count]) => `${count} ${state}`);
  return parts.length === 0 ? "none" : parts.join(", ");
}

function healthLine(items: readonly Item[], style: Style): string {
  const found = counts(items);
  const parts = HEALTHS.toReversed().flatMap((health) => {
    const count = found[health];
    return count === undefined ? [] : [style.paint(TONES[health], `${count} ${health}`)];
  });
  return parts.length === 0 ? "Nothing is recorded." : parts.join(", ");
}

function itemLine({ address, health, phase, power, host }: Item, style: Style): string {
  const detail = [phase ?? power, host].filter((part) => part !== undefined).map(cleanLine);
  const word = style.paint(TONES[health], health);
  return `  ${word}  ${cleanLine(address)}  ${detail.join("  ")}`.trimEnd();
}

function tellHint(context: Context, { recorded }: LookOutcome, exit: Exit): Exit {
  if (recorded.unfinishedRun === undefined || !context.hints) return exit;
  context.io.stderr.write(
    `Run ${recorded.unfinishedRun} did not end: vpac apply --resume ${recorded.unfinishedRun}\n`,
  );
  return exit;
}
