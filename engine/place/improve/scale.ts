import type { Board } from "./board.ts";
import { type Field, peakPpm, SQUARE_UNIT } from "./field.ts";
import { Kinds } from "./kinds.ts";
import type { Threshold } from "./worth.ts";

const FULL_PPM = 1_000_000;

/** One workload from one host to another, by their positions in the field. */
export interface Shift {
  readonly unit: number;
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
  readonly kinds: Kinds;
  /** Accepted changes so far. */
  changes = 0;
  readonly #target: number;
  #movesLeft: number;

  constructor(
    board: Board,
    field: Field,
    limits: {
      readonly target: number;
      readonly movesMax: number;
      /** Of the moves. */
      readonly priority: Threshold;
    },
  ) {
    this.board = board;
    this.field = field;
    this.#target = limits.target;
    this.#movesLeft = limits.movesMax;
    this.kinds = new Kinds(board, limits.priority);
  }

  get movesLeft(): number {
    return this.#movesLeft;
  }

  /** True while the hosts are uneven. */
  goesOn(): boolean {
    return !this.field.isEven(this.#target);
  }

  /** Squared ppm that a move would take off both hosts, less its cost. */
  estimate(unit: number, from: number, to: number): number {
    const { field, board } = this;
    const cpu = board.cpu[unit] as number;
    const memory = board.memory[unit] as number;
    const cpuFrom = cpu * (field.perMillicore[from] as number);
    const cpuTo = cpu * (field.perMillicore[to] as number);
    const memoryFrom = memory * (field.perByte[from] as number);
    const memoryTo = memory * (field.perByte[to] as number);
    return (
      cpuFrom * (2 * (field.cpu[from] as number) - cpuFrom) -
      cpuTo * (2 * (field.cpu[to] as number) + cpuTo) +
      memoryFrom * (2 * (field.memory[from] as number) - memoryFrom) -
      memoryTo * (2 * (field.memory[to] as number) + memoryTo) -
      this.kinds.costOf(unit) * SQUARE_UNIT
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
    const added = shifts.reduce((sum, { unit, to }) => sum + this.#addedBy(unit, to), 0);
    if (added > this.#movesLeft) return false;
    const peak = Math.max(FULL_PPM, this.#peak(first));
    const before = field.strain(first.from) + field.strain(first.to);
    const cost = shifts.reduce((sum, { unit }) => sum + this.kinds.costOf(unit), 0);
    const mark = board.mark();
    const isMade =
      shifts.every(({ unit, to }) => board.move(unit, field.hosts[to] as number)) &&
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
    for (const { unit } of shifts) this.kinds.note(unit, board.at[unit] !== board.home[unit]);
    return true;
  }

  /** Moves that a shift adds to the plan: -1 for one that goes home. */
  #addedBy(unit: number, to: number): number {
    const { board, field } = this;
    const home = board.home[unit] as number;
    const count = board.units[unit]?.length ?? 0;
    if (board.at[unit] === home) return count;
    return field.hosts[to] === home ? -count : 0;
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
