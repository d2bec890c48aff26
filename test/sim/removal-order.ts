import type { DestroyPermit } from "../../engine/contract/provider.ts";
import type { ObservedObject } from "../../engine/model/observation.ts";
import type { Plan, Step } from "../../engine/model/plan.ts";

/**
 * Whether the plan behind a removal has to take an object away first. A replaced object comes
 * back; leftovers of unfinished runs have no order of their own, nor has what a stale list did
 * not show; and where needs go in a circle, one has to give way.
 */
export function isOrdered(
  plan: Plan | undefined,
  permit: DestroyPermit,
  { id, tag }: ObservedObject,
): boolean {
  const { changes = [], steps = [] } = plan ?? {};
  const actionAt = new Map(changes.map((change) => [change.address, change.action]));
  const isLeftover = steps.some((step) => step.objectId === id && step.address.includes("~"));
  const action = tag === undefined ? undefined : actionAt.get(tag.address);
  const isUnseen = action === "forget" || action === "create";
  if (actionAt.get(permit.address) !== "delete" || isLeftover || isUnseen) return false;
  const removal = steps.find((step) => step.objectId === permit.objectId)?.id;
  const others = steps.filter((step) => step.objectId === id).map((step) => step.id);
  return removal === undefined || !waitsFor(steps, others, removal);
}

/** Whether any of these steps comes after `target`, directly or not. */
function waitsFor(steps: readonly Step[], from: readonly string[], target: string): boolean {
  const afterOf = new Map(steps.map(({ id, after }) => [id, after]));
  const seen = new Set<string>();
  const queue = [...from];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (id === target) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    queue.push(...(afterOf.get(id) ?? []));
  }
  return false;
}
