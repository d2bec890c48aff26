/** Seeded chance for searches: the same seed gives the same sequence on every machine. */
export class SeededRandom {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995;
  }

  /** From 0 to 2^32 - 1. SplitMix32: every state gives a full-period sequence. */
  u32(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let mixed = this.#state ^ (this.#state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  }

  /** From 0 up to and without `limit`, which is at most 2^31. */
  below(limit: number): number {
    return (this.fraction() * limit) | 0;
  }

  /** From 0 up to and without 1. */
  fraction(): number {
    return this.u32() * 2.3283064365386963e-10;
  }
}
