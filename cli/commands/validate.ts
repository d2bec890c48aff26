import { validateSpec } from "../../engine/index.ts";
import { type Command, flagOn, flagText } from "../command.ts";
import { type Context, createPorts } from "../context.ts";
import { type Exit, exitOf, usageError, worstExit } from "../exit.ts";
import { readSpec } from "../inputs.ts";
import { emitMachine } from "../output.ts";
import { diagnosticExits, raised } from "../planning.ts";
import { diagnosticsText } from "../views/human/diagnostics.ts";
import { createStageReporter } from "../views/human/stages.ts";
import { diagnosticsDocument } from "../views/json/diagnostics.ts";
import { jsonText } from "../views/json/document.ts";
import { countText } from "../views/units.ts";

/** Checks documents against schemas, each other and the state; asks no provider. */
export const command: Command = {
  async run(args, flags, context) {
    const format = formatOf(context, flagText(flags, "format"));
    const input = await readSpec(context, args);
    const offline = flagOn(flags, "offline");
    const reporter = createStageReporter(context);
    const ports = await createPorts(context, reporter.emit, new AbortController().signal);
    const spec = await validateSpec({ ...input.request, offline }, ports);
    reporter.done();
    await input.remember(spec.fresh);
    const diagnostics = raised([...input.diagnostics, ...spec.diagnostics], flags);
    const exit = exitFor(diagnosticExits(diagnostics));
    const machine = (): string => jsonText(diagnosticsDocument(diagnostics, exit));
    emitMachine(context, machine);
    if (format === "json") {
      if (context.options.output.is === "text") context.io.stdout.write(machine());
      return exit;
    }
    // The diagnostics are the result here, so they go to stdout.
    context.io.stdout.write(diagnosticsText(diagnostics, context.style));
    if (exit.code === 0) {
      const files = countText(input.request.texts.length, "file");
      context.io.stdout.write(
        `Valid: ${countText(spec.documents.length, "document")} in ${files}.\n`,
      );
    }
    return exit;
  },
};

/** Whatever is wrong with the input or the recorded state, `validate` ends with 65. */
const exitFor = (exits: readonly Exit[]): Exit =>
  exits.length === 0
    ? exitOf(0)
    : worstExit([exitOf(65), ...exits.filter(({ code }) => code > 65)]);

const FORMATS = ["text", "json"];

/** `--format json` and `-o json` are the same; a contradiction between the two is refused. */
function formatOf(context: Context, asked: string | undefined): "text" | "json" {
  const { is } = context.options.output;
  const output = is === "json" || is === "ndjson" ? "json" : "text";
  if (asked === undefined) return output;
  if (!FORMATS.includes(asked)) {
    throw usageError(`unknown format "${asked}"`, `use one of ${FORMATS.join(", ")}`);
  }
  if (output === "json" && asked !== "json") {
    throw usageError(`--format ${asked} contradicts -o ${is}`, "give one of them");
  }
  return asked === "json" ? "json" : "text";
}
