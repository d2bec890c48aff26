import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { openStore } from "../../engine/index.ts";
import { hasErrors } from "../../engine/diagnostics/diagnostic.ts";
import type { Plan } from "../../engine/model/plan.ts";
import { readRun, type StoredRun } from "../applying/run-folder.ts";
import { CLI_CODES } from "../catalogue.ts";
import { type Command, type FlagValues, flagOn, flagText } from "../command.ts";
import { type Context, createPorts } from "../context.ts";
import { CommandError, type Exit, exitOf, usageError, worstExit } from "../exit.ts";
import { emitMachine, wantsJson } from "../output.ts";
import { readPlanFile } from "../planfile.ts";
import { diagnosticExits, hasChanges, planExits } from "../planning.ts";
import { cleanLine } from "../views/clean.ts";
import { diagnosticsText } from "../views/human/diagnostics.ts";
import { planText } from "../views/human/plan.ts";
import { tableText } from "../views/human/table.ts";
import { documentOf, jsonText } from "../views/json/document.ts";
import { planDocument } from "../views/json/plan.ts";
import { stateBody } from "../views/json/state.ts";
import { terraformPlan } from "../views/json/terraform.ts";
import { sha256 } from "../wiring/digest.ts";

const FORMATS = ["text", "json", "terraform"] as const;
type Format = (typeof FORMATS)[number];

/** Renders a saved plan, a run, or the state; needs no provider. */
export const command: Command = {
  async run([what = ""], flags, context) {
    const format = formatOf(context, flagText(flags, "format"));
    if (existsSync(resolve(context.io.cwd, what))) {
      const plan = readPlanFile(context, what, sha256);
      return showPlan(context, plan, { format, flags, exit: planExit(plan, flags) });
    }
    if (what === "state") return await showState(context, format);
    const run = readRun(context.dataFolder, what);
    if (run !== undefined) return showRun(context, run, { format, flags });
    throw new CommandError(exitOf(64), `there is no plan file and no run "${cleanLine(what)}"`, {
      code: CLI_CODES.run.code,
      help: ["name a file made by vpac plan --out, the id of a run, or state"],
    });
  },
};

function formatOf(context: Context, asked: string | undefined): Format {
  const machine = wantsJson(context);
  if (asked === undefined) return machine ? "json" : "text";
  const format = FORMATS.find((name) => name === asked);
  if (format === undefined) {
    throw usageError(`unknown format "${asked}"`, `use one of ${FORMATS.join(", ")}`);
  }
  if (machine && format !== "json") {
    throw usageError(`--format ${format} contradicts -o json`, "give one of them");
  }
  return format;
}

/** With the flag: the code the plan had when it was made. */
function planExit(plan: Plan, flags: FlagValues): Exit {
  if (!flagOn(flags, "detailedExitcode")) return exitOf(0);
  const exits = planExits(plan);
  if (exits.length > 0) return worstExit(exits);
  return exitOf(hasChanges(plan) ? 2 : 0);
}

interface Showing {
  readonly format: Format;
  readonly flags: FlagValues;
}

function showPlan(
  context: Context,
  plan: Plan,
  { format, flags, exit }: Showing & { readonly exit: Exit },
): Exit {
  const document = jsonText(planDocument(plan, [], exit));
  emitMachine(context, document);
  if (wantsJson(context)) return exit;
  const { io, style } = context;
  if (format === "json") io.stdout.write(document);
  else if (format === "terraform") io.stdout.write(`${JSON.stringify(terraformPlan(plan))}\n`);
  else {
    const level = flagOn(flags, "brief") ? "brief" : flagOn(flags, "full") ? "full" : "default";
    const explain = flagOn(flags, "explain");
    io.stdout.write(planText(plan, { level, explain, style, columns: io.stdout.columns }));
  }
  return exit;
}

async function showState(context: Context, format: Format): Promise<Exit> {
  if (format === "terraform") throw usageError("--format terraform is for plans", "use json");
  const ports = await createPorts(context, () => {}, new AbortController().signal);
  const { value, diagnostics } = await openStore(ports.storage, ports).read();
  const exit = hasErrors(diagnostics)
    ? worstExit([exitOf(1), ...diagnosticExits(diagnostics)])
    : exitOf(0);
  context.io.stderr.write(diagnosticsText(diagnostics, context.errorStyle));
  const document = jsonText(documentOf("state", stateBody(value), exit));
  emitMachine(context, document);
  if (wantsJson(context)) return exit;
  if (format === "json") context.io.stdout.write(document);
  else {
    const rows = [...value.resources.values()].map((resource) => [
      resource.address,
      resource.host ?? "-",
      resource.condition,
      resource.id,
    ]);
    context.io.stdout.write(
      `Workspace ${value.workspace}, serial ${value.serial}, ` +
        `lineage ${value.lineage || "none"}\n\n` +
        tableText({ headers: ["ADDRESS", "HOST", "CONDITION", "ID"], rows }),
    );
  }
  return exit;
}

/** A run without its last line did not end: it was killed, or it is still going on. */
function showRun(context: Context, run: StoredRun, { format, flags }: Showing): Exit {
  const end = run.events.findLast((event) => event["type"] === "run_end");
  const stored = end?.["exit"] as Exit | undefined;
  const detailed = flagOn(flags, "detailedExitcode");
  const exit = detailed ? (stored ?? exitOf(7)) : exitOf(0);
  if (format === "terraform") return showPlan(context, run.plan, { format, flags, exit });
  const { plan } = run;
  const body = {
    run: run.run,
    mode: plan.mode,
    workspace: plan.workspace,
    plan: plan.id,
    digest: plan.digest,
    finished: stored !== undefined,
    startedAt: run.events[0]?.["ts"] ?? null,
    endedAt: end?.["ts"] ?? null,
    result: end ?? null,
    summary: plan.summary,
    events: run.events,
  };
  const document = jsonText(documentOf("run", body, exit));
  emitMachine(context, document);
  if (wantsJson(context)) return exit;
  context.io.stdout.write(format === "json" ? document : runText(run, end));
  return exit;
}

function runText(run: StoredRun, end: Readonly<Record<string, unknown>> | undefined): string {
  const told = run.events.filter(({ type }) =>
    ["apply_complete", "apply_errored", "apply_skipped"].includes(String(type)),
  );
  const lines = [
    `Run ${run.run} of plan ${run.plan.id} (${run.plan.mode}, workspace ${run.plan.workspace})`,
    ...told.map((event) => `  ${cleanLine(String(event["message"]))}`),
    end === undefined
      ? `It did not end. Finish it with: vpac apply --resume ${run.run}`
      : cleanLine(String(end["message"])),
  ];
  return `${lines.join("\n")}\n`;
}
