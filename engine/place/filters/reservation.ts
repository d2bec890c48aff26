import { cpuText, memoryFree, memoryWanted } from "../basics/amounts.ts";
import type { Applicant } from "../classes/applicant.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Supply } from "../ledger/supply.ts";
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
  test: (host, { workloadClass: { reserved } }, { reservations: { cpu, memory } }) => {
    if (isLacking(host, reserved.cpuMillicores, cpu)) {
      return reserved.cpuMillicores > (cpu.whole[host] ?? 0) ? CPU + INCURABLE : CPU;
    }
    if (!isLacking(host, reserved.memoryBytes, memory)) return PASS;
    return reserved.memoryBytes > (memory.whole[host] ?? 0) ? MEMORY + INCURABLE : MEMORY;
  },
  describe: (host, applicant, ledger, reason) => {
    const what = reason % INCURABLE;
    const { wanted, free } = needOf(host, applicant, ledger, what);
    const name = what === CPU ? "cpu" : "memory with overhead";
    const [asked, left] = what === CPU ? [cpuText, cpuText] : [memoryWanted, memoryFree];
    return {
      message: `${name}: reserves ${asked(wanted)}, unreserved ${left(Math.max(0, free))}`,
      short: wanted - Math.max(0, free),
    };
  },
};

const isLacking = (host: number, wanted: number, supply: Supply): boolean =>
  wanted > 0 && !supply.has(host, wanted);

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
