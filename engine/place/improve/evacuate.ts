import type { Board } from "./board.ts";
import { Crowd } from "./crowd.ts";
import { peakPpm } from "./field.ts";
import type { Member } from "./movers.ts";

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

/** What keeps a host from being emptied. */
export interface Held {
  /** Something may not move, the moves are too many, or something finds no other host. */
  readonly code: "immovable" | "moves-max" | "no-refuge";
  /** One of those that stay, where it is known. */
  readonly key?: string;
}

/**
 * Empties a host, the largest units first, each to the fullest host that still takes it. All that
 * runs there has to be movable and long-lived. Out: undefined once it is empty, else nothing has
 * changed.
 */
export function evacuate(board: Board, host: number, refuge: Refuge): Held | undefined {
  const units = [...(board.members[host] as readonly number[])];
  const held = heldBefore(board, host, units, refuge.movesMax);
  if (held !== undefined) return held;
  const goals = refuge.hosts.filter((each) => each !== host);
  const crowd = new Crowd(board, goals, refuge.mostPpm);
  const mark = board.mark();
  const sizes = new Map(units.map((unit) => [unit, sizeOf(board, unit, host)]));
  units.sort((left, right) => (sizes.get(right) ?? 0) - (sizes.get(left) ?? 0) || left - right);
  const stays = units.find((unit) => !fullestFor(crowd, unit).some((to) => board.move(unit, to)));
  if (stays === undefined) return undefined;
  board.rollback(mark);
  return { code: "no-refuge", ...keyOf(board.units[stays]?.[0]) };
}

function heldBefore(
  board: Board,
  host: number,
  units: readonly number[],
  movesMax: number,
): Held | undefined {
  const members = units.flatMap((unit) => board.units[unit] ?? []);
  const stays = members.find(({ workload }) => workload.isBalanced !== true);
  const isFixed = members.length !== (board.ledger.workloads[host] ?? 0);
  if (stays !== undefined || isFixed) return { code: "immovable", ...keyOf(stays) };
  return members.length > movesMax ? { code: "moves-max" } : undefined;
}

const keyOf = (member: Member | undefined): Pick<Held, "key"> =>
  member === undefined ? {} : { key: member.workload.key };

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
