import type { Ledger } from "../ledger/ledger.ts";
import { mebibytesDown } from "../basics/units.ts";
import type { Board } from "./board.ts";

const MILLION = 1_000_000;
const MEBIBYTE = 1_048_576;

/**
 * How far hosts are above a target. A host may carry what is at most the target in ppm of its
 * capacity, rounded down as everywhere; `over` is what it has beyond, in ppm of the capacity.
 */
export class Crowd {
  readonly board: Board;
  /** Numbers of its hosts in the ledger; everything else here goes by position in this list. */
  readonly hosts: readonly number[];
  readonly #cpuMost: Float64Array;
  readonly #memoryMost: Float64Array;
  readonly #perMillicore: Float64Array;
  readonly #perByte: Float64Array;

  constructor(board: Board, hosts: readonly number[], targetPpm: number) {
    const { ledger } = board;
    this.board = board;
    this.hosts = hosts;
    this.#cpuMost = Float64Array.from(hosts, (host) =>
      allowance(ledger.capacityCpu[host] ?? 0, targetPpm),
    );
    this.#memoryMost = Float64Array.from(
      hosts,
      (host) => allowance(mebibytesDown(ledger.capacityMemory[host] ?? 0), targetPpm) * MEBIBYTE,
    );
    this.#perMillicore = partsOf(hosts, ledger.capacityCpu);
    this.#perByte = partsOf(hosts, ledger.capacityMemory);
  }

  /** Ppm beyond the target that the host would have with so much more, both resources added up. */
  over(slot: number, millicores = 0, bytes = 0): number {
    const { ledger } = this.board;
    const host = this.hosts[slot] as number;
    const cpu = (ledger.loadCpu[host] as number) + millicores - (this.#cpuMost[slot] as number);
    const memory = (ledger.loadMemory[host] as number) + bytes - (this.#memoryMost[slot] as number);
    return (
      (cpu > 0 ? cpu * (this.#perMillicore[slot] as number) : 0) +
      (memory > 0 ? memory * (this.#perByte[slot] as number) : 0)
    );
  }

  /** True when the host is at most at the target. */
  isFine(slot: number): boolean {
    return this.over(slot) === 0;
  }
}

/** Largest amount whose part of the whole, in ppm rounded down, is at most the target. */
const allowance = (whole: number, targetPpm: number): number =>
  Math.ceil(((targetPpm + 1) * whole) / MILLION) - 1;

const partsOf = (hosts: readonly number[], capacity: Ledger["capacityCpu"]): Float64Array =>
  Float64Array.from(hosts, (host) => MILLION / (capacity[host] ?? 1));
