import type { Amounts } from "../../model/demand.ts";
import type { HostOutlook, HostUse } from "../../model/outlook.ts";
import type { Ledger } from "../ledger/ledger.ts";

/** Use of every host as the ledger has it now, in base units. */
export function usesOf(ledger: Ledger): readonly HostUse[] {
  return ledger.hosts.map((_host, index) => ({
    reserved: amountsOf(ledger.reservedCpu[index] ?? 0, ledger.reservedMemory[index] ?? 0),
    entitled: amountsOf(ledger.entitledCpu[index] ?? 0, ledger.entitledMemory[index] ?? 0),
    active: amountsOf(
      ledger.ownMillicores(index, ledger.loadCpu[index] ?? 0),
      ledger.loadMemory[index] ?? 0,
    ),
    workloads: ledger.workloads[index] ?? 0,
  }));
}

const NOTHING: Amounts = { cpuMillicores: 0, memoryBytes: 0 };

/** Hosts on which nothing runs are many before a large plan. */
const amountsOf = (cpuMillicores: number, memoryBytes: number): Amounts =>
  cpuMillicores === 0 && memoryBytes === 0 ? NOTHING : { cpuMillicores, memoryBytes };

/** Hosts in name order, as they were and as they will be. */
export function outlooksOf(ledger: Ledger, before: readonly HostUse[]): readonly HostOutlook[] {
  return usesOf(ledger).map((after, index) => ({
    name: ledger.hosts[index]?.name ?? "",
    before: before[index] ?? after,
    after,
  }));
}
