import { HostHeap } from "../basics/argmin-heap.ts";
import type { Ledger } from "./ledger.ts";

/** What is worked out of a host's amounts alone, so that it comes out the same for equal hosts. */
export interface Reading {
  /** Writes the number of one host into a column, at the host's place. */
  readonly write: (host: number) => void;
}

/** Where the nearest hosts go, which hosts may be among them, and a column of numbers by host. */
interface Choice {
  readonly near: Int32Array;
  readonly isOpen: (host: number) => boolean;
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
  /** By number its hosts one after the other, and 1 where they may not be in host order. */
  readonly #first: Int32Array;
  readonly #last: Int32Array;
  readonly #isMixed: Uint8Array;
  /** By host who comes before and after it among those of its number. */
  readonly #before: Int32Array;
  readonly #after: Int32Array;
  /** Numbers that hosts have, and some that none has any more. */
  #used: number[] = [];
  /** By number what the last reading wrote, and in which one. */
  readonly #read: Float64Array;
  readonly #readSince: Int32Array;
  #reading: Reading | undefined;
  #readings = 1;
  /** Numbers by what was read last. */
  readonly #order: HostHeap;

  private constructor(numbers: Int32Array, count: number) {
    const room = NUMBERS_PER_HOST * numbers.length;
    this.#numbers = numbers;
    this.#count = count;
    this.#next = new Int32Array(room);
    this.#nextSince = new Int32Array(room);
    this.#first = new Int32Array(room);
    this.#last = new Int32Array(room);
    this.#isMixed = new Uint8Array(room);
    this.#before = new Int32Array(numbers.length);
    this.#after = new Int32Array(numbers.length);
    this.#read = new Float64Array(room);
    this.#readSince = new Int32Array(room);
    this.#order = new HostHeap(room, (left, right) => left - right, this.#read);
    this.#enterAll();
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
      this.#next[before] = this.#begin();
    }
    this.#leave(host);
    this.#enter(host, this.#next[before] ?? 0);
  }

  /** A host has changed in a way of its own. */
  setApart(host: number): void {
    if (this.#count === this.#next.length) this.#countAnew();
    this.#leave(host);
    this.#enter(host, this.#begin());
  }

  /** Sees to it that a host's place in the column has what the reading writes there. */
  read(host: number, reading: Reading, column: Float64Array): void {
    this.#open(reading);
    const number = this.#numbers[host] ?? 0;
    if (this.#readSince[number] !== this.#readings) this.#note(number, host, column);
    column[host] = this.#read[number] ?? 0;
  }

  /**
   * Writes those of the open hosts into `near` that have the `count` smallest readings, the first
   * ones of equal hosts, and their readings into the column; returns how many they are. Looks at
   * one host of each number and at those that are near.
   */
  nearest({ near, isOpen, column }: Choice, reading: Reading, count: number): number {
    this.#open(reading);
    const [order, read] = [this.#order, this.#read];
    order.fill(this.#inUse(column));
    let [found, level, last] = [0, 0, NaN];
    for (let best = order.best(); best !== undefined; best = order.best()) {
      const value = read[best] ?? 0;
      if (value !== last) {
        if (found >= count) break;
        level = found;
        last = value;
      }
      const end = found + count - level;
      if (this.#isMixed[best] === 1) this.#sort(best);
      let host = this.#first[best] ?? NONE;
      for (; host !== NONE && found < end; host = this.#after[host] ?? NONE) {
        if (!isOpen(host)) continue;
        near[found++] = host;
        column[host] = value;
      }
      order.remove(best);
    }
    return found;
  }

  /** Numbers that hosts have, all of them read. */
  #inUse(column: Float64Array): readonly number[] {
    const used: number[] = [];
    for (const number of this.#used) {
      const host = this.#first[number] ?? NONE;
      if (host === NONE) continue;
      used.push(number);
      if (this.#readSince[number] !== this.#readings) this.#note(number, host, column);
    }
    this.#used = used;
    return used;
  }

  #open(reading: Reading): void {
    if (reading === this.#reading) return;
    this.#reading = reading;
    this.#readings++;
  }

  #note(number: number, host: number, column: Float64Array): void {
    this.#reading?.write(host);
    this.#read[number] = column[host] ?? 0;
    this.#readSince[number] = this.#readings;
  }

  /** A number that no host has yet. */
  #begin(): number {
    const number = this.#count++;
    this.#first[number] = NONE;
    this.#last[number] = NONE;
    this.#isMixed[number] = 0;
    this.#used.push(number);
    return number;
  }

  #enter(host: number, number: number): void {
    const last = this.#last[number] ?? NONE;
    this.#numbers[host] = number;
    this.#before[host] = last;
    this.#after[host] = NONE;
    this.#last[number] = host;
    if (last === NONE) this.#first[number] = host;
    else this.#after[last] = host;
    if (host < last) this.#isMixed[number] = 1;
  }

  #leave(host: number): void {
    const number = this.#numbers[host] ?? 0;
    const [before, after] = [this.#before[host] ?? NONE, this.#after[host] ?? NONE];
    if (before === NONE) this.#first[number] = after;
    else this.#after[before] = after;
    if (after === NONE) this.#last[number] = before;
    else this.#before[after] = before;
  }

  /** Puts the hosts of a number in host order. */
  #sort(number: number): void {
    const hosts: number[] = [];
    let host = this.#first[number] ?? NONE;
    for (; host !== NONE; host = this.#after[host] ?? NONE) hosts.push(host);
    this.#first[number] = NONE;
    this.#last[number] = NONE;
    this.#isMixed[number] = 0;
    for (const each of Int32Array.from(hosts).sort()) this.#enter(each, number);
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
    this.#enterAll();
  }

  /** Enters all hosts under the numbers that they have. */
  #enterAll(): void {
    const count = this.#count;
    this.#count = 0;
    this.#used = [];
    while (this.#count < count) this.#begin();
    this.#numbers.forEach((number, host) => {
      this.#enter(host, number);
    });
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

/** Tells of two hosts whether all their amounts are equal right now. */
export function equalityOf(amounts: Amounts): (one: number, other: number) => boolean {
  const columns = columnsOf(amounts);
  return (one, other) => isAlike(columns, one, other);
}

const isAlike = (columns: Columns, one: number, other: number): boolean =>
  columns.every((column) => column[one] === column[other]);
