import { CommanderError } from "commander";
import type { Diagnostic } from "../engine/diagnostics/diagnostic.ts";
import { CLI_CODES, entryOfExit } from "./catalogue.ts";
import { diskFailure } from "./disk.ts";
import { CommandError, type Exit, exitOf, foldExit } from "./exit.ts";
import type { Io } from "./io.ts";

/** Tells every failure in one place: text on stderr, or a document where JSON was asked for. */
export async function tellFailure(error: unknown, io: Io, args: readonly string[]): Promise<Exit> {
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? exitOf(0) : await tellExpected(usageOf(error), io, args);
  }
  if (error instanceof CommandError) return await tellExpected(error, io, args);
  const disk = diskFailure(error);
  if (disk !== undefined) return await tellExpected(disk, io, args);
  const { tellBug } = await import("./views/human/bug.ts");
  const exit = foldFor(args, tellBug(error, io));
  if (wantsMachine(args, io)) {
    const detail = error instanceof Error ? error.message : String(error);
    const { code, summary } = CLI_CODES.bug;
    await tellMachine({ severity: "error", code, summary, detail, help: [] }, exit, io);
  }
  return exit;
}

async function tellMachine(diagnostic: Diagnostic, exit: Exit, io: Io): Promise<void> {
  const { diagnosticsDocument } = await import("./views/json/diagnostics.ts");
  io.stdout.write(`${JSON.stringify(diagnosticsDocument([diagnostic], exit))}\n`);
}

async function tellExpected(error: CommandError, io: Io, args: readonly string[]): Promise<Exit> {
  const exit = foldFor(args, error.exit);
  if (wantsMachine(args, io)) {
    const { code, summary } = entryOfExit(error.exit.code);
    const { message: detail, help } = error;
    await tellMachine(
      { severity: "error", code: error.code ?? code, summary, detail, help },
      exit,
      io,
    );
    return exit;
  }
  const { failureText } = await import("./views/human/failure.ts");
  io.stderr.write(failureText(error));
  return exit;
}

/** Commander's own message without its prefix; its suggestion becomes the help. */
function usageOf(error: CommanderError): CommandError {
  if (error.code === "commander.help") {
    return new CommandError(exitOf(64), "a command is needed", {
      help: ["run `vpac help` for the list of commands"],
    });
  }
  const [first = "", ...rest] = error.message.replace(/^error: /, "").split("\n");
  const hints = rest.map((line) => line.replace(/^\((.*)\)$/, "$1")).filter((line) => line !== "");
  if (error.code === "commander.excessArguments") {
    hints.push("documents are named with -f; a glob stays in quotes: -f 'manifests/*.yaml'");
  }
  const help = hints.length > 0 ? hints : ["run the command with --help"];
  return new CommandError(exitOf(64), first, { help });
}

const MACHINE = new Set(["json", "ndjson"]);

/** What was asked for, read without a parser: the parser may be what failed. */
function wantsMachine(args: readonly string[], io: Io): boolean {
  if (args.includes("--json")) return true;
  const at = args.findIndex((arg) => arg === "-o" || arg === "--output");
  const joined = args.find((arg) => arg.startsWith("--output=") || /^-o./.test(arg));
  const typed = at >= 0 ? args[at + 1] : joined?.replace(/^(--output=|-o=?)/, "");
  return MACHINE.has(typed ?? io.env["VPAC_OUTPUT"] ?? "");
}

/** A command line that failed to parse still honours `--exit-codes simple`. */
function foldFor(args: readonly string[], exit: Exit): Exit {
  const at = args.indexOf("--exit-codes");
  const simple = args.includes("--exit-codes=simple") || (at >= 0 && args[at + 1] === "simple");
  return foldExit(exit, simple ? "simple" : "full");
}
