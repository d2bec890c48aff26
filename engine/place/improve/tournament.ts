/**
 * Keeps the smallest of many keys at hand while they change: one comparison a level for a changed
 * key. Among equal keys the smallest number wins, so the winner depends on the keys alone.
 */
export class Tournament {
  readonly keys: Float64Array;
  /** A complete binary tree of winners; its leaves are the numbers themselves. */
  readonly #winners: Int32Array;
  readonly #width: number;

  constructor(size: number) {
    this.keys = new Float64Array(size).fill(Infinity);
    let width = 1;
    while (width < size) width *= 2;
    this.#width = width;
    this.#winners = new Int32Array(2 * width).fill(-1);
    for (let index = 0; index < size; index++) this.#winners[width + index] = index;
    for (let node = width - 1; node >= 1; node--) this.#replay(node);
  }

  /** Number with the smallest key; -1 when every key is infinite. */
  get winner(): number {
    const winner = this.#winners[1] as number;
    return winner < 0 || this.keys[winner] === Infinity ? -1 : winner;
  }

  set(index: number, key: number): void {
    if (this.keys[index] === key) return;
    this.keys[index] = key;
    const winners = this.#winners;
    for (let node = (this.#width + index) >> 1; node >= 1; node >>= 1) {
      const before = winners[node] as number;
      this.#replay(node);
      // Whoever neither was nor is the best here has never been heard of further up.
      if (before !== index && winners[node] === before) return;
    }
  }

  #replay(node: number): void {
    const left = this.#winners[2 * node] as number;
    const right = this.#winners[2 * node + 1] as number;
    const keys = this.keys;
    const isLeft = right < 0 || (left >= 0 && (keys[left] as number) <= (keys[right] as number));
    this.#winners[node] = isLeft ? left : right;
  }
}
