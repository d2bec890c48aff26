import type { JsonPointer, JsonValue } from "../model/json.ts";

export type Severity = "error" | "warning" | "note";

/** `VP` and four digits; the thousands digit names the room (design of the command line §8.3). */
export type Code = `VP${number}`;

/**
 * Where a problem is. Rooms that only know a document and a pointer fill `path`, `document`,
 * `pointer` and `target`; `load` turns these into line, column and snippet at the end.
 */
export interface SourceRange {
  readonly path: string;
  readonly document?: number;
  readonly pointer?: JsonPointer;
  /** Mark the key or the value at `pointer`. */
  readonly target?: "key" | "value";
  /** 1-based; undefined until located. */
  readonly line?: number;
  readonly column?: number;
  readonly endLine?: number;
  readonly endColumn?: number;
}

export interface Edit {
  readonly path: JsonPointer;
  readonly from?: JsonValue;
  readonly to?: JsonValue;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

interface SuggestedFix {
  readonly description: string;
  readonly edits: readonly Edit[];
}

/** One problem told to the user; the one shape behind text, JSON and every report format. */
export interface Diagnostic {
  readonly severity: Severity;
  readonly code: Code;
  /** Constant per code, lower case, without names. */
  readonly summary: string;
  /** Full sentences naming the object and its kind: what is wrong and why it matters. */
  readonly detail: string;
  readonly address?: string;
  readonly source?: SourceRange;
  /** Lines of the file around the problem, filled in by `load.locate`. */
  readonly snippet?: string;
  /** Concrete edits or commands, the cheapest first. */
  readonly help: readonly string[];
  readonly fixes?: readonly SuggestedFix[];
  readonly related?: readonly { readonly message: string; readonly source: SourceRange }[];
}

/** The result of a pure stage: a value and all that is wrong with its input. */
export interface Judged<Value> {
  readonly value: Value;
  readonly diagnostics: readonly Diagnostic[];
}

export const hasErrors = (diagnostics: readonly Diagnostic[]): boolean =>
  diagnostics.some((diagnostic) => diagnostic.severity === "error");
