import type { LookOutcome } from "../../engine/index.ts";
import { CLI_CODES } from "../catalogue.ts";
import type { Command } from "../command.ts";
import { CommandError, exitOf } from "../exit.ts";
import { suggest } from "../../engine/diagnostics/suggest.ts";
import { itemJson, sizeText } from "../looking/item-view.ts";
import { type Item, itemsOf } from "../looking/items.ts";
import { isWanted, parseWanted } from "../looking/kinds.ts";
import { tellProblems } from "../looking/problems.ts";
import { yamlText } from "../looking/render.ts";
import { lookAtWorld } from "../looking/world.ts";
import { emitMachine, wantsJson } from "../output.ts";
import { cleanLine } from "../views/clean.ts";
import { documentOf, jsonText } from "../views/json/document.ts";
import { padEnd } from "../views/width.ts";

/** Tells everything known about one object: live, recorded, and what it hangs together with. */
export const command: Command = {
  async run([address = ""], _flags, context) {
    const [{ kinds }, world] = await Promise.all([
      import("../../schemas/index.ts"),
      lookAtWorld(context),
    ]);
    const items = itemsOf(world);
    const wanted = parseWanted(address, { kinds, items });
    const exit = tellProblems(context, world.diagnostics);
    const found = items.filter((item) => isWanted(item, wanted));
    const [item] = found;
    if (item === undefined || wanted.name === undefined) throw notFound(address, items);
    const body = { ...itemJson(item), ...relations(item, items) };
    emitMachine(context, jsonText(documentOf("describe", body, exit)));
    if (wantsJson(context)) return exit;
    const isYaml = context.options.output.is === "yaml";
    context.io.stdout.write(
      isYaml ? yamlText(documentOf("describe", body, exit)) : card(item, items, world),
    );
    return exit;
  },
};

function notFound(address: string, items: readonly Item[]): CommandError {
  const near = suggest(
    address,
    items.map((item) => item.address),
  );
  return new CommandError(exitOf(1), `there is no ${cleanLine(address)} in this workspace`, {
    code: CLI_CODES.notFound.code,
    help: [near === undefined ? "list what is there: vpac get all" : `did you mean ${near}?`],
  });
}

interface Relations {
  readonly dependsOn: readonly string[];
  readonly dependents: readonly string[];
  readonly parts: readonly string[];
}

function relations({ address, recorded }: Item, items: readonly Item[]): Relations {
  const named = (test: (item: Item) => boolean): readonly string[] =>
    items.filter(test).map((item) => item.address);
  return {
    dependsOn: recorded?.dependsOn ?? [],
    dependents: named((item) => item.recorded?.dependsOn.includes(address) === true),
    parts: named((item) => item.owner === address),
  };
}

const LABEL_COLUMNS = 12;

function card(item: Item, items: readonly Item[], world: LookOutcome): string {
  const { dependsOn, dependents, parts } = relations(item, items);
  const labels = Object.entries(item.labels).map(([key, value]) => `${key}=${value}`);
  const rows: readonly (readonly [label: string, value: string | undefined])[] = [
    ["Address", item.address],
    ["Kind", [item.apiVersion, item.kind].filter((part) => part !== undefined).join(" ")],
    ["Health", item.health],
    ["Phase", item.phase],
    ["Power", item.power],
    ["Host", item.host],
    ["Size", sizeText(item) === "-" ? undefined : sizeText(item)],
    ["Labels", labels.join(", ")],
    ["Owner", item.owner],
    ["Parts", parts.join(", ")],
    ["Depends on", dependsOn.join(", ")],
    ["Needed by", dependents.join(", ")],
    ["Provider", item.provider],
    ["Object id", item.id],
    ["Managed", item.managed ? "yes" : "no, found only"],
    ["Condition", item.recorded?.condition],
    ["Serial", String(world.recorded.serial)],
  ];
  const lines = rows
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([label, value = ""]) => `${padEnd(`${label}:`, LABEL_COLUMNS)}  ${cleanLine(value)}\n`);
  const hasStatus = Object.keys(item.status).length > 0;
  const status = hasStatus ? `\nStatus:\n${indented(item.status)}` : "";
  return `${lines.join("")}${status}\nAttributes:\n${indented(item.attributes)}`;
}

const indented = (value: object): string =>
  yamlText(value)
    .trimEnd()
    .split("\n")
    .map((line) => `  ${line}\n`)
    .join("");
