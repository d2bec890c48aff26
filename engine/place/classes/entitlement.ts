import type { Amounts, Demand } from "../../model/demand.ts";

/** Worst case before power-on: the configured size plus what running the VM costs (row D12). */
export function entitlement(demand: Demand): Amounts {
  return {
    cpuMillicores: demand.size.cpuMillicores,
    memoryBytes: demand.size.memoryBytes + demand.overheadBytes,
  };
}

/** What a host must have unreserved to take the VM: reservation plus overhead (row D13). */
export function minimumEntitlement(demand: Demand): Amounts {
  return {
    cpuMillicores: demand.reservation.cpuMillicores,
    memoryBytes: demand.reservation.memoryBytes + demand.overheadBytes,
  };
}
