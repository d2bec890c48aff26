import type { PlacementWorkload } from "../../model/placement.ts";
import { HostHeap } from "../basics/argmin-heap.ts";
import type { WorkloadClass } from "../classes/classes.ts";

/** Makes the priorities of victims count from 0, as negative ones would make more look cheaper. */
const PRIORITY_BASE = 2_147_483_648;

/** A workload that may be ended. */
export interface Victim {
  readonly workload: PlacementWorkload;
  readonly workloadClass: WorkloadClass;
}

/** Whose end gives a host room. */
export interface Sacrifice {
  readonly host: number;
  readonly victims: readonly Victim[];
}

/** Hosts by how much it hurts to make room on them for one class. */
export class Ranking {
  /** Entries of the list of what was told that are known here. */
  toldBefore: number;
  readonly #victims: (readonly Victim[])[] = [];
  readonly #sums: Float64Array;
  readonly #heap: HostHeap;
  /** Priority of the most important victim. */
  readonly #highest: Float64Array;

  constructor(hostCount: number, toldBefore: number) {
    this.toldBefore = toldBefore;
    this.#sums = new Float64Array(hostCount);
    this.#highest = new Float64Array(hostCount);
    const countOf = (host: number): number => this.#victims[host]?.length ?? 0;
    const compare = (left: number, right: number): number =>
      (this.#sums[left] ?? 0) - (this.#sums[right] ?? 0) ||
      countOf(left) - countOf(right) ||
      left - right;
    this.#heap = new HostHeap(hostCount, compare, this.#highest);
  }

  /** Who has to end on a host; undefined: nobody there can help. */
  set(host: number, victims: readonly Victim[] | undefined): void {
    this.#heap.remove(host);
    if (victims === undefined) return;
    this.#victims[host] = victims;
    let highest = Number.NEGATIVE_INFINITY;
    let sum = 0;
    for (const victim of victims) {
      const priority = priorityOf(victim);
      if (priority > highest) highest = priority;
      sum += priority + PRIORITY_BASE;
    }
    this.#highest[host] = highest;
    this.#sums[host] = sum;
    this.#heap.put(host);
  }

  best(): Sacrifice | undefined {
    const host = this.#heap.best();
    return host === undefined ? undefined : { host, victims: this.#victims[host] ?? [] };
  }
}

export const priorityOf = ({ workload }: Victim): number => workload.scheduling.priority;
