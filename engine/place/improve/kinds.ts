import type { PlacementWorkload } from "../../model/placement.ts";
import type { Board } from "./board.ts";
import type { Member } from "./movers.ts";
import { costOf, type Threshold } from "./worth.ts";

/** What a unit is like at home; away from home it differs by 1 and costs nothing. */
const AWAY = 1;

/**
 * What units are like that look the same to whoever evens out hosts: their load, and what moving
 * them has to gain. There are few kinds of many units, so the columns are short and stay at hand.
 */
export class Kinds {
  /** Kind of each unit as of now. */
  readonly of: Int32Array;
  /** Load by kind: millicores of the cluster's slowest core, and bytes. */
  readonly cpu: Float64Array;
  readonly memory: Float64Array;
  /** Squared ppm that a move has to gain; infinite for what is not moved to even out. */
  readonly cost: Float64Array;

  /** `priority` is that of the moves: who is less eager than that is not moved. */
  constructor(board: Board, priority: Threshold) {
    const { units, at, home } = board;
    const known = new KindList(priority);
    this.of = new Int32Array(units.length);
    for (let unit = 0; unit < units.length; unit++) {
      const kind = known.numberOf(units[unit] ?? [], {
        cpu: board.cpu[unit] as number,
        memory: board.memory[unit] as number,
      });
      this.of[unit] = at[unit] === home[unit] ? kind : kind + AWAY;
    }
    this.cpu = twice(known.cpu);
    this.memory = twice(known.memory);
    this.cost = twice(known.cost);
    for (let kind = AWAY; kind < this.cost.length; kind += 2) this.cost[kind] = 0;
  }

  /** What moving a unit has to gain as of now: nothing for what is on its way anyhow. */
  costOf(unit: number): number {
    return this.cost[this.of[unit] as number] as number;
  }

  /** Tells whether a unit is away from home. */
  note(unit: number, isAway: boolean): void {
    const kind = this.of[unit] as number;
    this.of[unit] = isAway ? kind | AWAY : kind & ~AWAY;
  }
}

interface Load {
  readonly cpu: number;
  readonly memory: number;
}

/** Kinds so far; each takes two numbers, for at home and away. */
class KindList {
  readonly cpu: number[] = [];
  readonly memory: number[] = [];
  readonly cost: number[] = [];
  readonly #priority: Threshold;
  /** Numbers of the kinds of units by the class of the first member, which they mostly share. */
  readonly #byClass: (number[] | undefined)[] = [];
  /** The kind of a single workload of a class of which nothing in particular is known. */
  readonly #plain: (number | undefined)[] = [];

  constructor(priority: Threshold) {
    this.#priority = priority;
  }

  numberOf(members: readonly Member[], load: Load): number {
    const [first] = members;
    const id = first?.workloadClass.id ?? 0;
    if (first === undefined || members.length > 1 || !isPlain(first.workload)) {
      return this.#find(id, members, load);
    }
    return (this.#plain[id] ??= this.#find(id, members, load));
  }

  #find(id: number, members: readonly Member[], { cpu, memory }: Load): number {
    let cost = 0;
    for (const { workload } of members) {
      cost += this.#mayMove(workload) ? costOf(workload) : Infinity;
    }
    const numbers = this.#byClass[id];
    for (const number of numbers ?? []) {
      const at = number / 2;
      const isSame = this.cpu[at] === cpu && this.memory[at] === memory && this.cost[at] === cost;
      if (isSame) return number;
    }
    const number = 2 * this.cpu.length;
    this.cpu.push(cpu);
    this.memory.push(memory);
    this.cost.push(cost);
    if (numbers === undefined) this.#byClass[id] = [number];
    else numbers.push(number);
    return number;
  }

  #mayMove({ isBalanced, threshold }: PlacementWorkload): boolean {
    return isBalanced === true && (threshold === undefined || threshold >= this.#priority);
  }
}

/** Each amount two times, for at home and away. */
function twice(amounts: readonly number[]): Float64Array {
  const column = new Float64Array(2 * amounts.length);
  for (let index = 0; index < column.length; index++) column[index] = amounts[index >> 1] as number;
  return column;
}

/** True when moving it costs what it costs for all of its class. */
const isPlain = (workload: PlacementWorkload): boolean =>
  workload.isBalanced === true &&
  workload.threshold === undefined &&
  workload.copyBytes === undefined &&
  workload.recentMoves === undefined;
