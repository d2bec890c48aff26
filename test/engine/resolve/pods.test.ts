import { beforeAll, describe, expect, test } from "vitest";
import type { Demand } from "../../../engine/model/demand.ts";
import type { JsonObject } from "../../../engine/model/json.ts";
import { cpuMhz, mebibytes } from "../../../engine/model/quantity.ts";
import { prepareKinds } from "../../../schemas/index.ts";
import { resolveSpecs, resolveText, specDocument } from "../../support/specs.ts";

beforeAll(() => prepareKinds());

const MI = 2 ** 20;

interface Resources {
  readonly requests?: JsonObject;
  readonly limits?: JsonObject;
}

const container = (resources: Resources, name = "c"): JsonObject => ({
  name,
  image: "nginx",
  resources: { ...resources },
});

interface Given {
  readonly containers: readonly Resources[];
  readonly init?: readonly (Resources & { readonly restartPolicy?: string })[];
  readonly spec?: JsonObject;
  readonly others?: readonly JsonObject[];
}

function demandOf({ containers, init, spec, others = [] }: Given): Demand {
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

const BOTH = { cpu: "1", memory: "1Gi" };
const EQUAL = { requests: BOTH, limits: BOTH };
const LIMIT_RANGE = {
  apiVersion: "v1",
  kind: "LimitRange",
  metadata: { name: "sizes" },
  spec: { limits: [{ type: "Container", default: BOTH, defaultRequest: BOTH }] },
};

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

/** A namespace on a Supervisor with these sizing settings; the Pod is in it. */
function onSupervisor(containers: readonly Resources[], pods: JsonObject): Demand {
  const supervisor = {
    apiVersion: "vpac.dev/v1alpha1",
    kind: "Supervisor",
    metadata: { name: "s" },
    spec: {
      pods,
      networks: { management: { segment: "m" }, workload: { provider: "nsx" } },
    },
  };
  const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "default" } };
  return demandOf({ containers, others: [supervisor, namespace] });
}

const TWO = Array.from({ length: 2 }, () => ({
  requests: { cpu: "250m", memory: "64Mi" },
  limits: { cpu: "500m", memory: "128Mi" },
}));
const MIXED: readonly Resources[] = [
  {},
  { requests: { cpu: "250m", memory: "64Mi" }, limits: { cpu: "500m", memory: "128Mi" } },
  { requests: { cpu: "2000m" }, limits: { memory: "1024Mi" } },
];
const SMALL_PADDING = { cpu: "100m", memory: "64Mi" };
const settings = (cpu: string, memory: string, sizing = "literal"): JsonObject => ({
  defaultContainer: { cpu, memory },
  padding: SMALL_PADDING,
  sizing,
});
const empty = (count: number): Resources[] => Array.from({ length: count }, () => ({}));

const sizes: readonly {
  name: string;
  containers: readonly Resources[];
  pods: JsonObject;
  size: readonly [cpu: number, memoryMib: number, vcpus: number];
}[] = [
  {
    name: "F2 row 1, S13, S14: limits above the default",
    containers: TWO,
    pods: settings("100m", "32Mi"),
    size: [1100, 320, 2],
  },
  {
    name: "F2 row 2, S13: limits below the default",
    containers: TWO,
    pods: settings("1000m", "512Mi"),
    size: [2100, 1088, 3],
  },
  {
    name: "F2 row 3, S13-S15: mixed",
    containers: MIXED,
    pods: settings("300m", "256Mi"),
    size: [2900, 1600, 3],
  },
  {
    name: "F2 row 4, S12: one BestEffort container",
    containers: empty(1),
    pods: settings("300m", "256Mi"),
    size: [400, 320, 1],
  },
  {
    name: "F2 row 4, S12: two BestEffort containers",
    containers: empty(2),
    pods: settings("300m", "256Mi"),
    size: [700, 576, 1],
  },
  {
    name: "F2 row 4, S15: five containers, one padding",
    containers: empty(5),
    pods: settings("300m", "256Mi"),
    size: [1600, 1344, 2],
  },
  {
    name: "F2 with the defaults of DEC-1, row 1",
    containers: TWO,
    pods: {},
    size: [1100, 1124, 2],
  },
  {
    name: "F2 with the defaults of DEC-1, row 3",
    containers: MIXED,
    pods: {},
    size: [2900, 2148, 3],
  },
  {
    name: "F2 with the defaults of DEC-1, one BestEffort",
    containers: empty(1),
    pods: {},
    size: [400, 612, 1],
  },
  {
    name: "F2 with the defaults of DEC-1, two BestEffort",
    containers: empty(2),
    pods: {},
    size: [700, 1124, 1],
  },
  {
    name: "F2 with the defaults of DEC-1, five BestEffort",
    containers: empty(5),
    pods: {},
    size: [1600, 2660, 2],
  },
  {
    name: "CON-2: tight lets a limit below the default win",
    containers: TWO,
    pods: settings("1000m", "512Mi", "limits"),
    size: [1100, 320, 2],
  },
];

