import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Kind } from "../../engine/contract/kind.ts";
import { suggest } from "../../engine/diagnostics/suggest.ts";
import { kinds } from "../../schemas/index.ts";
import { type Command, flagOn, flagText } from "../command.ts";
import type { Context } from "../context.ts";
import { type Exit, exitOf, usageError } from "../exit.ts";
import { emitMachine, wantsJson, writeFileWhole } from "../output.ts";
import { cleanLine } from "../views/clean.ts";
import { tableText } from "../views/human/table.ts";
import { documentOf, jsonText } from "../views/json/document.ts";
import { OUTPUT_SCHEMAS } from "../wiring/output-schemas.ts";

/** Prints published schemas: of the kinds that can be declared, and of what vpac prints. */
export const command: Command = {
  async run([name], flags, context) {
    const exit = exitOf(0);
    const out = flagText(flags, "out");
    if (name !== undefined) {
      const text = jsonText(await schemaOf(name));
      if (out === undefined) context.io.stdout.write(text);
      else writeInto(context, out, [[`${name}.schema.json`, text]]);
    } else if (flagOn(flags, "all") || out !== undefined) await printAll(context, out);
    else list(context, exit);
    return exit;
  },
};

/** The name a schema is asked for by; kinds that share a short one go by their own name. */
const nameOf = (kind: Kind): string => kind.kind.toLowerCase();

async function schemaOf(name: string): Promise<object> {
  const output = OUTPUT_SCHEMAS.get(name.replace(/^vpac\./, "").replace(/[./]v?1.*$/, ""));
  const found = kinds.byWord(name);
  const exact = found.filter((kind) => nameOf(kind) === name.toLowerCase());
  // A kind by its own name, then a document by its name, then a kind by any other word for it.
  if (exact.length === 0 && output !== undefined) return await output();
  const [kind, second] = exact.length > 0 ? exact : found;
  if (kind !== undefined && second !== undefined) {
    throw usageError(
      `several kinds are called "${cleanLine(name)}"`,
      `use one of ${found.map(nameOf).join(", ")}`,
    );
  }
  if (kind !== undefined) return await kind.loadSchema();
  const near = suggest(name, [...kinds.kinds.map(nameOf), ...OUTPUT_SCHEMAS.keys()]);
  throw usageError(
    `there is no schema "${cleanLine(name)}"`,
    near === undefined ? "run `vpac schema` for the list" : `did you mean ${near}?`,
  );
}

function list(context: Context, exit: Exit): void {
  const items = [
    ...kinds.kinds.map((kind) => ({
      name: nameOf(kind),
      what: "kind",
      versions: kind.versions.map((version) => `${kind.group}/${version}`.replace(/^\//, "")),
    })),
    ...[...OUTPUT_SCHEMAS.keys()].map((name) => ({ name, what: "output", versions: ["1.0"] })),
  ];
  emitMachine(context, jsonText(documentOf("schemas", { items }, exit)));
  if (wantsJson(context)) return;
  const rows = items.map(({ name, what, versions }) => [name, what, versions.join(", ")]);
  context.io.stdout.write(tableText({ headers: ["NAME", "OF", "VERSIONS"], rows }));
}

async function printAll(context: Context, out: string | undefined): Promise<void> {
  const files: [name: string, text: string][] = [];
  for (const kind of kinds.kinds) {
    files.push([`${nameOf(kind)}.schema.json`, jsonText(await kind.loadSchema())]);
  }
  for (const [name, load] of OUTPUT_SCHEMAS) {
    files.push([`output/${name}.v1.schema.json`, jsonText(await load())]);
  }
  if (out !== undefined) {
    writeInto(context, out, files);
    return;
  }
  const all = files.map(([name, text]) => `${JSON.stringify(name)}: ${text.trimEnd()}`);
  context.io.stdout.write(`{\n${all.join(",\n")}\n}\n`);
}

function writeInto(
  context: Context,
  out: string,
  files: readonly (readonly [name: string, text: string])[],
): void {
  const folder = resolve(context.io.cwd, out);
  try {
    mkdirSync(join(folder, "output"), { recursive: true });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw usageError(`cannot write to ${cleanLine(out)}: ${why}`);
  }
  for (const [name, text] of files) writeFileWhole(context, join(folder, name), text);
  context.io.stderr.write(`Wrote ${files.length} schemas to ${cleanLine(out)}\n`);
}
