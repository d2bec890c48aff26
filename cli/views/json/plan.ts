import type { Diagnostic } from "../../../engine/diagnostics/diagnostic.ts";
import type { Plan } from "../../../engine/model/plan.ts";
import type { Exit } from "../../exit.ts";
import { diagnosticJson } from "./diagnostics.ts";

/** The plan as printed: the stored document with what was found on the way and the exit. */
export function planDocument(plan: Plan, diagnostics: readonly Diagnostic[], exit: Exit): object {
  const { format, ...rest } = plan;
  return {
    format,
    $schema: "https://vpac.dev/schemas/output/plan.v1.schema.json",
    ...rest,
    diagnostics: diagnostics.map(diagnosticJson),
    exit,
  };
}
