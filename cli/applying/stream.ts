import { closeSync, openSync, writeSync } from "node:fs";
import { resolve } from "node:path";
import type { EngineEvent } from "../../engine/events/event.ts";
import type { Plan } from "../../engine/model/plan.ts";
import type { Context } from "../context.ts";
import { type Exit, usageError } from "../exit.ts";
import { wantsJson } from "../output.ts";
import { VERSION } from "../version.ts";
import { messageWriter } from "../views/json/messages.ts";
import { openRunFolder, type RunFolder, type RunRequest } from "./run-folder.ts";

interface EndFacts {
  readonly message: string;
  readonly added: number;
  readonly changed: number;
  readonly destroyed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** One numbered event stream, written wherever it is wanted: stdout, a file, the run folder. */
export interface EventStream {
  emit(event: EngineEvent): void;
  /** The run that is about to start; its folder is made when `run_start` comes. */
  expectRun(plan: Plan, request: RunRequest): void;
  run(): string;
  /** Always the last lines: the summary of the plan and how it ended. */
  end(exit: Exit, facts: EndFacts): void;
}

export function openStream(context: Context, now: () => number): EventStream {
  const toStdout = wantsJson(context);
  const file = openInto(context);
  let run = "";
  let expected: { readonly plan: Plan; readonly request: RunRequest } | undefined;
  let folder: RunFolder | undefined;
  const backlog: string[] = [];
  const writer = messageWriter(now, () => run);
  const put = (line: string | undefined): void => {
    if (line === undefined) return;
    if (toStdout) context.io.stdout.write(line);
    if (file !== undefined) writeSync(file, line);
    if (folder === undefined) backlog.push(line);
    else folder.append(line);
  };
  put(writer.version(VERSION));
  const start = (id: string): void => {
    run = id;
    if (expected === undefined) return;
    folder?.close();
    folder = openRunFolder(context.dataFolder, id, expected);
    for (const line of backlog.splice(0)) folder.append(line);
  };
  return {
    emit: (event) => {
      if (event.type === "run_start") start(event.run);
      // The stream's own last line says the same and how the command ended.
      if (event.type !== "run_end") put(writer.line(event));
    },
    expectRun: (plan, request) => {
      expected = { plan, request };
    },
    run: () => run,
    end: (exit, { message, ...facts }) => {
      if (expected !== undefined) {
        put(writer.line({ type: "change_summary", summary: expected.plan.summary }));
      }
      put(writer.end(message, { ...facts, exit }));
      if (file !== undefined) closeSync(file);
      folder?.close();
    },
  };
}

function openInto(context: Context): number | undefined {
  const into = context.options.jsonInto;
  if (into === undefined) return undefined;
  if (into === "-") throw usageError("--json-into needs a file", "use -o json for stdout");
  try {
    return openSync(resolve(context.io.cwd, into), "w", 0o600);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw usageError(`cannot write ${into}: ${why}`);
  }
}
