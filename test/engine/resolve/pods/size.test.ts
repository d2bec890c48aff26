import { beforeAll, describe, expect, test } from "vitest";
import type { Demand } from "../../../../engine/model/demand.ts";
import type { JsonObject } from "../../../../engine/model/json.ts";
import { prepareKinds } from "../../../../schemas/index.ts";
import { demandOf, LIMIT_RANGE, MI, type Resources, TWO } from "./demand-of.ts";

beforeAll(() => prepareKinds());

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
