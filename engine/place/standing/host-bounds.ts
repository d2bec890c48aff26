import type { Amounts } from "../../model/demand.ts";
import { plainKey } from "./plain-order.ts";
import { type HostLoads, isLoadedBeyond } from "../judging/score.ts";
import { BLOCK_MAX, type BlockReader } from "./sorted-hosts.ts";

type Columns = { readonly [name in keyof HostLoads]: Float64Array };

const COLUMNS = [
  "capacityCpu",
  "capacityMemory",
  "capacityMebibytes",
  "loadCpu",
  "loadMemory",
] as const satisfies readonly (keyof HostLoads)[];

const columnsOf = (length: number): Columns => ({
  capacityCpu: new Float64Array(length),
  capacityMemory: new Float64Array(length),
  capacityMebibytes: new Float64Array(length),
  loadCpu: new Float64Array(length),
  loadMemory: new Float64Array(length),
});

/**
 * What the hosts of each block have, side by side, as they are looked at together; and for each
 * block one host that never was: as much capacity as any of the block has, and as little load as
 * any. What is not good enough for it is not good enough for any of them, and the formulas of
 * `score.ts` are asked about it as about the hosts of a ledger.
 */
export class BlockBounds implements BlockReader {
  readonly #ideal: Columns;
  /** By block: its hosts in the order of its row. */
  readonly #members: Columns[] = [];
  readonly #hosts: HostLoads;
  readonly #isEqual: (one: number, other: number) => boolean;
  /** By block: whether all its hosts are equal, once somebody asked. */
  readonly #isUniform: (boolean | undefined)[] = [];

  constructor(
    blocksMax: number,
    hosts: HostLoads,
    isEqual: (one: number, other: number) => boolean,
  ) {
    this.#ideal = columnsOf(blocksMax);
    this.#hosts = hosts;
    this.#isEqual = isEqual;
  }

  /** True where all of a block, the first so many hosts of a row, are equal to a host. */
  areEqualTo(host: number, block: number, row: Int32Array, length: number): boolean {
    const first = row[0] ?? 0;
    if (!this.#isEqual(host, first)) return false;
    const known = this.#isUniform[block];
    if (known !== undefined) return known;
    let at = 1;
    while (at < length && this.#isEqual(first, row[at] ?? 0)) at++;
    this.#isUniform[block] = at >= length;
    return at >= length;
  }

  /** No host of the block has a smaller key with that load besides its own. */
  keyOf(block: number, load: Amounts): number {
    return plainKey(block, load, this.#ideal);
  }

  /** True when every host of the block is loaded more than that with that load besides its own. */
  isBeyond(block: number, load: Amounts, ppm: number): boolean {
    return isLoadedBeyond(block, load, this.#ideal, ppm);
  }

  /** The hosts of the block in the order of its row. */
  membersOf(block: number): HostLoads {
    return (this.#members[block] ??= columnsOf(BLOCK_MAX));
  }

  read(block: number, row: Int32Array, length: number): void {
    for (const name of COLUMNS) this.#ideal[name][block] = 0;
    for (let at = 0; at < length; at++) this.#write(block, row[at] ?? 0, at);
    this.#readLoads(block, length);
  }

  renew(block: number, host: number, at: number, length: number): void {
    this.#write(block, host, at);
    this.#readLoads(block, length);
  }

  insert(block: number, host: number, at: number, length: number): void {
    const members = this.membersOf(block);
    for (const name of COLUMNS) members[name].copyWithin(at + 1, at, length - 1);
    this.renew(block, host, at, length);
  }

  /** The capacity of who has left may stay: less than the ideal is as good as before. */
  remove(block: number, at: number, length: number): void {
    const members = this.membersOf(block);
    for (const name of COLUMNS) members[name].copyWithin(at, at + 1, length + 1);
    this.#readLoads(block, length);
  }

  #write(block: number, host: number, at: number): void {
    const members = this.membersOf(block);
    for (const name of COLUMNS) members[name][at] = this.#hosts[name][host] ?? 0;
    raise(this.#ideal.capacityCpu, block, members.capacityCpu[at]);
    raise(this.#ideal.capacityMemory, block, members.capacityMemory[at]);
    raise(this.#ideal.capacityMebibytes, block, members.capacityMebibytes[at]);
  }

  #readLoads(block: number, length: number): void {
    this.#isUniform[block] = undefined;
    const { loadCpu, loadMemory } = this.membersOf(block);
    let leastCpu = Infinity;
    let leastMemory = Infinity;
    for (let at = 0; at < length; at++) {
      leastCpu = Math.min(leastCpu, loadCpu[at] ?? 0);
      leastMemory = Math.min(leastMemory, loadMemory[at] ?? 0);
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
