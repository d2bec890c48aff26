/** What a heap keeps, which another one may use when the first is empty. */
export interface HeapRoom {
  /** By host, -1 to begin with; heaps may share it of which a host is in one at a time. */
  readonly positions: Int32Array;
  readonly hosts: number[];
  readonly keys: number[];
}

/**
 * An indexed binary heap of hosts. The best host comes out in O(1), a changed host finds its new
 * place in O(log hosts), and the best few are read without taking anything out.
 */
export class HostHeap {
  readonly #compare: (left: number, right: number, key: number) => number;
  readonly #keys: Float64Array;
  readonly #heap: number[];
  /** The keys of the hosts as they stand in the heap, side by side. */
  readonly #order: number[];
  readonly #positions: Int32Array;
  #length = 0;

  /** `keys` may hold a first term of the order per host; equal keys are left to `compare`. */
  constructor(
    hostCount: number,
    compare: (left: number, right: number, key: number) => number,
    keys: Float64Array = new Float64Array(hostCount),
    room: Partial<HeapRoom> = {},
  ) {
    this.#compare = compare;
    this.#keys = keys;
    this.#positions = room.positions ?? new Int32Array(hostCount).fill(-1);
    this.#heap = room.hosts ?? [];
    this.#order = room.keys ?? [];
  }

  get length(): number {
    return this.#length;
  }

  /** Builds the heap anew in O(hosts). */
  fill(hosts: ArrayLike<number>): void {
    for (let index = 0; index < this.#length; index++) this.#positions[this.#at(index)] = -1;
    this.#length = 0;
    for (let index = 0; index < hosts.length; index++) {
      const host = hosts[index] ?? 0;
      this.#set(index, host, this.#keys[host] ?? 0);
    }
    this.#length = hosts.length;
    for (let index = (this.#length >> 1) - 1; index >= 0; index--) this.#sink(index);
  }

  /** All hosts in it, in no order. */
  members(): readonly number[] {
    return this.#heap.slice(0, this.#length);
  }

  best(): number | undefined {
    return this.#length === 0 ? undefined : this.#heap[0];
  }

  /** Restores the order after the host became better or worse. */
  update(host: number): void {
    const index = this.#positions[host] ?? -1;
    if (index < 0) return;
    this.#order[index] = this.#keys[host] ?? 0;
    this.#rise(index);
    this.#sink(this.#positions[host] ?? index);
  }

  /** Puts the host where it belongs, whether it is in the heap or not. */
  put(host: number): void {
    if ((this.#positions[host] ?? -1) < 0) this.insert(host);
    else this.update(host);
  }

  insert(host: number): void {
    if ((this.#positions[host] ?? -1) >= 0) return;
    this.#set(this.#length, host, this.#keys[host] ?? 0);
    this.#rise(this.#length++);
  }

  remove(host: number): void {
    const index = this.#positions[host] ?? -1;
    if (index < 0) return;
    const last = this.#at(--this.#length);
    this.#positions[host] = -1;
    if (last === host) return;
    this.#set(index, last, this.#keys[last] ?? 0);
    this.update(last);
  }

  /** The `count` best hosts in order; a walk from the root over at most `count` nodes. */
  top(count: number): number[] {
    if (count === 2) return this.#firstTwo();
    const found: number[] = [];
    const frontier: number[] = this.#length > 0 ? [0] : [];
    while (found.length < count && frontier.length > 0) {
      let next = 0;
      for (let index = 1; index < frontier.length; index++) {
        if (this.#isBetter(frontier[index] ?? 0, frontier[next] ?? 0)) next = index;
      }
      const [position = 0] = frontier.splice(next, 1);
      found.push(this.#at(position));
      const child = 2 * position + 1;
      if (child < this.#length) frontier.push(child);
      if (child + 1 < this.#length) frontier.push(child + 1);
    }
    return found;
  }

  #firstTwo(): number[] {
    const [best, second] = [this.best(), this.second()];
    if (best === undefined) return [];
    return second === undefined ? [best] : [best, second];
  }

  /** The second best host, which is a child of the root. */
  second(): number | undefined {
    if (this.#length < 2) return undefined;
    return this.#at(this.#length > 2 && this.#isBetter(2, 1) ? 2 : 1);
  }

  /** True when the host at the left place is better than the one at the right place. */
  #isBetter(left: number, right: number): boolean {
    return this.#isAbove(this.#at(left), this.#order[left] ?? 0, right);
  }

  #isAbove(host: number, key: number, place: number): boolean {
    const other = this.#order[place] ?? 0;
    return key === other ? this.#compare(host, this.#at(place), key) < 0 : key < other;
  }

  #at(index: number): number {
    return this.#heap[index] ?? 0;
  }

  #set(index: number, host: number, key: number): void {
    this.#heap[index] = host;
    this.#order[index] = key;
    this.#positions[host] = index;
  }

  #copy(from: number, to: number): void {
    this.#set(to, this.#at(from), this.#order[from] ?? 0);
  }

  #rise(from: number): void {
    const host = this.#at(from);
    const key = this.#order[from] ?? 0;
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#isAbove(host, key, parent)) break;
      this.#copy(parent, index);
      index = parent;
    }
    if (index !== from) this.#set(index, host, key);
  }

  #sink(from: number): void {
    const host = this.#at(from);
    const key = this.#order[from] ?? 0;
    let index = from;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= this.#length) break;
      const right = child + 1;
      if (right < this.#length && this.#isBetter(right, child)) child = right;
      if (this.#isAbove(host, key, child)) break;
      this.#copy(child, index);
      index = child;
    }
    if (index !== from) this.#set(index, host, key);
  }
}
