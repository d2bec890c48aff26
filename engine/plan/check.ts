/**
 * In: a finished plan and the world it is for. Out: everything that is wrong with it. It shares no
 * code with what makes plans but the canonical digest, never mends anything and never trusts a
 * plan because vpac wrote it: it runs before a plan is shown and again before it is applied.
 */
import { compareText } from "../model/canonical.ts";
import type { Plan, PlanFinding } from "../model/plan.ts";
import { checkArguments } from "./checks/arguments.ts";
import { type Check, type CheckWorld, contextOf } from "./checks/context.ts";
import { checkCoverage } from "./checks/coverage.ts";
import { checkHosts } from "./checks/hosts.ts";
import { checkMoves } from "./checks/moves.ts";
import { checkOrder } from "./checks/order.ts";
import { checkRules } from "./checks/rules.ts";
import { checkTotals } from "./checks/totals.ts";

export type { CheckWorld } from "./checks/context.ts";

/** One broken rule can show at every step; more of them than this help nobody. */
const FINDINGS_MAX = 500;

const CHECKS: readonly Check[] = [
  checkOrder,
  checkCoverage,
  checkArguments,
  checkHosts,
  checkMoves,
  checkRules,
  checkTotals,
];

/** Findings in a fixed order; one of severity `error` stops the plan. */
export function check(plan: Plan, world: CheckWorld): readonly PlanFinding[] {
  const context = contextOf(plan, world);
  return CHECKS.flatMap((judge) => judge(context))
    .sort(
      (left, right) =>
        compareText(left.severity, right.severity) ||
        compareText(left.code, right.code) ||
        compareText(left.address ?? "", right.address ?? "") ||
        compareText(left.message, right.message),
    )
    .slice(0, FINDINGS_MAX);
}
