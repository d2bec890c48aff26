import type { HostOutlook, HostUse } from "../model/placement.ts";
import type { Ledger } from "./ledger.ts";

/** Use of every host as the ledger has it now, in base units. */
export function usesOf(ledger: Ledger): readonly HostUse[] {
  return ledger.hosts.map((_host, index) => ({
    reserved: {
      cpuMillicores: ledger.reservedCpu[index] ?? 0,
      memoryBytes: ledger.reservedMemory[index] ?? 0,
    },
    entitled: {
      cpuMillicores: ledger.entitledCpu[index] ?? 0,
      memoryBytes: ledger.entitledMemory[index] ?? 0,
    },
    active: {
      cpuMillicores: ledger.ownMillicores(index, ledger.loadCpu[index] ?? 0),
      memoryBytes: ledger.loadMemory[index] ?? 0,
    },
    workloads: ledger.workloads[index] ?? 0,
  }));
}

/** Hosts in name order, as they were and as they will be. */
export function outlooksOf(ledger: Ledger, before: readonly HostUse[]): readonly HostOutlook[] {
  return usesOf(ledger).map((after, index) => ({
    name: ledger.hosts[index]?.name ?? "",
    before: before[index] ?? after,
    after,
  }));
}
