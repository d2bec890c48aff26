import { compareText } from "../../model/canonical.ts";
import type { PlacementWorkload } from "../../model/placement.ts";
import type { ClassTable } from "../classes/classes.ts";
import { OnDemandList } from "../basics/on-demand-list.ts";
import type { Batch, Pending } from "./order.ts";

/** Workloads in key order, among which some wait. */
export interface Crowd {
  readonly workloads: readonly PlacementWorkload[];
  /** Number of the class of each. */
  readonly classIds: Int32Array;
  readonly classes: Pick<ClassTable, "at">;
  /** What is known of one that waits. */
  readonly pendingAt: (place: number, workload: PlacementWorkload) => Pending;
  /** True when none of those that wait has a host, or one to stay on. */
  readonly areNewcomers: boolean;
  /** True when some start together or not at all. */
  readonly hasGangs: boolean;
}

/**
 * Who waits for a host, in key order. There may be a million newcomers, most of which differ from
 * others in nothing but their key: nothing is kept of them but their places in a crowd.
 */
export class Waiting extends OnDemandList<Pending> {
  readonly length: number;
  readonly #crowd: Crowd;
  /** Places in the crowd, of which those from one on are meant. */
  readonly #places: Int32Array;
  readonly #from: number;

  constructor(crowd: Crowd, places: Int32Array, from = 0, end: number = places.length) {
    super();
    this.length = end - from;
    this.#crowd = crowd;
    this.#places = places;
    this.#from = from;
  }

  /** Some of whom each is known already. */
  static of(pending: readonly Pending[], classes: Crowd["classes"]): Waiting {
    const sorted = pending.toSorted((left, right) =>
      compareText(left.workload.key, right.workload.key),
    );
    const crowd: Crowd = {
      workloads: sorted.map(({ workload }) => workload),
      classIds: Int32Array.from(sorted, ({ workloadClass }) => workloadClass.id),
      classes,
      pendingAt: (place) => present(sorted[place]),
      areNewcomers: sorted.every(
        ({ seat, mayStay }) => seat === undefined && mayStay === undefined,
      ),
      hasGangs: sorted.some(({ workload }) => workload.gang !== undefined),
    };
    return new Waiting(crowd, Int32Array.from(sorted.keys()));
  }

  get areNewcomers(): boolean {
    return this.#crowd.areNewcomers;
  }

  get hasGangs(): boolean {
    return this.#crowd.hasGangs;
  }

  workload(index: number): PlacementWorkload {
    return present(this.#crowd.workloads[this.#placeOf(index)]);
  }

  /** Those from one of them on. */
  rest(from: number): Waiting {
    return new Waiting(this.#crowd, this.#places, this.#from + from, this.#from + this.length);
  }

  /** A batch for each class, by the numbers of the classes. */
  byClass(): readonly Batch[] {
    const { classIds } = this.#crowd;
    const { lowest, ends } = this.#endsByClass();
    const sorted = new Int32Array(this.length);
    // From the last one on, each class is filled from its end, and then ends tell where it starts.
    for (let index = this.length - 1; index >= 0; index--) {
      const place = this.#placeOf(index);
      const number = (classIds[place] ?? 0) - lowest;
      const end = (ends[number] ?? 0) - 1;
      sorted[end] = place;
      ends[number] = end;
    }
    const batches: Batch[] = [];
    ends.forEach((start, number) => {
      const end = ends[number + 1] ?? this.length;
      if (start < end) batches.push(this.#batchOf(sorted, start, end));
    });
    return batches;
  }

  /** These and others of the same crowd, in batches of one class that follow each other. */
  inTurnsWith(others: readonly Waiting[]): readonly Batch[] {
    const { classIds } = this.#crowd;
    const lots = [this, ...others];
    const sorted = new Int32Array(lots.reduce((sum, { length }) => sum + length, 0));
    let end = 0;
    for (const lot of lots) {
      for (let index = 0; index < lot.length; index++) sorted[end++] = lot.#placeOf(index);
    }
    sorted.sort();
    const batches: Batch[] = [];
    let start = 0;
    for (let index = 1; index <= sorted.length; index++) {
      const isSame = classIds[sorted[index] ?? -1] === classIds[sorted[start] ?? -1];
      if (isSame) continue;
      batches.push(this.#batchOf(sorted, start, index));
      start = index;
    }
    return batches;
  }

  protected make(index: number): Pending {
    return this.#crowd.pendingAt(this.#placeOf(index), this.workload(index));
  }

  #placeOf(index: number): number {
    return this.#places[this.#from + index] ?? 0;
  }

  /** Where the members of each class, from the lowest number on, end when they are sorted. */
  #endsByClass(): { readonly lowest: number; readonly ends: Int32Array } {
    const { classIds } = this.#crowd;
    let [lowest, highest] = [Number.MAX_SAFE_INTEGER, -1];
    for (let index = 0; index < this.length; index++) {
      const id = classIds[this.#placeOf(index)] ?? 0;
      if (id < lowest) lowest = id;
      if (id > highest) highest = id;
    }
    const ends = new Int32Array(Math.max(0, highest - lowest + 1));
    for (let index = 0; index < this.length; index++) {
      const number = (classIds[this.#placeOf(index)] ?? 0) - lowest;
      ends[number] = (ends[number] ?? 0) + 1;
    }
    for (let number = 1; number < ends.length; number++) {
      ends[number] = (ends[number] ?? 0) + (ends[number - 1] ?? 0);
    }
    return { lowest, ends };
  }

  #batchOf(places: Int32Array, start: number, end: number): Batch {
    const { classIds, classes } = this.#crowd;
    const workloadClass = classes.at(classIds[places[start] ?? 0] ?? 0);
    return { workloadClass, members: new Waiting(this.#crowd, places, start, end) };
  }
}

function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error("nobody waits there");
  return value;
}
