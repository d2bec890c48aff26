import { expect } from "vitest";
import type { Demand } from "../../../../engine/model/demand.ts";
import type { JsonObject } from "../../../../engine/model/json.ts";
import { resolveSpecs, specDocument } from "../../../support/specs.ts";

export const MI = 2 ** 20;

export interface Resources {
  readonly requests?: JsonObject;
  readonly limits?: JsonObject;
}

export const container = (resources: Resources, name = "c"): JsonObject => ({
  name,
  image: "nginx",
  resources: { ...resources },
});

export interface Given {
  readonly containers: readonly Resources[];
  readonly init?: readonly (Resources & { readonly restartPolicy?: string })[];
  readonly spec?: JsonObject;
  readonly others?: readonly JsonObject[];
}

export function demandOf({ containers, init, spec, others = [] }: Given): Demand {
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p" },
    spec: {
      containers: containers.map((item, index) => container(item, `c${index}`)),
      ...(init === undefined
        ? {}
        : {
            initContainers: init.map(({ restartPolicy, ...item }, index) => ({
              ...container(item, `i${index}`),
              ...(restartPolicy === undefined ? {} : { restartPolicy }),
            })),
          }),
      ...spec,
    },
  };
  const { value, diagnostics } = resolveSpecs(
    [pod, ...others].map((item, index) => specDocument(item, index)),
  );
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const demand = value.resources.get("pod/default/p")?.workload?.demand;
  if (demand === undefined) throw new Error("the Pod has no demand");
  return demand;
}

export const BOTH = { cpu: "1", memory: "1Gi" };

export const EQUAL = { requests: BOTH, limits: BOTH };

export const LIMIT_RANGE = {
  apiVersion: "v1",
  kind: "LimitRange",
  metadata: { name: "sizes" },
  spec: { limits: [{ type: "Container", default: BOTH, defaultRequest: BOTH }] },
};

export const TWO = Array.from({ length: 2 }, () => ({
  requests: { cpu: "250m", memory: "64Mi" },
  limits: { cpu: "500m", memory: "128Mi" },
}));
