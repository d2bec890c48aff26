import { beforeAll, describe, expect, test } from "vitest";
import type { JsonObject } from "../../../../engine/model/json.ts";
import { prepareKinds } from "../../../../schemas/index.ts";
import { resolveText } from "../../../support/specs.ts";
import { BOTH, demandOf, EQUAL, type Given, LIMIT_RANGE } from "./demand-of.ts";

beforeAll(() => prepareKinds());

const classes: readonly (Given & { name: string; qos: string })[] = [
  { name: "F1 (1), S05: nothing set is BestEffort", containers: [{}], qos: "BestEffort" },
  { name: "F1 (2), S06: request = limit is Guaranteed", containers: [EQUAL], qos: "Guaranteed" },
  {
    name: "F1 (3), S06: limits only is Guaranteed",
    containers: [{ limits: BOTH }],
    qos: "Guaranteed",
  },
  {
    name: "F1 (4), S07: requests only is Burstable",
    containers: [{ requests: BOTH }],
    qos: "Burstable",
  },
  {
    name: "F1 (5): CPU alone bound is Burstable",
    containers: [{ requests: { cpu: "1" }, limits: { cpu: "1" } }],
    qos: "Burstable",
  },
  {
    name: "F1 (6): one bound and one empty container is Burstable",
    containers: [EQUAL, {}],
    qos: "Burstable",
  },
  {
    name: "F1 (7): request below limit is Burstable",
    containers: [{ requests: { cpu: "500m", memory: "512Mi" }, limits: BOTH }],
    qos: "Burstable",
  },
  {
    name: "F1 (8): an empty init container makes it Burstable",
    containers: [EQUAL],
    init: [{}],
    qos: "Burstable",
  },
  {
    name: "F1 (9), S20: a LimitRange with default = defaultRequest makes it Guaranteed",
    containers: [{}],
    others: [LIMIT_RANGE],
    qos: "Guaranteed",
  },
  {
    name: "amounts of zero count as not given",
    containers: [{ limits: { cpu: "0", memory: "0" } }],
    qos: "BestEffort",
  },
  {
    name: "what a Pod states as a whole decides alone",
    containers: [{ requests: { cpu: "100m" } }],
    spec: { resources: { requests: BOTH, limits: BOTH } },
    qos: "Guaranteed",
  },
];

describe("quality of service", () => {
  test.for(classes)("$name", ({ qos, ...given }) => {
    expect(demandOf(given).qos).toBe(qos);
  });

  test("S08: the class is in the attributes, so that its change shows in the diff", () => {
    const { value } = resolveText(
      "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c}]}}",
    );
    const sizing = value.resources.get("pod/default/p")?.attributes["sizing"] as JsonObject;
    expect(sizing["qos"]).toBe("BestEffort");
  });
});
