import { SQUARE_UNIT } from "./field.ts";
import type { Kinds } from "./kinds.ts";

/** Stands for the empty side of an exchange: a plain shift. */
export const NOBODY = -1;

/**
 * Units of one host that may go over to another, with what each brings along. Only the first of
 * each kind is listed: the others would do no better.
 */
export class Lineup {
  readonly units: number[] = [];
  readonly cpu: number[] = [];
  readonly memory: number[] = [];
  readonly cost: number[] = [];
  /** How many are listed. */
  length = 0;
  /** How many there are. */
  total = 0;
  readonly #kinds: Kinds;
  /** By kind: the round in which one was listed last. */
  readonly #listed: Int32Array;
  #round = 0;

  constructor(kinds: Kinds) {
    this.#kinds = kinds;
    this.#listed = new Int32Array(kinds.cost.length);
  }

  clear(): void {
    this.length = 0;
    this.total = 0;
    this.#round++;
  }

  add(unit: number): void {
    this.total++;
    const { of, cpu, memory, cost } = this.#kinds;
    const kind = of[unit] as number;
    if (this.#listed[kind] === this.#round) return;
    this.#listed[kind] = this.#round;
    const index = this.length++;
    this.units[index] = unit;
    this.cpu[index] = cpu[kind] as number;
    this.memory[index] = memory[kind] as number;
    this.cost[index] = (cost[kind] as number) * SQUARE_UNIT;
  }

  addNobody(): void {
    this.total++;
    const index = this.length++;
    this.units[index] = NOBODY;
    this.cpu[index] = 0;
    this.memory[index] = 0;
    this.cost[index] = 0;
  }
}
