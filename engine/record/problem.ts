import { type CodeEntry, diagnose } from "../diagnostics/catalogue.ts";
import { Failure } from "../diagnostics/failure.ts";
import { CODES } from "./codes.ts";

export function recordError(
  entry: CodeEntry,
  rest: { readonly detail: string; readonly address?: string; readonly help?: readonly string[] },
): Failure {
  return new Failure(diagnose(entry, rest));
}

/** Any failure of the storage as one kind of error; a Failure passes unchanged. */
export function writeFailure(error: unknown, what: string): Failure {
  if (error instanceof Failure) return error;
  const why = error instanceof Error ? error.message : String(error);
  const diagnostic = diagnose(CODES.writeFailed, {
    detail: `The ${what} could not be written: ${why}. What is already recorded stays valid.`,
    help: ["free space or mend the disk, then run the same command again"],
  });
  return new Failure(diagnostic, error);
}
