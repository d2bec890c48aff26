import type { Ledger } from "../ledger/ledger.ts";
import { mebibytesDown, mebibytesUp, partsPerMillion } from "../basics/units.ts";

/** Squares of ppm are kept in these units, so that sums over all hosts stay whole numbers. */
export const SQUARE_UNIT = 1024;

/** CPU use of a host, in ppm of its capacity. */
export const cpuPpm = (ledger: Ledger, host: number): number =>
  partsPerMillion(ledger.loadCpu[host] ?? 0, ledger.capacityCpu[host] ?? 0);

/** Memory use of a host, in ppm of its capacity. */
export const memoryPpm = (ledger: Ledger, host: number): number =>
  partsPerMillion(
    mebibytesUp(ledger.loadMemory[host] ?? 0),
    mebibytesDown(ledger.capacityMemory[host] ?? 0),
  );

/** The fuller of its two resources. */
export const peakPpm = (ledger: Ledger, host: number): number =>
  Math.max(cpuPpm(ledger, host), memoryPpm(ledger, host));

/**
 * How uneven the hosts of one cluster are. Even is where each has the part of all load that it has
 * of all capacity; the strain of a host is the sum over both resources of its squared distance.
 */
export class Field {
  readonly ledger: Ledger;
  /** Numbers of its hosts in the ledger; everything else here goes by position in this list. */
  readonly hosts: readonly number[];
  readonly #slots: ReadonlyMap<number, number>;
  /** Distance of each host from even, in ppm of its capacity. */
  readonly cpu: Float64Array;
  readonly memory: Float64Array;
  /** Ppm that one millicore or one byte more makes, for estimates. */
  readonly perMillicore: Float64Array;
  readonly perByte: Float64Array;
  readonly #even: { readonly cpu: number; readonly memory: number };
  readonly #squares = { cpu: 0, memory: 0 };

  constructor(ledger: Ledger, hosts: readonly number[]) {
    this.ledger = ledger;
    this.hosts = hosts;
    this.#slots = new Map(hosts.map((host, slot) => [host, slot]));
    this.cpu = new Float64Array(hosts.length);
    this.memory = new Float64Array(hosts.length);
    this.perMillicore = Float64Array.from(hosts, (host) => 1e6 / (ledger.capacityCpu[host] ?? 1));
    this.perByte = Float64Array.from(hosts, (host) => 1e6 / (ledger.capacityMemory[host] ?? 1));
    const sum = (amounts: Float64Array): number =>
      hosts.reduce((total, host) => total + (amounts[host] ?? 0), 0);
    this.#even = {
      cpu: partsPerMillion(sum(ledger.loadCpu), sum(ledger.capacityCpu)),
      memory: partsPerMillion(
        mebibytesUp(sum(ledger.loadMemory)),
        mebibytesDown(sum(ledger.capacityMemory)),
      ),
    };
    for (let slot = 0; slot < hosts.length; slot++) this.renew(slot);
  }

  /** Position of a host in `hosts`; -1 when it is not one of them. */
  slotOf(host: number): number {
    return this.#slots.get(host) ?? -1;
  }

  /** Reads one host anew from the ledger. */
  renew(slot: number): void {
    const host = this.hosts[slot] as number;
    this.#squares.cpu -= square(this.cpu[slot] as number);
    this.#squares.memory -= square(this.memory[slot] as number);
    this.cpu[slot] = cpuPpm(this.ledger, host) - this.#even.cpu;
    this.memory[slot] = memoryPpm(this.ledger, host) - this.#even.memory;
    this.#squares.cpu += square(this.cpu[slot] as number);
    this.#squares.memory += square(this.memory[slot] as number);
  }

  strain(slot: number): number {
    return square(this.cpu[slot] as number) + square(this.memory[slot] as number);
  }

  /** Standard deviation of the more uneven resource. */
  get deviationPpm(): number {
    const { cpu, memory } = this.#squares;
    const mean = (Math.max(cpu, memory) * SQUARE_UNIT) / Math.max(1, this.hosts.length);
    return Math.floor(Math.sqrt(mean));
  }

  /** True when the standard deviation of both resources is at most `targetPpm`. */
  isEven(targetPpm: number): boolean {
    const most = square(targetPpm) * this.hosts.length;
    return this.#squares.cpu <= most && this.#squares.memory <= most;
  }
}

/** A squared distance in whole units of `SQUARE_UNIT`. */
export const square = (ppm: number): number => Math.floor((ppm * ppm) / SQUARE_UNIT);
