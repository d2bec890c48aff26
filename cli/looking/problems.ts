import type { Diagnostic } from "../../engine/diagnostics/diagnostic.ts";
import type { Context } from "../context.ts";
import { type Exit, exitOf, worstExit } from "../exit.ts";
import { diagnosticExits } from "../planning.ts";
import { diagnosticsText } from "../views/human/diagnostics.ts";

/** Tells what kept the look from being complete, and what that means for the exit code. */
export function tellProblems(context: Context, diagnostics: readonly Diagnostic[]): Exit {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  context.io.stderr.write(diagnosticsText(errors, context.errorStyle));
  const exits = diagnosticExits(errors);
  return exits.length === 0 ? exitOf(0) : worstExit(exits);
}
