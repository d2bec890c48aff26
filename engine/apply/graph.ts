import { assert } from "../diagnostics/assert.ts";
import type { Plan, Step } from "../model/plan.ts";
import type { StepResult } from "./step.ts";

export interface Node {
  readonly step: Step;
  readonly dependents: Node[];
  /** Steps before this one that have not ended well yet. */
  waitingFor: number;
  state: "waiting" | "ready" | "running" | "ended" | "skipped";
  result: StepResult | undefined;
}

/** The steps of a plan as a graph, in the plan's order. */
export function buildGraph(plan: Plan): readonly Node[] {
  const byId = new Map<string, Node>();
  for (const step of plan.steps) {
    assert(!byId.has(step.id), `step ${step.id} is in the plan twice`);
    const waitingFor = step.after.length;
    byId.set(step.id, { step, dependents: [], waitingFor, state: "waiting", result: undefined });
  }
  for (const node of byId.values()) {
    for (const id of node.step.after) {
      const before = byId.get(id);
      assert(before !== undefined, `step ${node.step.id} comes after ${id}, which does not exist`);
      before.dependents.push(node);
    }
  }
  return [...byId.values()];
}

/** Every step that can no longer start because `failed` did not end well; each is told once. */
export function skipDependents(failed: Node): readonly Node[] {
  const skipped: Node[] = [];
  const queue = [...failed.dependents];
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    if (node.state !== "waiting") continue;
    node.state = "skipped";
    skipped.push(node);
    queue.push(...node.dependents);
  }
  return skipped;
}
