/** The steps form a graph without circles, in which needs come before and leave after (I9). */
import type { PlanFinding, Step } from "../../model/plan.ts";
import { CODES } from "../codes.ts";
import { brings, type Check, type CheckContext, finding } from "./context.ts";

export const checkOrder: Check = (context) => {
  const dangling = unknownWaits(context);
  if (dangling.length > 0) return dangling;
  const circle = firstCircle(context);
  if (circle !== undefined) return [circle];
  return [...needsFirst(context), ...dependentsGoFirst(context)];
};

function unknownWaits({ plan, indexOf }: CheckContext): PlanFinding[] {
  const found: PlanFinding[] = [];
  if (indexOf.size < plan.steps.length) {
    found.push(finding(CODES.brokenOrder, "Two steps of the plan have the same id."));
  }
  for (const { id, after, address } of plan.steps) {
    for (const other of after) {
      if (indexOf.has(other)) continue;
      const message = `Step ${id} waits for ${other}, which is not in the plan.`;
      found.push(finding(CODES.brokenOrder, message, address));
    }
  }
  return found;
}

const OPEN = 1;
const DONE = 2;

/** Depth-first search without recursion; the first step met again on its own way is reported. */
function firstCircle({ plan, indexOf }: CheckContext): PlanFinding | undefined {
  const state = new Uint8Array(plan.steps.length);
  for (let start = 0; start < plan.steps.length; start++) {
    if (state[start] !== 0) continue;
    const path = [{ node: start, next: 0 }];
    state[start] = OPEN;
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const earlier = plan.steps[top.node]?.after[top.next++];
      if (earlier === undefined) {
        state[top.node] = DONE;
        path.pop();
        continue;
      }
      const node = indexOf.get(earlier) ?? start;
      if (state[node] === OPEN) return circleAt(plan.steps[node]);
      if (state[node] === DONE) continue;
      state[node] = OPEN;
      path.push({ node, next: 0 });
    }
  }
  return undefined;
}

const circleAt = (step: Step | undefined): PlanFinding =>
  finding(CODES.brokenOrder, `Step ${step?.id} waits for itself in a circle.`, step?.address);

/** True when `later` can start only after `earlier` has ended. */
export function waitsFor({ plan, indexOf }: CheckContext, later: Step, earlier: Step): boolean {
  if (later.after.includes(earlier.id)) return true;
  const seen = new Set<string>();
  const queue = [...later.after];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (id === earlier.id) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    const index = indexOf.get(id);
    queue.push(...(index === undefined ? [] : (plan.steps[index]?.after ?? [])));
  }
  return false;
}

function needsFirst(context: CheckContext): PlanFinding[] {
  const found: PlanFinding[] = [];
  for (const step of context.plan.steps) {
    if (!brings(step) || step.mode === "move") continue;
    for (const need of step.record?.dependsOn ?? []) {
      const earlier = context.stepsAt.get(need)?.find((other) => other.verb === "create");
      if (earlier === undefined || waitsFor(context, step, earlier)) continue;
      const message = `Step ${step.id} makes ${step.address} before ${need}, which it needs.`;
      found.push(finding(CODES.brokenOrder, message, step.address));
    }
  }
  return found;
}

function dependentsGoFirst(context: CheckContext): PlanFinding[] {
  const found: PlanFinding[] = [];
  for (const step of context.plan.steps) {
    if (step.verb !== "remove") continue;
    for (const need of context.recorded.resources.get(step.address)?.dependsOn ?? []) {
      const later = context.stepsAt.get(need)?.find((other) => other.verb === "remove");
      if (later === undefined || waitsFor(context, later, step)) continue;
      const message = `Step ${later.id} removes ${need} while ${step.address} still needs it.`;
      found.push(finding(CODES.brokenOrder, message, need));
    }
  }
  return found;
}
