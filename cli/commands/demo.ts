import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import type { Command } from "../command.ts";
import { type Context, createContext } from "../context.ts";
import { DEMO_MARK, demoFiles } from "../demo/files.ts";
import { CommandError, exitOf, usageError } from "../exit.ts";
import type { Io } from "../io.ts";
import { emitMachine, wantsJson } from "../output.ts";
import { cleanLine } from "../views/clean.ts";
import { documentOf, jsonText } from "../views/json/document.ts";
import { command as applyCommand } from "./apply.ts";
import { command as planCommand } from "./plan.ts";

const FOLDER_DEFAULT = "vpac-demo";

/** Writes a small data centre, plans and applies it on the simulator; overwrites nothing. */
export const command: Command = {
  async run([asked = FOLDER_DEFAULT], flags, context) {
    const folder = resolve(context.io.cwd, asked);
    const apply = flags["apply"] !== false;
    const written = prepare(folder, asked);
    const inside = contextIn(context, folder);
    if (!wantsJson(context)) tellFiles(context, asked, written);
    const exit = apply
      ? await applyCommand.run([], { yes: true }, inside)
      : await planCommand.run([], {}, inside);
    const files = demoFiles.map(([path]) => path);
    const applied = apply && exit.code === 0;
    emitMachine(context, jsonText(documentOf("demo", { folder, files, applied }, exit)));
    if (!wantsJson(context) && exit.code === 0) tellNext(context, folder, apply);
    return exit;
  },
};

/** Makes the folder, or takes an earlier demo up again; files that are there stay as they are. */
function prepare(folder: string, asked: string): readonly string[] {
  if (existsSync(folder) && readdirSync(folder).length > 0 && !isOwn(folder)) {
    throw new CommandError(exitOf(1), `${cleanLine(asked)} is there already and is no demo`, {
      help: ["name another folder: vpac demo DIR"],
    });
  }
  const written: string[] = [];
  for (const [path, text] of demoFiles) {
    const file = join(folder, path);
    if (existsSync(file)) continue;
    try {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text, { flag: "wx" });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw usageError(`cannot write the demo to ${cleanLine(asked)}: ${why}`);
    }
    written.push(path);
  }
  return written;
}

function isOwn(folder: string): boolean {
  try {
    return readFileSync(join(folder, "vpac.yaml"), "utf8").startsWith(DEMO_MARK);
  } catch {
    return false;
  }
}

/** The demo works in its own folder, whatever -f names; as JSON only its document shows. */
function contextIn({ io, options }: Context, folder: string): Context {
  const isMachine = options.output.is === "json" || options.output.is === "ndjson";
  const silent: Io = { ...io, stdout: { ...io.stdout, write: () => {} } };
  return createContext(
    { ...(isMachine ? silent : io), cwd: folder },
    { ...options, file: [], jsonInto: undefined },
  );
}

function tellFiles({ io }: Context, asked: string, written: readonly string[]): void {
  io.stdout.write(
    written.length === 0
      ? `${cleanLine(asked)} is there from an earlier demo; going on with it.\n\n`
      : `Wrote ${written.length} files to ${cleanLine(asked)}.\n\n`,
  );
}

function tellNext(context: Context, folder: string, applied: boolean): void {
  if (!context.hints) return;
  const place = relative(context.io.cwd, folder) || ".";
  const lines = [
    "",
    "Next:",
    `  cd ${cleanLine(place)}`,
    ...(applied ? [] : ["  vpac apply"]),
    "  vpac plan                                            nothing to do",
    "  vpac hosts                                           how full the hosts are",
    "  vpac explain vm/shop/db-2 -f manifests -f what-if    why it has no host, what would help",
    "  vpac sim fail esx-04 && vpac plan                    break a host, see the repair",
  ];
  context.io.stdout.write(`${lines.join("\n")}\n`);
}
