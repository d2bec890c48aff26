const FIRST_ROOM = 1024;

/** A list of small integers, 4 bytes each, that grows at its end. */
export class GrowingList {
  #items = new Int32Array(FIRST_ROOM);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  at(index: number): number {
    return this.#items[index] ?? 0;
  }

  push(item: number): void {
    if (this.#length === this.#items.length) {
      const more = new Int32Array(2 * this.#length);
      more.set(this.#items);
      this.#items = more;
    }
    this.#items[this.#length++] = item;
  }

  /** Takes the last item off; 0 when there is none. */
  pop(): number {
    return this.#length === 0 ? 0 : this.at(--this.#length);
  }
}
