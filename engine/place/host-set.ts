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

  add(host: number): void {
    const index = host >> 5;
    this.#words[index] = (this.#words[index] ?? 0) | (1 << (host & 31));
  }

  delete(host: number): void {
    const index = host >> 5;
    this.#words[index] = (this.#words[index] ?? 0) & ~(1 << (host & 31));
  }

  /** Adds the first so many hosts. */
  fill(hostCount: number): void {
    this.#words.fill(-1, 0, hostCount >> 5);
    for (let host = (hostCount >> 5) * BITS; host < hostCount; host++) this.add(host);
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
