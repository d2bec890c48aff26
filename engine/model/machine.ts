import type { Demand } from "./demand.ts";
import { type JsonObject, numberAt, objectAt, stringAt } from "./json.ts";

/**
 * The sized machine of a workload, as its attributes carry it under `machine`: `resolve` writes it
 * from the demand, providers build the VM from it and the simulator's hosts admit by it. All
 * amounts are integers.
 */
export interface Machine {
  readonly vcpus: number;
  readonly cpuMillicores: number;
  readonly memoryBytes: number;
  readonly reservedCpuMillicores: number;
  readonly reservedMemoryBytes: number;
  /** Memory that running the VM costs the host besides its own (row D14). */
  readonly overheadBytes: number;
  readonly runtime: "crx" | "vmx";
}

/** The `machine` member of a workload's attributes. */
export function machineAttributes(demand: Demand, runtime: Machine["runtime"]): JsonObject {
  return {
    vcpus: demand.size.vcpus,
    cpuMillicores: demand.size.cpuMillicores,
    memoryBytes: demand.size.memoryBytes,
    reservedCpuMillicores: demand.reservation.cpuMillicores,
    reservedMemoryBytes: demand.reservation.memoryBytes,
    overheadBytes: demand.overheadBytes,
    runtime,
  };
}

/** Reads the machine back; undefined when the attributes describe none. */
export function machineOf(attributes: JsonObject): Machine | undefined {
  const machine = objectAt(attributes, "machine");
  const memory = numberAt(machine, "memoryBytes");
  if (memory === undefined) return undefined;
  const vcpus = numberAt(machine, "vcpus") ?? 1;
  return {
    vcpus,
    cpuMillicores: numberAt(machine, "cpuMillicores") ?? vcpus * 1000,
    memoryBytes: memory,
    reservedCpuMillicores: numberAt(machine, "reservedCpuMillicores") ?? 0,
    reservedMemoryBytes: numberAt(machine, "reservedMemoryBytes") ?? 0,
    overheadBytes: numberAt(machine, "overheadBytes") ?? 0,
    runtime: stringAt(machine, "runtime") === "crx" ? "crx" : "vmx",
  };
}
