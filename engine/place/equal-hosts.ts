import { HostHeap } from "./argmin-heap.ts";
import type { Ledger } from "./ledger.ts";

/** What is worked out of a host's amounts alone, so that it comes out the same for equal hosts. */
export interface Reading {
  /** Writes the number of one host into a column, at the host's place. */
  readonly write: (host: number) => void;
}

/** Hosts to choose from, where those go that are near, and a column of numbers by host. */
interface Lot {
  readonly hosts: Int32Array;
  readonly near: Int32Array;
  readonly column: Float64Array;
}

/** What loads and scores are worked out of, by host; what else a host takes follows from it. */
type Amounts = Pick<
  Ledger,
  | "capacityCpu"
  | "capacityMemory"
  | "loadCpu"
  | "loadMemory"
  | "allocatableCpu"
  | "allocatableMemory"
  | "requestedCpu"
  | "requestedMemory"
  | "nonZeroCpu"
  | "nonZeroMemory"
>;

type Columns = readonly Float64Array[];

/** Numbers that are given out before those in use are counted anew, for each host. */
const NUMBERS_PER_HOST = 4;

/** Of fewer hosts each soon differs from all others. */
const HOSTS_MIN = 256;

const NONE = -1;

/**
 * Tells which hosts have equal amounts: such hosts have one number. Hosts of one kind stay equal
 * as long as the same comes and goes, so that a batch of alike workloads leaves few numbers, and
 * what follows from the amounts is worked out once for all hosts of a number.
 */
export class EqualHosts {
  readonly #numbers: Int32Array;
  #count: number;
  /** What becomes of the hosts of a number by the change that is under way, since which turn. */
  readonly #next: Int32Array;
  readonly #nextSince: Int32Array;
  #change = 0;
  #turn = 1;
  /** By number what the last reading wrote, and in which one. */
  readonly #read: Float64Array;
  readonly #readSince: Int32Array;
  /** How many of some hosts have a number, and how many of these are near. */
  readonly #sizes: Int32Array;
  readonly #rooms: Int32Array;
  /** Numbers by what was read last. */
  readonly #order: HostHeap;
  #reading: Reading | undefined;
  #readings = 1;

  private constructor(numbers: Int32Array, count: number) {
    const room = NUMBERS_PER_HOST * numbers.length;
    this.#numbers = numbers;
    this.#count = count;
    this.#next = new Int32Array(room);
    this.#nextSince = new Int32Array(room);
    this.#read = new Float64Array(room);
    this.#readSince = new Int32Array(room);
    this.#sizes = new Int32Array(room);
    this.#rooms = new Int32Array(room);
    this.#order = new HostHeap(room, (left, right) => left - right, this.#read);
  }

  /** Undefined where most hosts differ: nothing would be shared. */
  static among(amounts: Amounts): EqualHosts | undefined {
    if (amounts.loadCpu.length < HOSTS_MIN) return undefined;
    const columns = columnsOf(amounts);
    const numbers = new Int32Array(amounts.loadCpu.length);
    const firstOf = new Map<number, number>();
    let count = 0;
    for (let host = 0; host < numbers.length; host++) {
      const sum = sumOf(columns, host);
      const first = firstOf.get(sum);
      if (first === undefined) firstOf.set(sum, host);
      const isEqual = first !== undefined && isAlike(columns, first, host);
      numbers[host] = isEqual ? (numbers[first] ?? 0) : count++;
      if (2 * count > numbers.length) return undefined;
    }
    return new EqualHosts(numbers, count);
  }

