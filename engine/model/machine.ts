import { type JsonObject, numberAt, objectAt } from "./json.ts";

/** The size of a workload's machine. All amounts are integers. */
export interface Machine {
  readonly vcpus: number;
  readonly cpuMillicores: number;
  readonly memoryBytes: number;
  readonly reservedCpuMillicores: number;
  readonly reservedMemoryBytes: number;
  /** Memory that running the VM costs the host besides its own (row D14). */
  readonly overheadBytes: number;
}

/**
 * The machine that `resolve` wrote into a workload's attributes under `sizing`: providers build the
 * VM from it and the simulator's hosts admit by it. Undefined when there is none.
 */
export function machineOf(attributes: JsonObject): Machine | undefined {
  const sizing = objectAt(attributes, "sizing");
  const memory = numberAt(sizing, "memoryBytes");
  if (memory === undefined) return undefined;
  const vcpus = numberAt(sizing, "vcpus") ?? 1;
  return {
    vcpus,
    cpuMillicores: numberAt(sizing, "cpuMillicores") ?? vcpus * 1000,
    memoryBytes: memory,
    reservedCpuMillicores: numberAt(sizing, "reservation", "cpuMillicores") ?? 0,
    reservedMemoryBytes: numberAt(sizing, "reservation", "memoryBytes") ?? 0,
    overheadBytes: numberAt(sizing, "overheadBytes") ?? 0,
  };
}
