import type { SourceText } from "../../engine/model/document.ts";
import { type Command, flagList, flagText } from "../command.ts";
import type { Context } from "../context.ts";
import { type Exit, exitOf, usageError, worstExit } from "../exit.ts";
import { emitMachine, wantsJson, writeFileWhole } from "../output.ts";
import { diagnosticExits, type Planned, planFor, planToAsk } from "../planning.ts";
import { type Supposed, supposedBy } from "../supposing/asked.ts";
import { type Comparison, compared } from "../supposing/compared.ts";
import { comparisonJson } from "../supposing/document.ts";
import { overlayOf } from "../supposing/overlay.ts";
import { cleanLine } from "../views/clean.ts";
import { diagnosticsText } from "../views/human/diagnostics.ts";
import { createStageReporter } from "../views/human/stages.ts";
import { whatIfText } from "../views/human/what-if.ts";
import { diagnosticsDocument } from "../views/json/diagnostics.ts";
import { documentOf, jsonText } from "../views/json/document.ts";

const OVERLAY = ["drain", "fail", "addHost", "scale", "set", "policySet"] as const;

/** Plans twice over one reading of the world, as it is and as it might be; changes nothing. */
export const command: Command = {
  async run(_args, flags, context) {
    if (OVERLAY.every((name) => flagList(flags, name).length === 0)) {
      throw usageError(
        "what if what?",
        "give --drain HOST, --fail HOST, --add-host NAME, --scale ADDR=N, --set ADDR.path=VALUE " +
          "or --policy-set KEY=VALUE",
      );
    }
    const reporter = createStageReporter(context);
    const asked = planToAsk(flags, reporter.emit);
    const before = await planFor(context, asked);
    if (before.outcome.plan === undefined) {
      reporter.done();
      return tellFailed(context, before);
    }
    const supposed = supposedBy(flags, before.outcome);
    let read: readonly SourceText[] = [];
    const overlay = overlayOf(supposed, before.outcome);
    const after = await planFor(context, {
      ...asked,
      overlay: (request) => {
        read = request.texts;
        return overlay(request);
      },
    });
    reporter.done();
    const file = flagText(flags, "patchOut");
    if (file !== undefined) await savePatch(context, file, { texts: read, before, supposed });
    return tell(context, after, compared(supposed, before.outcome, after.outcome));
  },
};

interface Patching {
  readonly texts: readonly SourceText[];
  readonly before: Planned;
  readonly supposed: Supposed;
}

/** Writes what is supposed as a patch; what no document can say is told. */
async function savePatch(
  context: Context,
  file: string,
  { texts, before, supposed }: Patching,
): Promise<void> {
  const { overlayPatch } = await import("../supposing/patch.ts");
  const { text, leftOut } = overlayPatch(texts, before.outcome.documents, supposed);
  writeFileWhole(context, file, text);
  if (wantsJson(context)) return;
  const { stderr } = context.io;
  for (const what of leftOut) stderr.write(`Not in the patch: ${cleanLine(what)}\n`);
  stderr.write(`Saved the patch to ${file}\n`);
}

function tellFailed(context: Context, { diagnostics, exit }: Planned): Exit {
  emitMachine(context, () => jsonText(diagnosticsDocument(diagnostics, exit)));
  if (!wantsJson(context)) {
    context.io.stderr.write(diagnosticsText(diagnostics, context.errorStyle));
  }
  return exit;
}

function tell(context: Context, after: Planned, comparison: Comparison | undefined): Exit {
  const { plan, findings } = after.outcome;
  if (comparison === undefined || plan === undefined) return tellFailed(context, after);
  const exits = diagnosticExits(after.diagnostics);
  if (findings.some(({ severity }) => severity === "error")) exits.push(exitOf(70));
  const isLost = comparison.stranded.some(({ refuge }) => refuge === undefined);
  if (isLost || comparison.unplaced.length > 0) exits.push(exitOf(3));
  const exit = exits.length === 0 ? exitOf(0) : worstExit(exits);
  emitMachine(context, () => jsonText(documentOf("whatif", comparisonJson(comparison), exit)));
  if (wantsJson(context)) return exit;
  // Who finds no host is in the answer itself.
  const others = after.diagnostics.filter(({ code }) => !code.startsWith("VP3"));
  context.io.stderr.write(diagnosticsText(others, context.errorStyle));
  context.io.stdout.write(whatIfText(comparison, plan, context.style));
  return exit;
}
