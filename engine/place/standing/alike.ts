import type { Ledger } from "../ledger/ledger.ts";
import { partsPerMillion } from "../basics/units.ts";

/** Uses are told in steps of so many ppm, of which there are no more than that. */
const STEP_PPM = 4;
const STEPS = 2 ** 19;
const LOTS = 2 ** 13;

/**
 * A number by which hosts that are much alike come one after the other: those of one lot by how
 * much more CPU than memory they use. Where hosts lean to one side by more than a newcomer does to
 * the other, the use of one resource alone decides which of them is the best, so that of a block
 * of neighbours the least use tells exactly how good its best host is.
 */
export function leaningOf(host: number, lot: number, ledger: Ledger): number {
  const { capacityCpu, capacityMemory, loadCpu, loadMemory } = ledger;
  const cpu = stepOf(partsPerMillion(loadCpu[host] ?? 0, capacityCpu[host] ?? 0));
  const memory = stepOf(partsPerMillion(loadMemory[host] ?? 0, capacityMemory[host] ?? 0));
  return (Math.min(lot, LOTS - 1) * 2 * STEPS + (STEPS + cpu - memory)) * STEPS + cpu;
}

const stepOf = (ppm: number): number => Math.min(STEPS - 1, Math.floor(ppm / STEP_PPM));

/** Numbers of lots by host: of the open hosts those of equal capacity are one, then of the rest. */
export function lotsOf({ hosts, capacityCpu, capacityMemory }: Ledger): Int32Array {
  const first = new Map<string, number>();
  const alike = hosts.map((host, index) => {
    const name = `${capacityCpu[index]} ${capacityMemory[index]} ${String(isOpen(host))}`;
    const known = first.get(name);
    if (known === undefined) first.set(name, index);
    return known ?? index;
  });
  const sorted = [...first.values()].sort(
    (left, right) =>
      Number(isOpen(hosts[right])) - Number(isOpen(hosts[left])) ||
      (capacityCpu[left] ?? 0) - (capacityCpu[right] ?? 0) ||
      (capacityMemory[left] ?? 0) - (capacityMemory[right] ?? 0) ||
      left - right,
  );
  const numbers = new Map(sorted.map((host, number) => [host, number]));
  return Int32Array.from(alike, (host) => numbers.get(host) ?? 0);
}

/** Others take nobody or not everybody, and stay emptier. */
export const isOpen = (host: Ledger["hosts"][number] | undefined): boolean =>
  host?.connection === "connected" && !host.unschedulable && host.taints.length === 0;
