import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { countOf, HELD_BACK, smallerWaves } from "../../../engine/resolve/rollout.ts";
import { prepareKinds } from "../../../schemas/index.ts";
import { resolveText } from "../../support/specs.ts";
import { controller, join, pod } from "./documents.ts";
import { at } from "./results.ts";

beforeAll(() => prepareKinds());

describe("waves", () => {
  const waves = (text: string): number[] =>
    [...resolveText(text).value.resources.values()].flatMap(({ workload }) =>
      workload === undefined ? [] : [workload.rolloutWave],
    );
  const rolling = (fields: string): string =>
    `, replicas: 4, strategy: {rollingUpdate: {${fields}}}`;
  const stateful = (fields: string): string =>
    `, replicas: 4, serviceName: s, updateStrategy: {rollingUpdate: {${fields}}}`;
  const budget = (spec: string): string =>
    `{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: b}, spec: {selector: {matchLabels: {app: web}}, ${spec}}}\n`;

  const cases = [
    {
      name: "a Deployment's standard: one down, one extra",
      text: controller("Deployment", ", replicas: 4"),
      want: [0, 0, 1, 1],
    },
    {
      name: "maxUnavailable 1 alone",
      text: controller("Deployment", rolling("maxUnavailable: 1, maxSurge: 0")),
      want: [0, 1, 2, 3],
    },
    {
      name: "maxUnavailable in percent is rounded down",
      text: controller("Deployment", rolling('maxUnavailable: "60%", maxSurge: 0')),
      want: [0, 0, 1, 1],
    },
    {
      name: "maxSurge in percent is rounded up",
      text: controller("Deployment", rolling('maxUnavailable: 0, maxSurge: "60%"')),
      want: [0, 0, 0, 1],
    },
    {
      name: "both zero counts as one",
      text: controller("Deployment", rolling('maxUnavailable: "10%", maxSurge: 0')),
      want: [0, 1, 2, 3],
    },
    {
      name: "Recreate is one wave",
      text: controller("Deployment", ", replicas: 4, strategy: {type: Recreate}"),
      want: [0, 0, 0, 0],
    },
    {
      name: "a StatefulSet goes from the highest ordinal down",
      text: controller("StatefulSet", stateful("")),
      want: [3, 2, 1, 0],
    },
    {
      name: "a partition holds the lower ordinals back",
      text: controller("StatefulSet", stateful("partition: 2")),
      want: [HELD_BACK, HELD_BACK, 1, 0],
    },
    {
      name: "a budget of minAvailable 3 allows one at a time",
      text: join(
        controller("Deployment", rolling("maxUnavailable: 3, maxSurge: 0")),
        budget("minAvailable: 3"),
      ),
      want: [0, 1, 2, 3],
    },
    {
      name: "a budget in percent",
      text: join(
        controller("Deployment", rolling("maxUnavailable: 4, maxSurge: 0")),
        budget('maxUnavailable: "50%"'),
      ),
      want: [0, 0, 1, 1],
    },
  ];
  test.for(cases)("$name", ({ text, want }) => {
    expect(waves(text)).toEqual(want);
  });

  test("a budget that allows nobody to go makes the new one come first", () => {
    const result = resolveText(
      join(
        controller("Deployment", rolling("maxUnavailable: 1, maxSurge: 0")),
        budget("minAvailable: 4"),
      ),
    );
    expect(result.value.disruption).toEqual([
      { group: "deployment/default/web", maxUnavailable: 0, maxSurge: 1, budget: 0 },
    ]);
    expect(at(result, "pod/default/web-0").rules.replaceOrder).toBe("create-first");
  });

  test("single Pods under a budget are a group of their own", () => {
    const labels = ", labels: {app: web}";
    const result = resolveText(
      join(pod("a", labels), pod("b", labels), budget("maxUnavailable: 1")),
    );
    expect(at(result, "pod/default/a").workload?.group).toBe("poddisruptionbudget/default/b");
    expect(result.value.disruption).toEqual([
      { group: "poddisruptionbudget/default/b", maxUnavailable: 1, maxSurge: 0, budget: 1 },
    ]);
  });

  test("no wave is larger than the group allows", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: HELD_BACK, max: 5 }), { maxLength: 30 }),
        fc.integer({ min: 0, max: 4 }),
        fc.integer({ min: 0, max: 4 }),
        (before, maxUnavailable, maxSurge) => {
          const after = smallerWaves(before, { group: "g/g", maxUnavailable, maxSurge });
          const batch = Math.max(1, maxUnavailable + maxSurge);
          for (const wave of new Set(after)) {
            if (wave !== HELD_BACK)
              expect(after.filter((item) => item === wave).length).toBeLessThanOrEqual(batch);
          }
          before.forEach((wave, index) =>
            expect(after[index] === HELD_BACK).toBe(wave === HELD_BACK),
          );
        },
      ),
    );
  });

  test("a share of a count is exact", () => {
    expect(countOf("25%", 10, "up")).toBe(3);
    expect(countOf("25%", 10, "down")).toBe(2);
    expect(countOf("7", 10, "down")).toBe(7);
    expect(countOf("some", 10, "down")).toBeUndefined();
  });
});
