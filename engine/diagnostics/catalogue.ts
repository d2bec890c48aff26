import type { Code, Diagnostic, Severity } from "./diagnostic.ts";

/** One entry of a room's catalogue; `vpac explain CODE` and the generated pages read it. */
export interface CodeEntry {
  readonly code: Code;
  readonly severity: Severity;
  /** Constant summary: lower case, no names, no full stop. */
  readonly summary: string;
  /** A few sentences: when it happens, why it is a problem, what to do. */
  readonly explanation: string;
  /** A short input that causes it, and what to write instead. */
  readonly example: { readonly wrong: string; readonly right: string };
}

/** Builds a diagnostic from its catalogue entry; severity and summary come from the entry. */
export function diagnose(
  entry: CodeEntry,
  rest: Omit<Diagnostic, "code" | "summary" | "severity" | "help"> & {
    readonly help?: readonly string[];
    readonly severity?: Severity;
  },
): Diagnostic {
  return {
    ...rest,
    severity: rest.severity ?? entry.severity,
    code: entry.code,
    summary: entry.summary,
    help: rest.help ?? [],
  };
}
