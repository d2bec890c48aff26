import { type Command, type FlagValues, flagOn, flagText } from "../command.ts";
import type { Context } from "../context.ts";
import { type Exit, exitOf, usageError } from "../exit.ts";
import { emitMachine, wantsJson } from "../output.ts";
import { hasChanges, type Planned, planFor, preventsApply, refusalOf } from "../planning.ts";
import { createStageReporter } from "../views/human/stages.ts";
import { diagnosticsText } from "../views/human/diagnostics.ts";
import { findingsText } from "../views/human/findings.ts";
import { NO_MOVES, planText } from "../views/human/plan.ts";
import { countText } from "../views/units.ts";
import { diagnosticsDocument } from "../views/json/diagnostics.ts";
import { jsonText } from "../views/json/document.ts";
import { planDocument } from "../views/json/plan.ts";
import { STAGES, stageDocument } from "../views/json/stage.ts";

/** Shows what would change and where everything would run; writes only files named by flags. */
export const command: Command = {
  async run(_args, flags, context) {
    const stage = flagText(flags, "stage");
    if (stage !== undefined && !STAGES.includes(stage)) {
      throw usageError(`unknown stage "${stage}"`, `use one of ${STAGES.join(", ")}`);
    }
    if (flagOn(flags, "ui")) {
      const { openTui } = await import("./tui.ts");
      return await openTui({ command: "plan", file: undefined }, flags, context);
    }
    const mode = flagOn(flags, "destroy") ? "destroy" : "apply";
    if (stage === undefined && context.options.output.is === "ndjson") {
      const { streamPlan } = await import("../applying/plan-stream.ts");
      return await streamPlan(context, {
        flags,
        mode,
        finish: async (planned) => {
          await savePlan(context, flags, planned);
          return exitWith(planned, flags);
        },
      });
    }
    const reporter = createStageReporter(context);
    const signal = new AbortController().signal;
    const planned = await planFor(context, { flags, mode, emit: reporter.emit, signal });
    reporter.done();
    const exit = exitWith(planned, flags);
    if (stage !== undefined) {
      context.io.stdout.write(jsonText(stageDocument(stage, planned.outcome, exit)));
      return exit;
    }
    await savePlan(context, flags, planned);
    tellPlan(context, flags, { ...planned, exit });
    return exit;
  },
};

function exitWith({ outcome, exit }: Planned, flags: FlagValues): Exit {
  if (exit.code !== 0 || !flagOn(flags, "detailedExitcode")) return exit;
  return outcome.plan !== undefined && hasChanges(outcome.plan) ? exitOf(2) : exit;
}

/** A saved plan is applied without another look, so one that was refused is never saved. */
async function savePlan(context: Context, flags: FlagValues, planned: Planned): Promise<void> {
  const { outcome } = planned;
  const file = flagText(flags, "out");
  if (file === undefined || outcome.plan === undefined) return;
  if (refusalOf(planned) !== "") {
    if (!wantsJson(context)) context.io.stderr.write(`Did not save the plan to ${file}\n`);
    return;
  }
  const { writePlanFile } = await import("../planfile.ts");
  const { sha256 } = await import("../wiring/digest.ts");
  writePlanFile(context, file, outcome.plan, sha256);
  if (!wantsJson(context)) context.io.stderr.write(`Saved the plan to ${file}\n`);
}

/** What a plan of moves alone says of everything else that differs. */
const leftOutText = (count: number): string =>
  count === 0 ? "" : `${countText(count, "other change")} left out: vpac plan\n`;

/** Prints the plan or what prevented it, in the form that was asked for. */
export function tellPlan(context: Context, flags: FlagValues, planned: Planned): void {
  const { io, style, errorStyle } = context;
  const { outcome, diagnostics, exit } = planned;
  emitMachine(context, () =>
    jsonText(
      outcome.plan === undefined
        ? diagnosticsDocument(diagnostics, exit)
        : planDocument(outcome.plan, diagnostics, exit),
    ),
  );
  if (wantsJson(context)) return;
  io.stderr.write(diagnosticsText(diagnostics, errorStyle));
  io.stderr.write(findingsText(outcome.findings, errorStyle));
  if (outcome.plan === undefined) return;
  io.stderr.write(leftOutText(outcome.leftOut ?? 0));
  // "No changes" beside an error would be read as all being well.
  if (preventsApply(diagnostics) && !hasChanges(outcome.plan)) return;
  const level = flagOn(flags, "brief") ? "brief" : flagOn(flags, "full") ? "full" : "default";
  io.stdout.write(
    planText(outcome.plan, {
      level,
      explain: flagOn(flags, "explain"),
      style,
      columns: io.stdout.columns,
      ...(flagOn(flags, "movesOnly") ? { nothing: NO_MOVES } : {}),
    }),
  );
}
