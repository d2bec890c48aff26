import { beforeAll, describe, expect, test } from "vitest";
import type { JsonObject } from "../../../../engine/model/json.ts";
import { prepareKinds } from "../../../../schemas/index.ts";
import { resolveSpecs, resolveText, specDocument } from "../../../support/specs.ts";
import { container, LIMIT_RANGE, type Resources } from "./demand-of.ts";

beforeAll(() => prepareKinds());

describe("LimitRange", () => {
  const pod = (resources: Resources): JsonObject => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p" },
    spec: { containers: [container(resources)] },
  });
  const range = (item: JsonObject): JsonObject => ({
    apiVersion: "v1",
    kind: "LimitRange",
    metadata: { name: "sizes" },
    spec: { limits: [{ type: "Container", ...item }] },
  });
  const cases: readonly { name: string; resources: Resources; item: JsonObject; says: string }[] = [
    {
      name: "S20: above max",
      resources: { limits: { memory: "9Gi" } },
      item: { max: { memory: "8Gi" } },
      says: "9Gi, more than the maximum 8Gi",
    },
    {
      name: "S20: below min",
      resources: { requests: { cpu: "10m" } },
      item: { min: { cpu: "50m" } },
      says: "10m, less than the minimum 50m",
    },
    {
      name: "S20: limit too far above the request",
      resources: { requests: { cpu: "100m" }, limits: { cpu: "1" } },
      item: { maxLimitRequestRatio: { cpu: "4" } },
      says: "more than 4 times its request",
    },
    {
      name: "S20: a request above the limit that was filled in",
      resources: { requests: { cpu: "2" } },
      item: { default: { cpu: "1" } },
      says: "requests 2 cpu, more than its limit of 1",
    },
    {
      name: "S20: of the Pod as a whole",
      resources: { limits: { cpu: "3" } },
      item: { type: "Pod", max: { cpu: "2" } },
      says: "The Pod as a whole has cpu 3",
    },
  ];
  test.for(cases)("$name", ({ resources, item, says }) => {
    const specs = [pod(resources), range(item)].map((value, index) => specDocument(value, index));
    const { diagnostics } = resolveSpecs(specs);
    expect(diagnostics.map(({ code }) => code)).toContain("VP2006");
    expect(diagnostics.map(({ detail }) => detail).join(" ")).toContain(says);
    expect(diagnostics[0]?.source).toMatchObject({ document: 0, pointer: "/spec/containers" });
  });

  test("S20: filled-in amounts are part of what the provider holds", () => {
    const specs = [pod({}), LIMIT_RANGE].map((value, index) => specDocument(value, index));
    const { value } = resolveSpecs(specs);
    expect(value.resources.get("pod/default/p")?.attributes["spec"]).toMatchObject({
      containers: [{ resources: { requests: { cpu: "1", memory: "1Gi" } } }],
    });
  });

  test("S20, N12: defaults of the SupervisorNamespace fill what no LimitRange does", () => {
    const { value } = resolveText(`
apiVersion: vpac.dev/v1alpha1
kind: SupervisorNamespace
metadata: {name: default}
spec: {containerDefaults: {request: {cpu: 150m}, limit: {cpu: 600m}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c}]}}`);
    const demand = value.resources.get("pod/default/p")?.workload?.demand;
    expect(demand?.qos).toBe("Burstable");
    expect(demand?.request.cpuMillicores).toBe(150);
    expect(demand?.size.cpuMillicores).toBe(700);
  });
});
