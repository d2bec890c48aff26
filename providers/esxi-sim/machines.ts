import type { PowerState } from "../../engine/model/observation.ts";
import {
  arrayAt,
  type JsonObject,
  type JsonValue,
  member,
  objectAt,
  stringAt,
} from "../../engine/model/json.ts";
import { type Machine, machineOf } from "../../engine/model/machine.ts";
import type { SimMachine } from "./world.ts";
import { cpuMillicores, memoryBytes } from "../../engine/model/quantity.ts";

const MEBIBYTE = 2 ** 20;
/** Size of a container that states nothing, and padding once per Pod (DEC-1). */
const CONTAINER_CPU_DEFAULT = 300;
const CONTAINER_MEMORY_DEFAULT = 512 * MEBIBYTE;
const PADDING_CPU = 100;
const PADDING_MEMORY = 100 * MEBIBYTE;

/** Kinds that run as a machine on a host. */
export const isMachineKind = (kind: string): boolean => kind === "pod" || kind === "vm";

/**
 * The machine a workload asks for. `resolve` writes it into the attributes; attributes written by
 * others are sized from the containers or the hardware they state.
 */
export function machineFor(kind: string, attributes: JsonObject): SimMachine | undefined {
  if (!isMachineKind(kind)) return undefined;
  const guess = kind === "pod" ? podMachine : vmMachine;
  const runtime = kind === "pod" && !isVirtletPod(attributes) ? "crx" : "vmx";
  return { ...(machineOf(attributes) ?? guess(attributes)), runtime };
}

/** Pods that ask for a full VM instead of a CRX instance (row K07). */
export function isVirtletPod(attributes: JsonObject): boolean {
  const annotations = objectAt(attributes, "metadata", "annotations");
  return annotations["kubernetes.io/target-runtime"] === "virtlet.cloud";
}

/**
 * The power state that the attributes ask for. `resolve` writes `power` when a machine shall not
 * run; attributes written by others say it in the words of their kind.
 */
export function wishedPower(attributes: JsonObject): PowerState {
  const given = stringAt(attributes, "power");
  if (given === undefined && attributes["sizing"] !== undefined) return "on";
  const word = (given ?? stringAt(attributes, "spec", "powerState") ?? "on").toLowerCase();
  if (word === "suspended") return "suspended";
  return word === "poweredoff" || word === "off" ? "off" : "on";
}

function podMachine(attributes: JsonObject): Machine {
  let size = { cpu: PADDING_CPU, memory: PADDING_MEMORY };
  let reserved = { cpu: 0, memory: 0 };
  for (const container of arrayAt(attributes, "spec", "containers")) {
    const request = amounts(container, "requests");
    const limit = amounts(container, "limits");
    size = {
      cpu: size.cpu + Math.max(CONTAINER_CPU_DEFAULT, request.cpu, limit.cpu),
      memory: size.memory + Math.max(CONTAINER_MEMORY_DEFAULT, request.memory, limit.memory),
    };
    reserved = { cpu: reserved.cpu + request.cpu, memory: reserved.memory + request.memory };
  }
  return {
    vcpus: Math.max(1, Math.ceil(size.cpu / 1000)),
    cpuMillicores: size.cpu,
    memoryBytes: size.memory,
    reservedCpuMillicores: reserved.cpu,
    reservedMemoryBytes: reserved.memory,
    overheadBytes: 0,
  };
}

function vmMachine(attributes: JsonObject): Machine {
  const hardware = objectAt(attributes, "spec", "hardware");
  const vcpus = Number(hardware["cpus"] ?? 1);
  return {
    vcpus,
    cpuMillicores: vcpus * 1000,
    memoryBytes: memoryBytes(stringAt(hardware, "memory") ?? "1Gi") ?? 0,
    reservedCpuMillicores: 0,
    reservedMemoryBytes: 0,
    overheadBytes: 0,
  };
}

function amounts(
  container: JsonValue,
  list: "requests" | "limits",
): { readonly cpu: number; readonly memory: number } {
  const resources = objectAt(container, "resources", list);
  const read = (key: string): string | number | undefined => {
    const value = member(resources, key);
    return typeof value === "string" || typeof value === "number" ? value : undefined;
  };
  return {
    cpu: cpuMillicores(read("cpu") ?? 0) ?? 0,
    memory: memoryBytes(read("memory") ?? 0) ?? 0,
  };
}
