import { cpuText, memoryText } from "../basics/amounts.ts";
import type { Amounts } from "../../model/demand.ts";
import type { Host } from "../../model/host.ts";
import type { WorkloadClass } from "../classes/classes.ts";
import { type Filter, PASS } from "./filter.ts";

const CPU = 0;
const MEMORY = 1;

/** The largest amounts a workload may use: its size, or a limit above it (row S19). */
export function ceilingOf(workloadClass: WorkloadClass): Amounts {
  const { size, limit } = workloadClass.sample.demand;
  return {
    cpuMillicores: Math.max(size.cpuMillicores, limit.cpuMillicores ?? 0),
    memoryBytes: Math.max(size.memoryBytes, limit.memoryBytes ?? 0),
  };
}

/** A VM larger than the machine itself can be registered but not started (rows S19, F12). */
export const size: Filter = {
  name: "HostSize",
  origin: "vsphere",
  // Sizes differ between classes that share all other host terms, so it is asked anew like fit.
  scope: "ledger",
  reasons: [
    { code: "size-exceeds-host", curable: false },
    { code: "size-exceeds-host", curable: false },
  ],
  needs: ({ workloadClass }, ledger) => {
    const ceiling = ceilingOf(workloadClass);
    return [
      { wanted: ceiling.cpuMillicores, from: ledger.machine.cpu },
      { wanted: ceiling.memoryBytes, from: ledger.machine.memory },
    ];
  },
  test: (host, { workloadClass }, ledger) => excessOf(ledger.hosts[host], workloadClass).what,
  describe: (host, { workloadClass }, ledger) => {
    const { what, short } = excessOf(ledger.hosts[host], workloadClass);
    const amount = what === CPU ? `${cpuText(short)} CPU` : `${memoryText(short)} memory`;
    return { message: `size or limit is ${amount} above the whole host`, short };
  },
};

function excessOf(
  host: Host | undefined,
  workloadClass: WorkloadClass,
): { readonly what: number; readonly short: number } {
  const ceiling = ceilingOf(workloadClass);
  const cpuShort = ceiling.cpuMillicores - (host?.capacity.cpuMillicores ?? 0);
  const memoryShort = ceiling.memoryBytes - (host?.capacity.memoryBytes ?? 0);
  if (memoryShort > 0) return { what: MEMORY, short: memoryShort };
  return cpuShort > 0 ? { what: CPU, short: cpuShort } : { what: PASS, short: 0 };
}
