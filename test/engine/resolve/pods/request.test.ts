import { beforeAll, describe, expect, test } from "vitest";
import { prepareKinds } from "../../../../schemas/index.ts";
import { demandOf, type Given, MI } from "./demand-of.ts";

beforeAll(() => prepareKinds());

describe("effective request", () => {
  const one = { requests: { cpu: "100m", memory: "100Mi" } };
  const cases: readonly (Given & { name: string; cpu: number })[] = [
    { name: "S04: app containers are summed", containers: [one, one], cpu: 200 },
    {
      name: "S04: a larger init container wins",
      containers: [one],
      init: [{ requests: { cpu: "500m" } }],
      cpu: 500,
    },
    {
      name: "S04: a smaller init container is lost in the sum",
      containers: [one, one],
      init: [one],
      cpu: 200,
    },
    {
      name: "S04: a sidecar runs beside the app",
      containers: [one],
      init: [{ ...one, restartPolicy: "Always" }],
      cpu: 200,
    },
    {
      name: "S04: an init step counts the sidecars started before it",
      containers: [one],
      init: [{ ...one, restartPolicy: "Always" }, { requests: { cpu: "300m" } }],
      cpu: 400,
    },
    { name: "overhead is added", containers: [one], spec: { overhead: { cpu: "250m" } }, cpu: 350 },
    {
      name: "what the Pod states as a whole wins",
      containers: [one],
      spec: { resources: { requests: { cpu: "2" } } },
      cpu: 2000,
    },
    {
      name: "S06: a limit stands in for the request",
      containers: [{ limits: { cpu: "700m" } }],
      cpu: 700,
    },
  ];
  test.for(cases)("$name", ({ cpu, ...given }) => {
    expect(demandOf(given).request.cpuMillicores).toBe(cpu);
  });

  test("scores count 100m and 200 MB for a container that asked for nothing", () => {
    expect(demandOf({ containers: [{}] }).request.nonZero).toEqual({
      cpuMillicores: 100,
      memoryBytes: 200 * MI,
    });
  });

  test("extended resources are whole units", () => {
    const limits = { "nvidia.com/gpu": 2 };
    expect(demandOf({ containers: [{ limits }] }).request.extended).toEqual({
      "nvidia.com/gpu": 2,
    });
  });
});
