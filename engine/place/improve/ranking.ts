import type { Board } from "./board.ts";
import type { Kinds } from "./kinds.ts";

/**
 * The units of each host, the largest first, so that whoever looks for the best of them need not
 * look at all. Of equal size any order will do.
 */
export class Ranking {
  readonly #at: Board["at"];
  readonly #kinds: Kinds["of"];
  /** By kind: place of its size among all sizes; 0 is the largest. */
  readonly #ranks: Int32Array;
  readonly #rankCount: number;
  /** By number of the host in the ledger. */
  readonly #units: readonly number[][];

  /** `sizes` are those of the kinds. */
  constructor(
    { at, members }: Pick<Board, "at" | "members">,
    kinds: Pick<Kinds, "of">,
    sizes: Float64Array,
  ) {
    const order = [...new Set(sizes)].sort((left, right) => right - left);
    const places = new Map(order.map((size, place) => [size, place]));
    this.#at = at;
    this.#kinds = kinds.of;
    this.#ranks = Int32Array.from(sizes, (size) => places.get(size) ?? 0);
    this.#rankCount = order.length;
    this.#units = members.map(() => []);
    this.renew();
  }

  /** The units of a host. */
  of(host: number): readonly number[] {
    return this.#units[host] as readonly number[];
  }

  /** Follows one move. */
  move(unit: number, from: number, to: number): void {
    const left = this.#units[from] as number[];
    left.splice(left.indexOf(unit, this.#placeOf(left, unit)), 1);
    const entered = this.#units[to] as number[];
    entered.splice(this.#placeOf(entered, unit), 0, unit);
  }

  /** Looks at everybody anew: all units by their ranks, each behind the others of its host. */
  renew(): void {
    for (const list of this.#units) list.length = 0;
    const at = this.#at;
    const byRank = this.#byRank();
    for (const unit of byRank) (this.#units[at[unit] as number] as number[]).push(unit);
  }

  #byRank(): Int32Array {
    const ranks = this.#ranks;
    const kinds = this.#kinds;
    const starts = new Int32Array(this.#rankCount + 1);
    for (const kind of kinds) bump(starts, (ranks[kind] as number) + 1);
    for (let rank = 1; rank < starts.length; rank++) {
      starts[rank] = (starts[rank] as number) + (starts[rank - 1] as number);
    }
    const order = new Int32Array(kinds.length);
    for (let unit = 0; unit < kinds.length; unit++) {
      order[bump(starts, ranks[kinds[unit] as number] as number)] = unit;
    }
    return order;
  }

  /** Where the units begin that are no larger. */
  #placeOf(list: readonly number[], unit: number): number {
    const ranks = this.#ranks;
    const kinds = this.#kinds;
    const rank = ranks[kinds[unit] as number] as number;
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ranks[kinds[list[middle] as number] as number] as number) < rank) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Adds 1, and returns what was there before. */
function bump(counts: Int32Array, index: number): number {
  const before = counts[index] as number;
  counts[index] = before + 1;
  return before;
}
