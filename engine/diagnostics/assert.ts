/** A bug in vpac: never the user's fault, always worth a report. Exit code 70. */
export class InternalError extends Error {
  override readonly name = "InternalError";
}

/** States what must hold if vpac is right; a failure is a bug and throws. */
export function assert(condition: unknown, message: string): asserts condition {
  if (condition !== true && !condition) throw new InternalError(message);
}
