import type { Mark } from "../classes/marks.ts";

/** Values below are looked up by position: numbers of domains and sums are small. */
const SMALL = 2 ** 16;
/** Room for the numbers of all other values, which are as many as hosts at most. */
const NUMBERS = 2 ** 26;

/** Numbers pairs of a number and a value in the order in which they are met. */
class Pairs {
  readonly #small: number[][] = [];
  readonly #values = new Map<number, number>();
  readonly #others = new Map<number, number>();
  #count = 0;

  numberOf(left: number, value: number): number {
    if (value >= 0 && value < SMALL && Number.isInteger(value)) {
      const row = (this.#small[left] ??= []);
      return (row[value] ??= this.#count++);
    }
    let place = this.#values.get(value);
    if (place === undefined) {
      place = this.#values.size;
      this.#values.set(value, place);
    }
    const pair = left * NUMBERS + place;
    let number = this.#others.get(pair);
    if (number === undefined) {
      number = this.#count++;
      this.#others.set(pair, number);
    }
    return number;
  }
}

/** The neighbourhoods of each value of a named mark. */
type Alike = Map<number, number[]>;

/**
 * Hosts with equal marks are neighbours. A host changes its neighbourhood when its marks do; the
 * others stay where they are.
 */
export class Neighbourhoods {
  /** Number of the neighbourhood of each host. */
  readonly of: Int32Array;
  readonly #marks: readonly Mark[];
  readonly #pairs: readonly Pairs[];
  /** Parallel to the marks; undefined for those without a name. */
  readonly #alike: readonly (Alike | undefined)[];
  /** Any host of each neighbourhood, and how the hosts of one hang together; -1 is none. */
  readonly #first: number[] = [];
  readonly #next: Int32Array;
  readonly #previous: Int32Array;

  constructor(hostCount: number, marks: readonly Mark[]) {
    this.#marks = marks.filter(
      ({ name }, index) => name === "" || marks.findIndex((mark) => mark.name === name) === index,
    );
    this.#pairs = this.#marks.map(() => new Pairs());
    this.#alike = this.#marks.map(({ name }) => (name === "" ? undefined : new Map()));
    this.of = new Int32Array(hostCount).fill(-1);
    this.#next = new Int32Array(hostCount);
    this.#previous = new Int32Array(hostCount);
  }

  /** Any host of the neighbourhood; undefined while it has none. */
  memberOf(neighbourhood: number): number | undefined {
    const first = this.#first[neighbourhood] ?? -1;
    return first < 0 ? undefined : first;
  }

  /** Reads the marks of a host and returns its neighbourhood. */
  settle(host: number): number {
    let number = 0;
    for (let index = 0; index < this.#marks.length; index++) {
      const value = this.#marks[index]?.of(host) ?? 0;
      number = this.#pairs[index]?.numberOf(number, value) ?? 0;
    }
    const before = this.of[host] ?? -1;
    if (before === number) return number;
    if (before >= 0) this.#leave(host, before);
    if (this.#first[number] === undefined) this.#found(host, number);
    this.#enter(host, number);
    return number;
  }

  /** Tells of every neighbourhood that has a named mark in common with a host. */
  forAlike(host: number, tell: (neighbourhood: number) => void): void {
    for (let index = 0; index < this.#marks.length; index++) {
      const alike = this.#alike[index];
      const known = alike?.get(this.#marks[index]?.of(host) ?? 0);
      if (known === undefined) continue;
      for (let place = 0; place < known.length; place++) tell(known[place] ?? 0);
    }
  }

  #found(host: number, neighbourhood: number): void {
    for (let index = 0; index < this.#marks.length; index++) {
      const alike = this.#alike[index];
      const value = this.#marks[index]?.of(host) ?? 0;
      const known = alike?.get(value);
      if (known === undefined) alike?.set(value, [neighbourhood]);
      else known.push(neighbourhood);
    }
  }

  #enter(host: number, neighbourhood: number): void {
    const first = this.#first[neighbourhood] ?? -1;
    this.#next[host] = first;
    this.#previous[host] = -1;
    if (first >= 0) this.#previous[first] = host;
    this.#first[neighbourhood] = host;
    this.of[host] = neighbourhood;
  }

  #leave(host: number, neighbourhood: number): void {
    const next = this.#next[host] ?? -1;
    const previous = this.#previous[host] ?? -1;
    if (next >= 0) this.#previous[next] = previous;
    if (previous >= 0) this.#next[previous] = next;
    else this.#first[neighbourhood] = next;
  }
}
