import type { Diagnostic } from "./diagnostic.ts";

/** An expected failure where a promise has to reject: what to tell the user rides along. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly diagnostic: Diagnostic;
  constructor(diagnostic: Diagnostic, cause?: unknown) {
    super(diagnostic.detail, { cause });
    this.diagnostic = diagnostic;
  }
}