  /** Follows a change of one host; what is called by the same number changes equal hosts alike. */
  follow(host: number, change: number): void {
    if (change !== this.#change) {
      this.#change = change;
      this.#turn++;
    }
    if (this.#count === this.#next.length) this.#countAnew();
    const before = this.#numbers[host] ?? 0;
    if (this.#nextSince[before] !== this.#turn) {
      this.#nextSince[before] = this.#turn;
      this.#next[before] = this.#count++;
    }
    this.#numbers[host] = this.#next[before] ?? 0;
  }

  /** A host has changed in a way of its own. */
  setApart(host: number): void {
    if (this.#count === this.#next.length) this.#countAnew();
    this.#numbers[host] = this.#count++;
  }

  /** Sees to it that a host's place in the column has what the reading writes there. */
  read(host: number, reading: Reading, column: Float64Array): void {
    this.#begin(reading);
    const number = this.#numbers[host] ?? 0;
    if (this.#readSince[number] !== this.#readings) this.#note(number, host, column);
    column[host] = this.#read[number] ?? 0;
  }

  /**
   * Writes those of some hosts into `near` that have the `count` smallest readings, the first ones
   * of equal hosts, and their readings into the column; returns how many they are.
   */
  nearest({ hosts, near, column }: Lot, reading: Reading, count: number): number {
    if (2 * count >= hosts.length) {
      near.set(hosts);
      for (let index = 0; index < hosts.length; index++) {
        this.read(hosts[index] ?? 0, reading, column);
      }
      return hosts.length;
    }
    this.#reading = reading;
    this.#readings++;
    this.#limit(this.#countBy(hosts, column), count);
    const [numbers, rooms, read] = [this.#numbers, this.#rooms, this.#read];
    let found = 0;
    for (let index = 0; index < hosts.length; index++) {
      const host = hosts[index] ?? 0;
      const number = numbers[host] ?? 0;
      const room = rooms[number] ?? 0;
      if (room === 0) continue;
      rooms[number] = room - 1;
      near[found++] = host;
      column[host] = read[number] ?? 0;
    }
    return found;
  }

  /** Counts hosts by number, and returns the numbers. */
  #countBy(hosts: Int32Array, column: Float64Array): readonly number[] {
    const [numbers, sizes, readSince] = [this.#numbers, this.#sizes, this.#readSince];
    const seen: number[] = [];
    for (let index = 0; index < hosts.length; index++) {
      const host = hosts[index] ?? 0;
      const number = numbers[host] ?? 0;
      if (readSince[number] !== this.#readings) {
        this.#note(number, host, column);
        seen.push(number);
        sizes[number] = 0;
        this.#rooms[number] = 0;
      }
      sizes[number] = (sizes[number] ?? 0) + 1;
    }
    return seen;
  }

  /** Makes room for as many hosts of each number as may be among the nearest. */
  #limit(seen: readonly number[], count: number): void {
    const [order, read] = [this.#order, this.#read];
    order.fill(seen);
    let left = count;
    let equals = 0;
    let last: number | undefined;
    for (let best = order.best(); best !== undefined && left > 0; best = order.best()) {
      if (read[best] !== last) {
        left -= equals;
        equals = 0;
        last = read[best];
      }
      const room = Math.min(Math.max(0, left), this.#sizes[best] ?? 0);
      this.#rooms[best] = room;
      equals += room;
      order.remove(best);
    }
  }

  #begin(reading: Reading): void {
    if (reading === this.#reading) return;
    this.#reading = reading;
    this.#readings++;
  }

  #note(number: number, host: number, column: Float64Array): void {
    this.#reading?.write(host);
    this.#read[number] = column[host] ?? 0;
    this.#readSince[number] = this.#readings;
  }

  /** Gives the numbers that no host has any more out again. */
  #countAnew(): void {
    const renumbered = new Int32Array(this.#count).fill(NONE);
    this.#count = 0;
    this.#numbers.forEach((number, host) => {
      if (renumbered[number] === NONE) renumbered[number] = this.#count++;
      this.#numbers[host] = renumbered[number] ?? 0;
    });
    this.#turn++;
    this.#readings++;
  }
}

const columnsOf = (amounts: Amounts): Columns => [
  amounts.capacityCpu,
  amounts.capacityMemory,
  amounts.loadCpu,
  amounts.loadMemory,
  amounts.allocatableCpu,
  amounts.allocatableMemory,
  amounts.requestedCpu,
  amounts.requestedMemory,
  amounts.nonZeroCpu,
  amounts.nonZeroMemory,
];

/** Equal hosts have equal sums. */
function sumOf(columns: Columns, host: number): number {
  let sum = 0;
  for (const column of columns) sum = 31 * sum + (column[host] ?? 0);
  return sum;
}

const isAlike = (columns: Columns, one: number, other: number): boolean =>
  columns.every((column) => column[one] === column[other]);
