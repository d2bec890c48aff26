import { beforeAll, expect, test } from "vitest";
import { prepareKinds } from "../../../schemas/index.ts";
import { resolveText } from "../../support/specs.ts";

beforeAll(() => prepareKinds());

const GIB = 2 ** 30;
const vm = (latencySensitivity: string): string =>
  `{apiVersion: vmoperator.vmware.com/v1alpha6, kind: VirtualMachine, metadata: {name: db, namespace: shop}, spec: {className: best-effort-large, cpuAdvanced: {latencySensitivity: ${latencySensitivity}}}}`;

test.for([
  { sensitivity: "Normal", isDedicated: undefined, cpu: 0, memory: 0 },
  { sensitivity: "High", isDedicated: true, cpu: 4000, memory: 16 * GIB },
  { sensitivity: "HighWithHyperthreading", isDedicated: true, cpu: 4000, memory: 16 * GIB },
])(
  "U05: latency sensitivity $sensitivity takes CPUs alone, and reserves them, or it does not",
  ({ sensitivity, isDedicated, cpu, memory }) => {
    const { resources } = resolveText(vm(sensitivity)).value;
    const demand = resources.get("vm/shop/db")?.workload?.demand;
    expect(demand?.isDedicated).toBe(isDedicated);
    expect(demand?.reservation).toEqual({ cpuMillicores: cpu, memoryBytes: memory });
  },
);
