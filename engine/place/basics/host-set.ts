const BITS = 32;

/** Some of the hosts of a ledger, a bit for each; it is walked in host order. */
export class HostSet {
  readonly #words: Int32Array;

  constructor(words: Int32Array) {
    this.#words = words;
  }

  static of(hostCount: number): HostSet {
    return new HostSet(new Int32Array(Math.ceil(hostCount / BITS)));
  }

  copy(): HostSet {
    return new HostSet(this.#words.slice());
  }

  /** Becomes the same as another one. */
  become(other: HostSet): void {
    this.#words.set(other.#words);
  }

  clear(): void {
    this.#words.fill(0);
  }

  has(host: number): boolean {
    return (((this.#words[host >> 5] ?? 0) >>> (host & 31)) & 1) === 1;
  }

  add(host: number): void {
    const index = host >> 5;
    this.#words[index] = (this.#words[index] ?? 0) | (1 << (host & 31));
  }

  delete(host: number): void {
    const index = host >> 5;
    this.#words[index] = (this.#words[index] ?? 0) & ~(1 << (host & 31));
  }

  addAll(hosts: readonly number[]): void {
    for (let at = 0; at < hosts.length; at++) this.add(hosts[at] ?? 0);
  }

  /** Adds those of another one. */
  unite(other: HostSet): void {
    const [own, others] = [this.#words, other.#words];
    for (let at = 0; at < own.length; at++) own[at] = (own[at] ?? 0) | (others[at] ?? 0);
  }

  /** Takes out those of another one. */
  subtract(other: HostSet): void {
    const [own, others] = [this.#words, other.#words];
    for (let at = 0; at < own.length; at++) own[at] = (own[at] ?? 0) & ~(others[at] ?? 0);
  }

  /** Leaves those that are in another one as well. */
  intersect(other: HostSet): void {
    const [own, others] = [this.#words, other.#words];
    for (let at = 0; at < own.length; at++) own[at] = (own[at] ?? 0) & (others[at] ?? 0);
  }

  /** Becomes all of the first so many hosts that it has not been. */
  invert(hostCount: number): void {
    const words = this.#words;
    for (let at = 0; at < words.length; at++) words[at] = ~(words[at] ?? 0);
    const rest = hostCount % BITS;
    if (rest > 0) words[words.length - 1] = (words.at(-1) ?? 0) & ((1 << rest) - 1);
  }

  /** True when it has all of another one. */
  includes(other: HostSet): boolean {
    for (let at = 0; at < this.#words.length; at++) {
      if (((other.#words[at] ?? 0) & ~(this.#words[at] ?? 0)) !== 0) return false;
    }
    return true;
  }

  /** How many they are. */
  count(): number {
    let sum = 0;
    const words = this.#words;
    for (let at = 0; at < words.length; at++) sum += bitsOf(words[at] ?? 0);
    return sum;
  }

  /** The first one of which it is true, or of all; undefined where there is none. */
  first(isMeant: (host: number) => boolean = () => true): number | undefined {
    let first: number | undefined;
    this.some((host) => {
      if (isMeant(host)) first = host;
      return first !== undefined;
    });
    return first;
  }

  /** Calls for each that is not in another one. */
  eachBeside(other: HostSet, call: (host: number) => void): void {
    const words = this.#words;
    const others = other.#words;
    for (let index = 0; index < words.length; index++) {
      for (let word = (words[index] ?? 0) & ~(others[index] ?? 0); word !== 0; word &= word - 1) {
        call(BITS * index + 31 - Math.clz32(word & -word));
      }
    }
  }

  /** Calls for each of the first so many hosts that is not in it. */
  eachOther(hostCount: number, call: (host: number) => void): void {
    for (let index = 0; index < this.#words.length; index++) {
      for (let word = ~(this.#words[index] ?? 0); word !== 0; word &= word - 1) {
        const host = BITS * index + 31 - Math.clz32(word & -word);
        if (host < hostCount) call(host);
      }
    }
  }

  /** Calls for one after the other until it gets true. */
  some(isLast: (host: number) => boolean): boolean {
    for (let index = 0; index < this.#words.length; index++) {
      for (let word = this.#words[index] ?? 0; word !== 0; word &= word - 1) {
        if (isLast(BITS * index + 31 - Math.clz32(word & -word))) return true;
      }
    }
    return false;
  }
}

/** How many bits of a word are set: in pairs, in fours, in bytes, then all of them. */
function bitsOf(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
