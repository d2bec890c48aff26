import type { Board } from "./board.ts";
import { Crowd } from "./crowd.ts";
import { peakPpm } from "./field.ts";

/** Hosts tried for a unit, the fullest that still take it first. */
const HOSTS_TRIED = 32;

/** Where what a host runs may go. */
interface Refuge {
  /** Numbers of hosts in the ledger. */
  readonly hosts: readonly number[];
  /** Most that each of them may carry afterwards. */
  readonly mostPpm: number;
  readonly movesMax: number;
}

/**
 * Empties a host, the largest units first, each to the fullest host that still takes it. All that
 * runs there has to be movable and long-lived. False: nothing has changed.
 */
export function evacuate(board: Board, host: number, refuge: Refuge): boolean {
  const units = [...(board.members[host] as readonly number[])];
  if (!mayBeEmptied(board, host, units, refuge.movesMax)) return false;
  const goals = refuge.hosts.filter((each) => each !== host);
  const crowd = new Crowd(board, goals, refuge.mostPpm);
  const mark = board.mark();
  const sizes = new Map(units.map((unit) => [unit, sizeOf(board, unit, host)]));
  units.sort((left, right) => (sizes.get(right) ?? 0) - (sizes.get(left) ?? 0) || left - right);
  const isEmpty = units.every((unit) => fullestFor(crowd, unit).some((to) => board.move(unit, to)));
  if (!isEmpty) board.rollback(mark);
  return isEmpty;
}

function mayBeEmptied(
  board: Board,
  host: number,
  units: readonly number[],
  movesMax: number,
): boolean {
  const members = units.flatMap((unit) => board.units[unit] ?? []);
  return (
    members.length === (board.ledger.workloads[host] ?? 0) &&
    members.length <= movesMax &&
    members.every(({ workload }) => workload.isBalanced === true)
  );
}

/** Ppm of the host that a unit takes, both resources added up. */
function sizeOf({ cpu, memory, ledger }: Board, unit: number, host: number): number {
  const cpuPart = (cpu[unit] as number) / (ledger.capacityCpu[host] ?? 1);
  const memoryPart = (memory[unit] as number) / (ledger.capacityMemory[host] ?? 1);
  return Math.floor(1e6 * (cpuPart + memoryPart));
}

function fullestFor(crowd: Crowd, unit: number): readonly number[] {
  const { board, hosts } = crowd;
  const cpu = board.cpu[unit] as number;
  const memory = board.memory[unit] as number;
  return hosts
    .flatMap((host, slot) =>
      crowd.over(slot, cpu, memory) === 0 && board.admits(unit, host)
        ? [{ host, peak: peakPpm(board.ledger, host) }]
        : [],
    )
    .sort((left, right) => right.peak - left.peak || left.host - right.host)
    .slice(0, HOSTS_TRIED)
    .map(({ host }) => host);
}
