/** The exit codes of vpac: one table, printed by `vpac help exit-codes` and kept by tests. */
export interface ExitEntry {
  readonly code: number;
  readonly reason: string;
  readonly meaning: string;
  readonly next: string;
  readonly retryable: boolean;
}

const entry = (
  code: number,
  reason: string,
  [meaning, next]: readonly [meaning: string, next: string],
): ExitEntry => ({
  code,
  reason,
  meaning,
  next,
  retryable: code === 5 || code === 8 || code === 9,
});

export const EXIT_CODES: readonly ExitEntry[] = [
  entry(0, "ok", ["done; with --detailed-exitcode: no changes", "–"]),
  entry(1, "failed", ["failed, unclassified", "read the diagnostics"]),
  entry(2, "changes", ["changes or drift present, only with --detailed-exitcode", "–"]),
  entry(3, "unplaced", ["plan made, at least one workload has no host", "edit"]),
  entry(4, "refused", [
    "refused by policy, protection, budget, window or missing confirmation",
    "approve",
  ]),
  entry(5, "locked", ["lease held by someone else", "retry"]),
  entry(6, "stale-plan", ["saved plan stale or applied before", "plan again"]),
  entry(7, "partial", ["partially applied, state saved", "--resume"]),
  entry(8, "provider", ["provider or backend unreachable or not authorised", "retry"]),
  entry(9, "timeout", ["--timeout or a provider deadline passed", "retry"]),
  entry(10, "cancelled", ["cancelled at a prompt", "–"]),
  entry(64, "usage", ["wrong arguments", "read --help"]),
  entry(65, "invalid", ["manifests invalid", "edit"]),
  entry(69, "node-too-old", ["Node is too old and no carried one was found", "install Node"]),
  entry(70, "bug", ["internal bug; a crash file is written and named", "report"]),
  entry(130, "interrupted", ["stopped by Ctrl-C (SIGINT)", "--resume"]),
  entry(143, "terminated", ["stopped by SIGTERM", "--resume"]),
];

/** How a command ended; the same facts go into JSON as `exit`. */
export interface Exit {
  readonly code: number;
  /** Differs from the table only for `applied-with-failures` (1) and `differences` (diff, 1). */
  readonly reason: string;
  readonly retryable: boolean;
  readonly gate?: string;
}

export function exitOf(code: number, reason?: string, gate?: string): Exit {
  const known = EXIT_CODES.find((candidate) => candidate.code === code);
  return {
    code,
    reason: reason ?? known?.reason ?? "failed",
    retryable: known?.retryable ?? false,
    ...(gate === undefined ? {} : { gate }),
  };
}

/** When several codes fit, the first in this order wins. */
const PRECEDENCE = [70, 130, 143, 64, 65, 7, 8, 9, 5, 6, 10, 1, 4, 3, 2, 0];

export function worstExit(exits: readonly Exit[]): Exit {
  const rank = (exit: Exit): number => {
    const index = PRECEDENCE.indexOf(exit.code);
    return index < 0 ? 0 : index;
  };
  const [first = exitOf(0), ...rest] = exits;
  return rest.reduce((worst, exit) => (rank(exit) < rank(worst) ? exit : worst), first);
}

/** `--exit-codes simple`: every classified failure is 1. */
export function foldExit(exit: Exit, family: "full" | "simple"): Exit {
  if (family === "full") return exit;
  const classified = (exit.code >= 3 && exit.code <= 10) || [64, 65, 70].includes(exit.code);
  return classified ? { ...exit, code: 1 } : exit;
}

/** A failure that is the user's to mend: one message, a code, no stack. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly exit: Exit;
  readonly help: readonly string[];
  /** Code of the catalogue; undefined takes the one that belongs to the exit. */
  readonly code: `VP${number}` | undefined;
  constructor(exit: Exit, message: string, rest: FailureRest = {}) {
    super(message);
    this.exit = exit;
    this.help = rest.help ?? [];
    this.code = rest.code;
  }
}

export interface FailureRest {
  readonly help?: readonly string[];
  readonly code?: `VP${number}`;
}

export const usageError = (message: string, ...help: readonly string[]): CommandError =>
  new CommandError(exitOf(64), message, { help });
