import type { Board } from "./board.ts";
import { type Field, peakPpm, SQUARE_UNIT } from "./field.ts";
import { costOf } from "./worth.ts";

const FULL_PPM = 1_000_000;

/** One workload from one host to another, by their positions in the field. */
export interface Shift {
  readonly item: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Judges changes by what they gain and cost. The gain is the strain that they take off, in whole
 * numbers; the cost is that of the moves which they add to the plan: who is on its way anyhow
 * may go elsewhere for nothing.
 */
export class Scale {
  readonly board: Board;
  readonly field: Field;
  /** What moving each has to gain as of now; infinite for what is not moved to even out. */
  readonly costs: Float64Array;
  /** Accepted changes so far. */
  changes = 0;
  readonly #fullCosts: Float64Array;
  readonly #target: number;
  #movesLeft: number;

  constructor(
    board: Board,
    field: Field,
    limits: { readonly target: number; readonly movesMax: number },
  ) {
    this.board = board;
    this.field = field;
    this.#target = limits.target;
    this.#movesLeft = limits.movesMax;
    this.#fullCosts = Float64Array.from(board.workloads, (workload) =>
      workload.isBalanced === true ? costOf(workload) : Infinity,
    );
    this.costs = this.#fullCosts.map((cost, item) =>
      board.at[item] === board.home[item] ? cost : 0,
    );
  }

  get movesLeft(): number {
    return this.#movesLeft;
  }

  /** True while the hosts are uneven. */
  goesOn(): boolean {
    return !this.field.isEven(this.#target);
  }

  /** Squared ppm that a move would take off both hosts, less its cost. */
  estimate(item: number, from: number, to: number): number {
    const { field, board } = this;
    const cpu = board.cpu[item] as number;
    const memory = board.memory[item] as number;
    const cpuFrom = cpu * (field.perMillicore[from] as number);
    const cpuTo = cpu * (field.perMillicore[to] as number);
    const memoryFrom = memory * (field.perByte[from] as number);
    const memoryTo = memory * (field.perByte[to] as number);
    return (
      cpuFrom * (2 * (field.cpu[from] as number) - cpuFrom) -
      cpuTo * (2 * (field.cpu[to] as number) + cpuTo) +
      memoryFrom * (2 * (field.memory[from] as number) - memoryFrom) -
      memoryTo * (2 * (field.memory[to] as number) + memoryTo) -
      (this.costs[item] as number) * SQUARE_UNIT
    );
  }

  /**
   * Makes shifts between two hosts when all are allowed, gain what they cost, and overfill no host
   * more than one was; else changes nothing.
   */
  make(shifts: readonly Shift[]): boolean {
    const { board, field } = this;
    const [first] = shifts;
    if (first === undefined) return false;
    const added = shifts.reduce((sum, { item, to }) => sum + this.#addedBy(item, to), 0);
    if (added > this.#movesLeft) return false;
    const peak = Math.max(FULL_PPM, this.#peak(first));
    const before = field.strain(first.from) + field.strain(first.to);
    const cost = shifts.reduce((sum, { item }) => sum + (this.costs[item] as number), 0);
    const mark = board.mark();
    const isMade =
      shifts.every(({ item, to }) => board.move(item, field.hosts[to] as number)) &&
      this.#renew(first) &&
      before - field.strain(first.from) - field.strain(first.to) > cost &&
      this.#peak(first) <= peak;
    if (!isMade) {
      board.rollback(mark);
      this.#renew(first);
      return false;
    }
    this.changes++;
    this.#movesLeft -= added;
    for (const { item } of shifts) {
      this.costs[item] =
        board.at[item] === board.home[item] ? (this.#fullCosts[item] as number) : 0;
    }
    return true;
  }

  /** Moves that a shift adds to the plan: -1 for one that goes home. */
  #addedBy(item: number, to: number): number {
    const { board, field } = this;
    const home = board.home[item] as number;
    if (board.at[item] === home) return 1;
    return field.hosts[to] === home ? -1 : 0;
  }

  #peak({ from, to }: Shift): number {
    const { ledger } = this.board;
    const { hosts } = this.field;
    return Math.max(peakPpm(ledger, hosts[from] as number), peakPpm(ledger, hosts[to] as number));
  }

  #renew({ from, to }: Shift): boolean {
    this.field.renew(from);
    this.field.renew(to);
    return true;
  }
}
