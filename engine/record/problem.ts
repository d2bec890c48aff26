import { type CodeEntry, diagnose } from "../diagnostics/catalogue.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { CODES } from "./codes.ts";

/** A write that could not be made durable, or must not be made; carries what to tell the user. */
export class RecordError extends Error {
  override readonly name = "RecordError";
  readonly diagnostic: Diagnostic;
  constructor(diagnostic: Diagnostic, cause?: unknown) {
    super(diagnostic.detail, { cause });
    this.diagnostic = diagnostic;
  }
}

export function recordError(
  entry: CodeEntry,
  rest: { readonly detail: string; readonly address?: string; readonly help?: readonly string[] },
): RecordError {
  return new RecordError(diagnose(entry, rest));
}

/** Any failure of the storage as one kind of error; a RecordError passes unchanged. */
export function writeFailure(error: unknown, what: string): RecordError {
  if (error instanceof RecordError) return error;
  const why = error instanceof Error ? error.message : String(error);
  const diagnostic = diagnose(CODES.writeFailed, {
    detail: `The ${what} could not be written: ${why}. What is already recorded stays valid.`,
    help: ["free space or mend the disk, then run the same command again"],
  });
  return new RecordError(diagnostic, error);
}
