import type { Diagnostic } from "../../../engine/diagnostics/diagnostic.ts";
import type { Exit } from "../../exit.ts";
import { documentOf } from "./document.ts";

/** The public form of one diagnostic (`file` instead of `path`, nothing undefined). */
export function diagnosticJson(diagnostic: Diagnostic): object {
  const { source, ...rest } = diagnostic;
  if (source === undefined) return rest;
  const { path, document: _document, target: _target, ...position } = source;
  return { ...rest, source: { file: path, ...position } };
}

export function diagnosticsDocument(diagnostics: readonly Diagnostic[], exit: Exit): object {
  const count = (severity: Diagnostic["severity"]): number =>
    diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
  return documentOf(
    "diagnostics",
    {
      valid: count("error") === 0,
      error_count: count("error"),
      warning_count: count("warning"),
      diagnostics: diagnostics.map(diagnosticJson),
    },
    exit,
  );
}