describe("size of a vSphere Pod", () => {
  test.for(sizes)("$name", ({ containers, pods, size: [cpuMillicores, memoryMib, vcpus] }) => {
    expect(onSupervisor(containers, pods).size).toEqual({
      cpuMillicores,
      memoryBytes: memoryMib * MI,
      vcpus,
    });
  });

  test("F2, S03, S04, S18: two containers of 250m/64Mi reserve 500m/128Mi", () => {
    const { reservation } = onSupervisor(TWO, settings("100m", "32Mi"));
    expect(reservation).toEqual({ cpuMillicores: 500, memoryBytes: 128 * MI });
  });

  test("S16: a Pod without any amount still gets one vCPU", () => {
    const pods = {
      defaultContainer: { cpu: "1m", memory: "1Mi" },
      padding: { cpu: "0", memory: "0" },
    };
    expect(onSupervisor([{}], pods).size.vcpus).toBe(1);
  });

  test("S11: the size does not depend on any host", () => {
    const host = (coresPerSocket: number, memory: string): JsonObject => ({
      apiVersion: "vpac.dev/v1alpha1",
      kind: "Host",
      metadata: { name: "h" },
      spec: { cpu: { coresPerSocket }, memory },
    });
    const alone = demandOf({ containers: MIXED });
    for (const other of [host(2, "4Gi"), host(128, "4Ti")]) {
      expect(demandOf({ containers: MIXED, others: [other] })).toEqual(alone);
    }
  });

  test("S20: a LimitRange changes the size", () => {
    expect(demandOf({ containers: [{}] }).size.cpuMillicores).toBe(400);
    expect(demandOf({ containers: [{}], others: [LIMIT_RANGE] }).size.cpuMillicores).toBe(1100);
  });
});

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

describe("reservation, limit and shares", () => {
  const full = { requests: { cpu: "100m", memory: "1Gi" }, limits: { cpu: "1", memory: "2Gi" } };
  const cases: readonly {
    name: string;
    containers: readonly Resources[];
    limit: Demand["limit"];
    reserved: number;
  }[] = [
    { name: "R02: no container has a limit", containers: [{}, {}], limit: {}, reserved: 0 },
    {
      name: "R02: one of two has none, so the VM has none",
      containers: [full, {}],
      limit: {},
      reserved: 100,
    },
    {
      name: "R02: one container with limits",
      containers: [full],
      limit: { cpuMillicores: 1000, memoryBytes: 2048 * MI },
      reserved: 100,
    },
    {
      name: "R02: limits of all are summed",
      containers: [full, full],
      limit: { cpuMillicores: 2000, memoryBytes: 4096 * MI },
      reserved: 200,
    },
    {
      name: "R02: per resource, memory limited by all and CPU by one",
      containers: [full, { limits: { memory: "1Gi" } }],
      limit: { memoryBytes: 3072 * MI },
      reserved: 100,
    },
    {
      name: "R02: limits only are reserved in full",
      containers: [{ limits: BOTH }],
      limit: { cpuMillicores: 1000, memoryBytes: 1024 * MI },
      reserved: 1000,
    },
  ];
  test.for(cases)("$name", ({ containers, limit, reserved }) => {
    const demand = demandOf({ containers });
    expect(demand.limit).toEqual(limit);
    expect(demand.reservation.cpuMillicores).toBe(reserved);
    expect(demand.shares).toBe("normal");
  });

  const figures: readonly {
    name: string;
    resources: Resources;
    mhz: number;
    at: number;
    mib: number;
  }[] = [
    {
      name: "F13, R01: 500m at 2600 MHz and 128Mi",
      resources: { requests: { cpu: "500m", memory: "128Mi" } },
      at: 2600,
      mhz: 1300,
      mib: 128,
    },
    { name: "F13: Guaranteed 1 CPU/1Gi", resources: EQUAL, at: 2600, mhz: 2600, mib: 1024 },
    { name: "F13: BestEffort reserves nothing", resources: {}, at: 2600, mhz: 0, mib: 0 },
    {
      name: "F13: 333m at 2599 MHz is rounded up",
      resources: { requests: { cpu: "333m" } },
      at: 2599,
      mhz: 866,
      mib: 0,
    },
  ];
  test.for(figures)("$name", ({ resources, at, mhz, mib }) => {
    const { reservation } = demandOf({ containers: [resources] });
    expect(cpuMhz(reservation.cpuMillicores, at)).toBe(mhz);
    expect(mebibytes(reservation.memoryBytes)).toBe(mib);
  });

  test("R03: the size is larger than the reservation, the difference is for bursts", () => {
    const { size, reservation } = demandOf({ containers: TWO });
    expect(size.memoryBytes).toBeGreaterThan(reservation.memoryBytes);
  });

  test("F12, S19: a limit larger than any host is a size like any other", () => {
    const { size } = demandOf({ containers: [{ limits: { memory: "2Ti" } }] });
    expect(size.memoryBytes).toBe(2 ** 41 + 100 * MI);
  });
});

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
