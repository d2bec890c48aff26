import type { Group } from "./group.ts";
import { VECTOR_LENGTH } from "../judging/score.ts";

/**
 * The groups with feasible hosts, the one with the best next host first: a binary heap, as a
 * placement changes few of what may be many groups.
 */
export class GroupRanking {
  readonly #heap: Group[] = [];

  /** In no order. */
  get groups(): readonly Group[] {
    return this.#heap;
  }

  best(): Group | undefined {
    return this.#heap[0];
  }

  /** The one that is second best, which is a child of the root. */
  second(): Group | undefined {
    const [, left, right] = this.#heap;
    if (left === undefined || right === undefined) return left;
    return isBetter(right, left) ? right : left;
  }

  /** Puts a group where it belongs, whether it is in the ranking or not. */
  put(group: Group): void {
    if (group.rank < 0) this.#set(this.#heap.length, group);
    this.#rise(group);
    this.#sink(group);
  }

  remove(group: Group): void {
    const { rank } = group;
    const last = rank < 0 ? undefined : this.#heap.pop();
    group.rank = -1;
    if (last === undefined || last === group) return;
    this.#set(rank, last);
    this.put(last);
  }

  #set(rank: number, group: Group): void {
    this.#heap[rank] = group;
    group.rank = rank;
  }

  #rise(group: Group): void {
    while (group.rank > 0) {
      const parent = this.#heap[(group.rank - 1) >> 1];
      if (parent === undefined || !isBetter(group, parent)) return;
      this.#swap(group, parent);
    }
  }

  #sink(group: Group): void {
    for (;;) {
      const left = this.#heap[2 * group.rank + 1];
      const right = this.#heap[2 * group.rank + 2];
      if (left === undefined) return;
      const child = right !== undefined && isBetter(right, left) ? right : left;
      if (!isBetter(child, group)) return;
      this.#swap(child, group);
    }
  }

  #swap(one: Group, other: Group): void {
    const { rank } = one;
    this.#set(other.rank, one);
    this.#set(rank, other);
  }
}

/** A host and how it is rated; below 0 there is none. */
type Rated = Pick<Group, "next" | "vector">;

/** Groups that have no host left come last. */
export function isBetter(left: Rated, right: Rated): boolean {
  if (left.next < 0 || right.next < 0) return left.next > right.next;
  const [one, other] = [left.vector, right.vector];
  for (let index = 0; index < VECTOR_LENGTH; index++) {
    const difference = (one[index] ?? 0) - (other[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return left.next < right.next;
}
