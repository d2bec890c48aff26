import { describe, expect, test } from "vitest";
import type { Address } from "../../../engine/model/address.ts";
import type { DesiredResource } from "../../../engine/model/desired.ts";
import { change } from "../../support/answers.ts";
import { pod, recordedOf, resource, workload } from "../../support/builders.ts";
import { isAfter, planOf, type Scene, stepAt } from "./support.ts";

const ns = resource("ns/shop");

describe("a rollout", () => {
  const group: Address = "deployment/shop/web";
  const replica = (index: number, rolloutWave: number): DesiredResource =>
    pod(`pod/shop/web-${index}`, { dependsOn: [], workload: workload({ group, rolloutWave }) });
  const rollout = (waves: readonly number[], maxUnavailable = 2, maxSurge = 0): Scene => {
    const wish = waves.map((wave, index) => replica(index, wave));
    return {
      wish,
      records: wish.map((item) => recordedOf(item)),
      changes: wish.map((item) => change(item.address, "replace")),
      desired: { disruption: [{ group, maxUnavailable, maxSurge }] },
    };
  };

  test("replaces the next wave only when all of the wave before is back", () => {
    const plan = planOf(rollout([0, 0, 1, 1, 2]));
    const back = (index: number): string => stepAt(plan, `pod/shop/web-${index}`, "create").id;
    const gone = (index: number): readonly string[] =>
      stepAt(plan, `pod/shop/web-${index}`, "remove").after;
    expect([gone(0), gone(1)]).toEqual([[], []]);
    expect([gone(2), gone(3)]).toEqual([
      [back(0), back(1)],
      [back(0), back(1)],
    ]);
    expect(gone(4)).toEqual([back(2), back(3)]);
  });

  test("makes the new replica first where none may be down", () => {
    const plan = planOf(rollout([0, 1], 0, 1));
    const old = stepAt(plan, "pod/shop/web-0", "remove");
    expect(old.after).toEqual([stepAt(plan, "pod/shop/web-0", "create").id]);
    expect(stepAt(plan, "pod/shop/web-1", "create").after).toEqual([old.id]);
  });

  test("gives way, and says so, where something that all replicas need is replaced", () => {
    const wish = [0, 1].map((wave) => ({ ...replica(wave, wave), dependsOn: [ns.address] }));
    const plan = planOf({
      wish: [ns, ...wish],
      records: [ns, ...wish].map((item) => recordedOf(item)),
      changes: [ns, ...wish].map((item) => change(item.address, "replace")),
    });
    const remove = stepAt(plan, "ns/shop", "remove");
    for (const { address } of wish) {
      expect(isAfter(plan, remove, stepAt(plan, address, "remove"))).toBe(true);
    }
    expect(plan.changes.filter((item) => item.warnings !== undefined)).toHaveLength(2);
  });

  test("of very large waves has few edges and never more replicas down than a wave holds", () => {
    const size = 200;
    const waves = Array.from({ length: 3 * size }, (_, index) => Math.floor(index / size));
    const plan = planOf(rollout(waves, size));
    const edges = plan.steps.reduce((sum, step) => sum + step.after.length, 0);
    expect(edges).toBeLessThan(3 * plan.steps.length);
    const done = new Set<string>();
    let downMax = 0;
    // Worst case: every removal that may run has run before any replica comes back.
    while (done.size < plan.steps.length) {
      const ready = plan.steps.filter(
        (step) => !done.has(step.id) && step.after.every((id) => done.has(id)),
      );
      const removals = ready.filter((step) => step.verb === "remove");
      for (const step of removals.length > 0 ? removals : ready.slice(0, 1)) done.add(step.id);
      const isDone = (verb: string): number =>
        plan.steps.filter((step) => step.verb === verb && done.has(step.id)).length;
      downMax = Math.max(downMax, isDone("remove") - isDone("create"));
    }
    expect(downMax).toBe(size);
  });
});
