import type { Amounts } from "../model/demand.ts";
import { keyOfLoad, plainKey } from "./plain-order.ts";
import { type HostLoads, loadPpmAfter } from "./score.ts";
import type { Stock } from "./supply.ts";
import { mebibytesDown, partsPerMillion } from "./units.ts";

const NOTHING: Amounts = { cpuMillicores: 0, memoryBytes: 0 };

/** Hosts leaf by leaf, as a tree has them. */
interface Leaves {
  readonly hosts: Int32Array;
  readonly startOf: (leaf: number) => number;
}

/**
 * For each node of a tree a host that never was: as much capacity as any below the node has, and
 * as little load as any. What is not good enough for it is not good enough for any of them, and
 * the formulas of `score.ts` are asked about it as about the hosts of a ledger.
 */
export class IdealHosts implements HostLoads {
  readonly capacityCpu: Float64Array;
  readonly capacityMemory: Float64Array;
  readonly capacityMebibytes: Float64Array;
  readonly loadCpu: Float64Array;
  readonly loadMemory: Float64Array;
  /** Lowest load of any in ppm: the least use of CPU and that of memory may be of two hosts. */
  readonly #loadPpm: Float64Array;
  readonly #hosts: HostLoads;

  constructor(nodes: number, hosts: HostLoads) {
    this.capacityCpu = new Float64Array(nodes);
    this.capacityMemory = new Float64Array(nodes);
    this.capacityMebibytes = new Float64Array(nodes);
    this.loadCpu = new Float64Array(nodes);
    this.loadMemory = new Float64Array(nodes);
    this.#loadPpm = new Float64Array(nodes);
    this.#hosts = hosts;
  }

  /** No host below the node has a smaller key with that load besides its own. */
  keyOf(node: number, load: Amounts): number {
    const added = Math.min(
      partsPerMillion(load.cpuMillicores, this.capacityCpu[node] ?? 0),
      partsPerMillion(mebibytesDown(load.memoryBytes), this.capacityMebibytes[node] ?? 0),
    );
    const leastPpm = (this.#loadPpm[node] ?? 0) + added;
    return Math.max(plainKey(node, load, this), keyOfLoad(leastPpm));
  }

  /** Reads a leaf with some hosts; true when it is another than before. */
  read(leaf: number, tree: Leaves): boolean {
    const { capacityCpu, capacityMemory, capacityMebibytes, loadCpu, loadMemory } = this.#hosts;
    let [cpu, memory, mebibytes] = [0, 0, 0];
    let [leastCpu, leastMemory, leastPpm] = [Infinity, Infinity, Infinity];
    const end = tree.startOf(leaf + 1);
    for (let place = tree.startOf(leaf); place < end; place++) {
      const host = tree.hosts[place] ?? 0;
      cpu = Math.max(cpu, roomOf(capacityCpu[host]));
      memory = Math.max(memory, roomOf(capacityMemory[host]));
      mebibytes = Math.max(mebibytes, roomOf(capacityMebibytes[host]));
      leastCpu = Math.min(leastCpu, loadCpu[host] ?? 0);
      leastMemory = Math.min(leastMemory, loadMemory[host] ?? 0);
      leastPpm = Math.min(leastPpm, loadPpmAfter(host, NOTHING, this.#hosts));
    }
    this.capacityCpu[leaf] = cpu;
    this.capacityMemory[leaf] = memory;
    this.capacityMebibytes[leaf] = mebibytes;
    const isNew =
      this.loadCpu[leaf] !== leastCpu ||
      this.loadMemory[leaf] !== leastMemory ||
      this.#loadPpm[leaf] !== leastPpm;
    this.loadCpu[leaf] = leastCpu;
    this.loadMemory[leaf] = leastMemory;
    this.#loadPpm[leaf] = leastPpm;
    return isNew;
  }

  /** Reads a node out of those below it; true when it is another than before. */
  join(node: number): boolean {
    joinLargest(this.capacityCpu, node);
    joinLargest(this.capacityMemory, node);
    joinLargest(this.capacityMebibytes, node);
    const isCpuNew = joinSmallest(this.loadCpu, node);
    const isMemoryNew = joinSmallest(this.loadMemory, node);
    return joinSmallest(this.#loadPpm, node) || isCpuNew || isMemoryNew;
  }
}

/** A host without any capacity is rated in a way of its own, which no bound may exceed. */
const roomOf = (capacity = 0): number => (capacity > 0 ? capacity : Infinity);

/** What the hosts below each node have free of one resource: the least and the most of any. */
export class FreeRange {
  readonly least: Float64Array;
  readonly most: Float64Array;
  /** What each host has free, leaf by leaf. */
  readonly free: Float64Array;
  readonly #stock: Stock;

  constructor(nodes: number, hostCount: number, stock: Stock) {
    this.least = new Float64Array(nodes);
    this.most = new Float64Array(nodes);
    this.free = new Float64Array(hostCount);
    this.#stock = stock;
  }

  /** Reads a leaf with some hosts; true when it is another than before. */
  read(leaf: number, tree: Leaves): boolean {
    let [least, most] = [Infinity, -Infinity];
    const end = tree.startOf(leaf + 1);
    for (let place = tree.startOf(leaf); place < end; place++) {
      const host = tree.hosts[place] ?? 0;
      const free = this.#stock.wholeOf(host) - this.#stock.takenOf(host);
      this.free[place] = free;
      least = Math.min(least, free);
      most = Math.max(most, free);
    }
    const isNew = this.least[leaf] !== least || this.most[leaf] !== most;
    this.least[leaf] = least;
    this.most[leaf] = most;
    return isNew;
  }

  /** Reads a node out of those below it; true when it is another than before. */
  join(node: number): boolean {
    const isLeastNew = joinSmallest(this.least, node);
    return joinLargest(this.most, node) || isLeastNew;
  }
}

function joinSmallest(column: Float64Array, node: number): boolean {
  const before = column[node];
  column[node] = Math.min(column[2 * node] ?? 0, column[2 * node + 1] ?? 0);
  return column[node] !== before;
}

function joinLargest(column: Float64Array, node: number): boolean {
  const before = column[node];
  column[node] = Math.max(column[2 * node] ?? 0, column[2 * node + 1] ?? 0);
  return column[node] !== before;
}
