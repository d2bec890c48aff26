import type { Action } from "../model/change.ts";
import type { PlanSummary } from "../model/plan.ts";

/** Counts each change once; `terraform` counts a replacement as one added and one destroyed. */
export function summarise(changes: readonly { readonly action: Action }[]): PlanSummary {
  const count: Record<Action, number> = {
    create: 0,
    update: 0,
    replace: 0,
    delete: 0,
    move: 0,
    adopt: 0,
    forget: 0,
    noop: 0,
    blocked: 0,
  };
  for (const { action } of changes) count[action]++;
  return {
    ...count,
    terraform: {
      add: count.create + count.replace,
      change: count.update + count.move,
      destroy: count.delete + count.replace,
    },
  };
}
