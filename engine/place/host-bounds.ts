import type { Amounts } from "../model/demand.ts";
import { plainKey } from "./plain-order.ts";
import { type HostLoads, isLoadedBeyond } from "./score.ts";
import type { BlockReader } from "./sorted-hosts.ts";

type Columns = { readonly [name in keyof HostLoads]: Float64Array };

const columnsOf = (length: number): Columns => ({
  capacityCpu: new Float64Array(length),
  capacityMemory: new Float64Array(length),
  capacityMebibytes: new Float64Array(length),
  loadCpu: new Float64Array(length),
  loadMemory: new Float64Array(length),
});

/**
 * For each block of hosts one that never was: as much capacity as any of the block has, and as
 * little load as any. What is not good enough for it is not good enough for any of them, and the
 * formulas of `score.ts` are asked about it as about the hosts of a ledger.
 */
export class IdealHosts implements BlockReader {
  readonly #ideal: Columns;
  readonly #hosts: HostLoads;

  constructor(blocksMax: number, hosts: HostLoads) {
    this.#ideal = columnsOf(blocksMax);
    this.#hosts = hosts;
  }

  /** No host of the block has a smaller key with that load besides its own. */
  keyOf(block: number, load: Amounts): number {
    return plainKey(block, load, this.#ideal);
  }

  /** True when every host of the block is loaded more than that with that load besides its own. */
  isBeyond(block: number, load: Amounts, ppm: number): boolean {
    return isLoadedBeyond(block, load, this.#ideal, ppm);
  }

  read(block: number, row: Int32Array, length: number): void {
    const ideal = this.#ideal;
    ideal.capacityCpu[block] = 0;
    ideal.capacityMemory[block] = 0;
    ideal.capacityMebibytes[block] = 0;
    ideal.loadCpu[block] = Infinity;
    ideal.loadMemory[block] = Infinity;
    for (let at = 0; at < length; at++) this.add(block, row[at] ?? 0);
  }

  add(block: number, host: number): void {
    const { capacityCpu, capacityMemory, capacityMebibytes, loadCpu, loadMemory } = this.#hosts;
    const ideal = this.#ideal;
    raise(ideal.capacityCpu, block, capacityCpu[host]);
    raise(ideal.capacityMemory, block, capacityMemory[host]);
    raise(ideal.capacityMebibytes, block, capacityMebibytes[host]);
    ideal.loadCpu[block] = Math.min(ideal.loadCpu[block] ?? 0, loadCpu[host] ?? 0);
    ideal.loadMemory[block] = Math.min(ideal.loadMemory[block] ?? 0, loadMemory[host] ?? 0);
  }

  /** The capacity of who has left may stay: less than the ideal is as good as before. */
  readLoads(block: number, row: Int32Array, length: number): void {
    const { loadCpu, loadMemory } = this.#hosts;
    let leastCpu = Infinity;
    let leastMemory = Infinity;
    for (let at = 0; at < length; at++) {
      const host = row[at] ?? 0;
      leastCpu = Math.min(leastCpu, loadCpu[host] ?? 0);
      leastMemory = Math.min(leastMemory, loadMemory[host] ?? 0);
    }
    this.#ideal.loadCpu[block] = leastCpu;
    this.#ideal.loadMemory[block] = leastMemory;
  }
}

/** A host without any capacity is rated in a way of its own, which no bound may exceed. */
function raise(column: Float64Array, block: number, capacity = 0): void {
  const room = capacity > 0 ? capacity : Infinity;
  if (room > (column[block] ?? 0)) column[block] = room;
}
