import type { MoveReason, PlacementWorkload } from "../../model/placement.ts";
import type { ProposedMove } from "../deciding/settled.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { floorDivide } from "../basics/units.ts";
import type { Board } from "./board.ts";
import { cpuPpm, memoryPpm } from "./field.ts";

const PPM_PER_PERCENT = 10_000;

/** Why a workload changes its host. */
interface Cause {
  readonly reason: MoveReason;
  readonly priority: ProposedMove["priority"];
  /** In words; absent: what the move does for the host that is left. */
  readonly message?: string;
  readonly for?: string;
}

/** A workload that has left its first host. */
interface Trip {
  readonly workload: PlacementWorkload;
  readonly from: number;
  to: number;
  readonly cause: Cause;
}

const NOBODY: readonly never[] = [];

/** Remembers why each workload left its first host, and puts what has moved in the end in words. */
export class Report {
  readonly #ledger: Ledger;
  /** In the order of their causes. */
  readonly #trips: Trip[] = [];
  /** By unit of the board that was claimed for last: the trips of its members. */
  #byUnit: (Trip[] | undefined)[] = [];
  #board: Board | undefined;
  readonly #cpuBefore: Float64Array;
  readonly #memoryBefore: Float64Array;

  constructor(ledger: Ledger) {
    const { hosts } = ledger;
    this.#ledger = ledger;
    this.#cpuBefore = Float64Array.from(hosts, (_host, index) => cpuPpm(ledger, index));
    this.#memoryBefore = Float64Array.from(hosts, (_host, index) => memoryPpm(ledger, index));
  }

  /** Follows all that was moved since a mark, and gives those a cause that had none yet. */
  claim(board: Board, mark: number, cause: Cause): void {
    if (board !== this.#board) this.#open(board);
    for (const unit of board.movedSince(mark)) {
      const from = board.home[unit] as number;
      const to = board.at[unit] as number;
      const known = this.#byUnit[unit] ?? NOBODY;
      for (const trip of known) trip.to = to;
      const members = board.units[unit] ?? NOBODY;
      if (from === to || known.length === members.length) continue;
      const trips = [...known];
      for (const { workload } of members) {
        if (known.some((trip) => trip.workload === workload)) continue;
        const trip = { workload, from, to, cause };
        trips.push(trip);
        this.#trips.push(trip);
      }
      this.#byUnit[unit] = trips;
    }
  }

  /** Finds the trips so far among the units of another board. */
  #open(board: Board): void {
    this.#board = board;
    this.#byUnit = board.units.map(() => undefined);
    if (this.#trips.length === 0) return;
    const known = new Map(this.#trips.map((trip) => [trip.workload, trip]));
    board.units.forEach((unit, index) => {
      const trips = unit.flatMap(({ workload }) => known.get(workload) ?? []);
      if (trips.length > 0) this.#byUnit[index] = trips;
    });
  }

  /** What is left of a budget for moves that are not mandatory. */
  movesLeft(movesMax: number | undefined): number {
    let left = movesMax ?? Infinity;
    for (const { from, to, cause } of this.#trips) {
      if (cause.priority > 1 && from !== to) left--;
    }
    return left;
  }

  /** What has changed its host in the end: the most urgent first, then in the order of causes. */
  moves(): readonly ProposedMove[] {
    const { hosts } = this.#ledger;
    const moves: ProposedMove[] = [];
    const reliefs: string[] = [];
    for (const { workload, from, to, cause } of this.#trips) {
      if (from === to) continue;
      moves.push({
        key: workload.key,
        from: hosts[from]?.name ?? "",
        to: hosts[to]?.name ?? "",
        reason: cause.reason,
        priority: cause.priority,
        message: cause.message ?? (reliefs[from] ??= this.#relief(from)),
        ...(cause.for === undefined ? {} : { for: cause.for }),
      });
    }
    return moves.sort((left, right) => left.priority - right.priority);
  }

  /** What the plan does for the resource of a host that was the fuller one before. */
  #relief(host: number): string {
    const ledger = this.#ledger;
    const cpuBefore = this.#cpuBefore[host] ?? 0;
    const memoryBefore = this.#memoryBefore[host] ?? 0;
    const isCpu = cpuBefore >= memoryBefore;
    const before = percent(isCpu ? cpuBefore : memoryBefore);
    const after = percent(isCpu ? cpuPpm(ledger, host) : memoryPpm(ledger, host));
    const name = ledger.hosts[host]?.name ?? "";
    return `${isCpu ? "cpu" : "memory"} of ${name} ${before} % -> ${after} %`;
  }
}

const percent = (ppm: number): string => String(floorDivide(ppm, PPM_PER_PERCENT));
