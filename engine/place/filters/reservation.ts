import { cpuText, memoryText } from "../amounts.ts";
import type { Applicant } from "../applicant.ts";
import type { Ledger } from "../ledger.ts";
import { type Filter, PASS } from "./filter.ts";

const CPU = 0;
const MEMORY = 1;
const INCURABLE = 2;

/**
 * Host admission (rows D10, D13): reservation and overhead have to be unreserved on the host;
 * exactly enough is enough.
 */
export const reservation: Filter = {
  name: "HostReservation",
  origin: "vsphere",
  scope: "ledger",
  reasons: [
    { code: "cpu-unreserved", curable: true },
    { code: "mem-unreserved", curable: true },
    { code: "cpu-unreserved", curable: false },
    { code: "mem-unreserved", curable: false },
  ],
  needs: ({ workloadClass: { reserved } }, { reservations }) => [
    { wanted: reserved.cpuMillicores, from: reservations.cpu },
    { wanted: reserved.memoryBytes, from: reservations.memory },
  ],
  test: (host, applicant, ledger) => {
    for (const what of [CPU, MEMORY]) {
      const { wanted, free, allocatable } = needOf(host, applicant, ledger, what);
      if (wanted > 0 && wanted > free) return wanted > allocatable ? what + INCURABLE : what;
    }
    return PASS;
  },
  describe: (host, applicant, ledger, reason) => {
    const what = reason % INCURABLE;
    const { wanted, free } = needOf(host, applicant, ledger, what);
    const name = what === CPU ? "cpu" : "memory with overhead";
    const text = what === CPU ? cpuText : memoryText;
    return {
      message: `${name}: reserves ${text(wanted)}, unreserved ${text(Math.max(0, free))}`,
      short: wanted - Math.max(0, free),
    };
  },
};

function needOf(
  host: number,
  { workloadClass }: Applicant,
  ledger: Ledger,
  what: number,
): { readonly wanted: number; readonly allocatable: number; readonly free: number } {
  const isCpu = what === CPU;
  const allocatable = (isCpu ? ledger.allocatableCpu : ledger.allocatableMemory)[host] ?? 0;
  const taken = (isCpu ? ledger.reservedCpu : ledger.reservedMemory)[host] ?? 0;
  const { cpuMillicores, memoryBytes } = workloadClass.reserved;
  return { wanted: isCpu ? cpuMillicores : memoryBytes, allocatable, free: allocatable - taken };
}
