import { resolve } from "node:path";
import { Command as Commander, Option } from "commander";
import type { CommandEntry, FlagValues } from "./command.ts";
import { COMMANDS } from "./commands/index.ts";
import { createContext } from "./context.ts";
import { type Exit, exitOf, foldExit } from "./exit.ts";
import { tellFailure } from "./failure.ts";
import type { Io } from "./io.ts";
import { globalOptions } from "./options.ts";
import { GLOBAL_FLAGS } from "./table/globals.ts";
import { cleanText } from "./views/clean.ts";
import { guardDataFolder } from "./wiring/data-folder.ts";

/** Parses one command line, runs its command, tells every expected failure in one place. */
export async function runProgram(args: readonly string[], io: Io): Promise<Exit> {
  const ran: { exit: Exit } = { exit: exitOf(0) };
  const program = buildProgram(io, (exit) => {
    ran.exit = exit;
  });
  try {
    await program.parseAsync(withConfiguredArgs(args, io), { from: "user" });
    return ran.exit;
  } catch (error) {
    return tellFailure(error, io, args);
  }
}

/** `VPAC_ARGS` and `VPAC_ARGS_<COMMAND>` come before what was typed, so that typed flags win. */
function withConfiguredArgs(args: readonly string[], io: Io): string[] {
  const at = args.findIndex((arg) => COMMANDS.some((entry) => entry.name === arg));
  const words = (name: string): string[] =>
    (io.env[name] ?? "").split(" ").filter((word) => word !== "");
  if (at < 0) return [...args];
  const name = (args[at] ?? "").toUpperCase();
  const configured = [...words("VPAC_ARGS"), ...words(`VPAC_ARGS_${name}`)];
  return [...args.slice(0, at + 1), ...configured, ...args.slice(at + 1)];
}

function buildProgram(io: Io, finish: (exit: Exit) => void): Commander {
  const program = new Commander("vpac")
    .description(
      "Declares namespaces, Pods, VMs and guest clusters; plans where they run; applies.",
    )
    .helpCommand(false)
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      // Told together with every other failure, in the form that was asked for.
      outputError: () => {},
    })
    .configureHelp({ showGlobalOptions: false, helpWidth: Math.min(io.stdout.columns, 100) })
    .exitOverride();
  addGlobals(program);
  for (const entry of COMMANDS) addCommand({ parent: program, entry, io, finish });
  addHelp(program, io, finish);
  return program;
}

function addGlobals(program: Commander): void {
  program.addOption(
    new Option("-f, --file <path>", "document, folder, glob or - for stdin; repeatable").argParser(
      collect,
    ),
  );
  for (const [flags, what] of GLOBAL_FLAGS) program.addOption(new Option(flags, what));
}

const collect = (value: string, before: unknown): string[] => [
  ...(Array.isArray(before) ? before.map(String) : []),
  value,
];

interface Adding {
  readonly parent: Commander;
  readonly entry: CommandEntry;
  readonly io: Io;
  readonly finish: (exit: Exit) => void;
}

function addCommand({ parent, entry, io, finish }: Adding): void {
  const command = parent.command(entry.name, { hidden: entry.hidden === true });
  command.description(entry.what).helpGroup(entry.group).helpCommand(false);
  if (entry.alias !== undefined) command.alias(entry.alias);
  if (entry.args !== undefined) command.arguments(entry.args);
  for (const { flags, what, repeatable } of entry.flags) {
    const option = new Option(flags, what);
    command.addOption(repeatable === true ? option.argParser(collect) : option);
  }
  if (entry.examples.length > 0) {
    const lines = entry.examples.map((example) => `  $ ${example}`);
    command.addHelpText("before", `Examples:\n${lines.join("\n")}\n`);
  }
  for (const child of entry.subcommands ?? []) {
    addCommand({ parent: command, entry: child, io, finish });
  }
  const load = entry.load;
  if (load === undefined) return;
  command.action(async () => {
    const { exit } = await runCommand(command, { load, io });
    finish(exit);
  });
}

interface Running {
  readonly load: NonNullable<CommandEntry["load"]>;
  readonly io: Io;
}

async function runCommand(command: Commander, { load, io }: Running): Promise<{ exit: Exit }> {
  const raw = command.optsWithGlobals<Record<string, unknown>>();
  const options = globalOptions(raw, io.env);
  const cwd = options.chdir === undefined ? io.cwd : resolve(io.cwd, options.chdir);
  const context = createContext({ ...io, cwd }, options);
  guardDataFolder(context.dataFolder, {
    named: (io.env["VPAC_DATA_DIR"] ?? "") !== "",
    warn: (message) => io.stderr.write(`warning: ${cleanText(message)}\n`),
  });
  const loaded = await load();
  const exit = await loaded.run(
    command.args,
    command.opts<Record<string, never>>() as FlagValues,
    context,
  );
  return { exit: foldExit(exit, options.exitCodes) };
}

function addHelp(program: Commander, io: Io, finish: (exit: Exit) => void): void {
  program
    .command("help")
    .description("help on a command or a topic: exit-codes, environment, addresses, formats")
    .helpGroup("Tooling:")
    .argument("[topic...]")
    .action(async (topic: string[], _options: unknown, command: Commander) => {
      const { showHelp } = await import("./commands/help.ts");
      const options = globalOptions(command.optsWithGlobals(), io.env);
      finish(await showHelp({ topic, program, context: createContext(io, options) }));
    });
}
