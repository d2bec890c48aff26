import { compareText } from "../model/canonical.ts";
import type { Diagnostic, Severity } from "./diagnostic.ts";

const RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, note: 2 };

const positionOf = (diagnostic: Diagnostic): string => {
  const source = diagnostic.source;
  if (source === undefined) return "";
  const number = (value: number | undefined): string => String(value ?? 0).padStart(9, "0");
  return [source.path, number(source.document), number(source.line), number(source.column)].join(
    "\u0000",
  );
};

const identity = (diagnostic: Diagnostic): string =>
  [
    diagnostic.code,
    positionOf(diagnostic),
    diagnostic.source?.pointer ?? "",
    diagnostic.address ?? "",
    diagnostic.detail,
  ].join("\u0001");

/** Errors first, then by position, code and address; exact repeats are dropped. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const unique = new Map(diagnostics.map((diagnostic) => [identity(diagnostic), diagnostic]));
  return [...unique.values()].sort(
    (left, right) =>
      RANK[left.severity] - RANK[right.severity] ||
      compareText(positionOf(left), positionOf(right)) ||
      compareText(identity(left), identity(right)),
  );
}
