/** The counts are those of the changes, and the digest is that of the content. */
import type { PlanFinding } from "../../model/plan.ts";
import { CODES } from "../codes.ts";
import { digestOfPlan } from "../digest.ts";
import { type Check, type CheckContext, finding } from "./context.ts";

export const checkTotals: Check = (context) => [...counts(context), ...digests(context)];

function counts({ plan }: CheckContext): PlanFinding[] {
  const { summary } = plan;
  const actions = new Map<string, number>();
  for (const { action } of plan.changes) actions.set(action, (actions.get(action) ?? 0) + 1);
  const of = (action: string): number => actions.get(action) ?? 0;
  const wanted: Readonly<Record<string, number>> = {
    add: of("create") + of("replace"),
    change: of("update") + of("move"),
    destroy: of("delete") + of("replace"),
  };
  const { terraform, ...own } = summary;
  const wrong = [
    ...Object.entries(own).filter(([action, count]) => count !== of(action)),
    ...Object.entries(terraform).filter(([name, count]) => count !== wanted[name]),
  ];
  return wrong.map(([name, count]) =>
    finding(CODES.countsDiffer, `The summary counts ${count} for ${name}, the changes do not.`),
  );
}

function digests({ plan, digest }: CheckContext): PlanFinding[] {
  if (digestOfPlan(plan, digest) === plan.digest) return [];
  return [finding(CODES.digestDiffers, "The plan's digest is not that of its content.")];
}
