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

  addAll(hosts: Int32Array): void {
    const words = this.#words;
    for (let at = 0; at < hosts.length; at++) {
      const host = hosts[at] ?? 0;
      words[host >> 5] = (words[host >> 5] ?? 0) | (1 << (host & 31));
    }
  }

  /** Adds some of the hosts of a word, whose bits these are; returns how many they are. */
  addBits(word: number, bits: number): number {
    this.#words[word] = (this.#words[word] ?? 0) | bits;
    return bitsOf(bits);
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

  /** The bits of a word of hosts. */
  word(index: number): number {
    return this.#words[index] ?? 0;
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

/** Several sets of the hosts of one ledger, side by side, so that they are looked at together. */
export class HostSets {
  readonly #size: number;
  readonly #words: Int32Array;
  readonly #sets: HostSet[] = [];

  constructor(hostCount: number, setsMax: number) {
    this.#size = Math.ceil(hostCount / BITS);
    this.#words = new Int32Array(this.#size * setsMax);
  }

  at(number: number): HostSet {
    const start = number * this.#size;
    return (this.#sets[number] ??= new HostSet(this.#words.subarray(start, start + this.#size)));
  }

  /**
   * Calls for whoever is in one of the first so many sets and not in another one: for all of a word
   * at once that are in the same of them. It is told the first of them, and in which sets they are,
   * as a number with a binary digit for each.
   */
  eachAlike(
    count: number,
    known: HostSet,
    call: (host: number, within: number, word: number, bits: number) => void,
  ): void {
    const words = this.#words;
    const end = count * this.#size;
    for (let word = 0; word < this.#size; word++) {
      let left = 0;
      for (let at = word; at < end; at += this.#size) left |= words[at] ?? 0;
      left &= ~known.word(word);
      while (left !== 0) {
        const bit = left & -left;
        let alike = left;
        let within = 0;
        for (let at = word; at < end; at += this.#size) {
          const isIn = ((words[at] ?? 0) & bit) !== 0;
          alike &= isIn ? (words[at] ?? 0) : ~(words[at] ?? 0);
          within = 2 * within + (isIn ? 1 : 0);
        }
        call(BITS * word + 31 - Math.clz32(bit), within, word, alike);
        left &= ~alike;
      }
    }
  }
}
