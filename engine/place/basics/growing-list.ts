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

  set(index: number, item: number): void {
    this.#items[index] = item;
  }

  push(item: number): void {
    if (this.#length === this.#items.length) this.expect(1);
    this.#items[this.#length++] = item;
  }

  /** Puts the first `count` of some items at the end. */
  append(items: Int32Array, count: number): void {
    this.expect(count);
    // Mostly they are few, for which a part of the items would be more work than the items.
    for (let index = 0; index < count; index++) this.#items[this.#length++] = items[index] ?? 0;
  }

  /** Puts one item at the end so many times, each larger by a step than the one before. */
  appendSteps(first: number, step: number, count: number): void {
    this.expect(count);
    for (let index = 0; index < count; index++) {
      this.#items[this.#length++] = first + index * step;
    }
  }

  /** Makes room for so many more at once, or twice as many as there are. */
  expect(count: number): void {
    if (this.#length + count <= this.#items.length) return;
    const items = new Int32Array(this.#length + Math.max(this.#length, count));
    items.set(this.#items);
    this.#items = items;
  }

  /** Keeps the first `length` items. */
  cut(length: number): void {
    this.#length = Math.min(this.#length, length);
  }

  /** Takes the last item off; 0 when there is none. */
  pop(): number {
    return this.#length === 0 ? 0 : this.at(--this.#length);
  }
}

const CHUNK = 1024;

/** A list of objects that grows at its end without ever being copied. */
export class ChunkedList<Value extends object> {
  readonly #chunks: (Value | undefined)[][] = [];
  #last: (Value | undefined)[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  at(index: number): Value | undefined {
    return this.#chunks[Math.floor(index / CHUNK)]?.[index % CHUNK];
  }

  push(value: Value): void {
    const place = this.#length++ % CHUNK;
    if (place === 0) {
      this.#last = Array.from<Value | undefined>({ length: CHUNK });
      this.#chunks.push(this.#last);
    }
    this.#last[place] = value;
  }
}
