import type { Command as Commander } from "commander";
import { suggest } from "../../engine/diagnostics/suggest.ts";
import type { Context } from "../context.ts";
import { EXIT_CODES, type Exit, exitOf, usageError } from "../exit.ts";
import { emitMachine, wantsJson } from "../output.ts";
import { tableText } from "../views/human/table.ts";
import { documentOf, jsonText } from "../views/json/document.ts";
import { TOPICS } from "./topics.ts";

export interface HelpRequest {
  readonly topic: readonly string[];
  readonly program: Commander;
  readonly context: Context;
}

/** Help on the program, a command, a subcommand, or a topic. */
export async function showHelp({ topic, program, context }: HelpRequest): Promise<Exit> {
  const [first, ...rest] = topic;
  const exit = exitOf(0);
  if (first === undefined) {
    context.io.stdout.write(program.helpInformation());
    return exit;
  }
  if (first === "exit-codes") return await exitCodes(context);
  const text = TOPICS.get(first);
  if (text !== undefined) {
    context.io.stdout.write(text);
    return exit;
  }
  commandAt(program, [first, ...rest]).outputHelp();
  return exit;
}

function commandAt(program: Commander, path: readonly string[]): Commander {
  let command = program;
  for (const word of path) {
    const found = command.commands.find(
      (candidate) => candidate.name() === word || candidate.alias() === word,
    );
    if (found === undefined) throw unknownTopic(command, word);
    command = found;
  }
  return command;
}

function unknownTopic(command: Commander, word: string): Error {
  const known = [
    ...command.commands.map((candidate) => candidate.name()),
    ...TOPICS.keys(),
    "exit-codes",
  ];
  const near = suggest(word, known);
  return usageError(
    `no help on "${word}"`,
    near === undefined ? "run `vpac help` for the list of commands" : `did you mean ${near}?`,
  );
}

async function exitCodes(context: Context): Promise<Exit> {
  const exit = exitOf(0);
  emitMachine(context, jsonText(documentOf("exit-codes", { items: EXIT_CODES }, exit)));
  if (wantsJson(context)) return exit;
  const rows = EXIT_CODES.map(({ code, reason, meaning, next }) => [
    String(code),
    reason,
    meaning,
    next,
  ]);
  context.io.stdout.write(
    tableText({ headers: ["CODE", "REASON", "MEANING", "WHAT NEXT"], rows, right: [0] }),
  );
  return exit;
}
