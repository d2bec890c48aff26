import type { Diagnostic } from "../../engine/diagnostics/diagnostic.ts";
import type { Plan } from "../../engine/model/plan.ts";
import type { RunSummary } from "../../engine/model/run.ts";
import { type Exit, exitOf } from "../exit.ts";

interface RunEnd {
  /** 130 or 143 when a signal asked to stop. */
  readonly signal: number | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Codes whose cause is the platform, not the plan. */
const PROVIDER_CODES = new Set(["VP6005", "VP6007"]);

/**
 * How an apply ends: 0 when everything was done; 130 or 143 after a signal; 1 with its own reason
 * when all that failed is what the plan said would not start; 7 when something finished and
 * something did not; otherwise the cause: 8 the platform, 9 no answer in time, 1 anything else.
 */
export function exitOfRun(plan: Plan, summary: RunSummary, end: RunEnd): Exit {
  const open = [...summary.failed, ...summary.unknown, ...summary.skipped];
  if (summary.interrupted && end.signal !== undefined) return exitOf(end.signal);
  if (open.length === 0) return exitOf(summary.interrupted ? 1 : 0);
  if (failsAsPlanned(plan, summary)) return exitOf(1, "applied-with-failures");
  const finished = summary.added + summary.changed + summary.destroyed;
  if (finished > 0) return exitOf(7);
  if (summary.unknown.length > 0) return exitOf(9);
  const errors = end.diagnostics.filter(({ severity }) => severity === "error");
  const isPlatform = errors.length > 0 && errors.every(({ code }) => PROVIDER_CODES.has(code));
  return exitOf(isPlatform ? 8 : 1);
}

/** The objects exist; they cannot be started, and the plan warned of it (requirement DEC-4). */
function failsAsPlanned(plan: Plan, { failed, unknown }: RunSummary): boolean {
  const announced = new Set(
    plan.steps.filter((step) => step.willNotStart !== undefined).map((step) => step.address),
  );
  return failed.length > 0 && unknown.length === 0 && failed.every((it) => announced.has(it));
}
