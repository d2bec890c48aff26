import type { Amounts } from "../model/demand.ts";
import type { JsonObject } from "../model/json.ts";
import { numberAt, objectAt } from "../model/json.ts";
import type { Document } from "./document.ts";
import type { QuantityReader, ResourceList } from "./quantities.ts";
import { EMPTY_LIST } from "./quantities.ts";

/** Size and guarantees that a VirtualMachineClass stands for. */
export interface VmClass {
  readonly name: string;
  readonly size: Amounts & { readonly vcpus: number };
  readonly requests: ResourceList;
  readonly limits: ResourceList;
}

const GIBIBYTE = 2 ** 30;
const SIZES: readonly (readonly [name: string, vcpus: number, memoryGib: number])[] = [
  ["xsmall", 2, 2],
  ["small", 2, 4],
  ["medium", 2, 8],
  ["large", 4, 16],
  ["xlarge", 4, 32],
  ["2xlarge", 8, 64],
  ["4xlarge", 16, 128],
  ["8xlarge", 32, 128],
];

function sized(vcpus: number, memoryBytes: number): VmClass["size"] {
  return { vcpus, cpuMillicores: vcpus * 1000, memoryBytes };
}

/** The 16 classes that every vCenter has: eight sizes, best-effort and guaranteed. */
export const BUILT_IN_CLASSES: ReadonlyMap<string, VmClass> = new Map(
  SIZES.flatMap(([size, vcpus, memoryGib]) => {
    const memory = memoryGib * GIBIBYTE;
    const common = { size: sized(vcpus, memory), limits: EMPTY_LIST };
    const reserved = { cpu: vcpus * 1000, memory };
    return [
      { ...common, name: `best-effort-${size}`, requests: EMPTY_LIST },
      { ...common, name: `guaranteed-${size}`, requests: reserved },
    ].map((vmClass) => [vmClass.name, vmClass] as const);
  }),
);

function readVmClass(name: string, value: JsonObject, read: QuantityReader): VmClass {
  const hardware = objectAt(value, "spec", "hardware");
  const resources = objectAt(value, "spec", "policies", "resources");
  return {
    name,
    size: sized(numberAt(hardware, "cpus") ?? 1, read.bytes(hardware["memory"]) ?? GIBIBYTE),
    requests: read.list(resources["requests"]),
    limits: read.list(resources["limits"]),
  };
}

/** Finds a class by name: the namespace's own, then one without a namespace, then built in. */
export type FindVmClass = (name: string, namespace: string) => VmClass | undefined;

export function vmClassFinder(documents: readonly Document[], read: QuantityReader): FindVmClass {
  const declared = new Map<string, VmClass>();
  for (const document of documents) {
    const { name, namespace } = document.spec;
    declared.set(`${namespace ?? ""}/${name}`, readVmClass(name, document.value, read));
  }
  return (name, namespace) =>
    declared.get(`${namespace}/${name}`) ??
    declared.get(`/${name}`) ??
    declared.get(`default/${name}`) ??
    BUILT_IN_CLASSES.get(name);
}
