import type { MoveReason } from "../../model/placement.ts";
import type { ProposedMove } from "../settled.ts";
import { floorDivide } from "../units.ts";
import type { Board } from "./board.ts";
import { cpuPpm, memoryPpm } from "./field.ts";

const PPM_PER_PERCENT = 10_000;

/** Why a workload changes its host. */
export interface Cause {
  readonly reason: MoveReason;
  readonly priority: ProposedMove["priority"];
  /** In words; absent: what the move does for the host that is left. */
  readonly message?: string;
  readonly for?: string;
}

/** Remembers why each workload left its first host, and puts what has moved in the end in words. */
export class Report {
  readonly #board: Board;
  readonly #causes = new Map<number, Cause>();
  readonly #cpuBefore: Float64Array;
  readonly #memoryBefore: Float64Array;

  constructor(board: Board) {
    const { ledger } = board;
    this.#board = board;
    this.#cpuBefore = Float64Array.from(ledger.hosts, (_host, index) => cpuPpm(ledger, index));
    this.#memoryBefore = Float64Array.from(ledger.hosts, (_host, index) =>
      memoryPpm(ledger, index),
    );
  }

  /** Gives a cause to all that is away from home and has none yet. */
  claim(cause: Cause): void {
    const { at, home } = this.#board;
    for (let unit = 0; unit < at.length; unit++) {
      if (at[unit] !== home[unit] && !this.#causes.has(unit)) this.#causes.set(unit, cause);
    }
  }

  /** What has changed its host in the end: the most urgent first, then in the order of causes. */
  moves(): readonly ProposedMove[] {
    const { at, home, units, ledger } = this.#board;
    const moves: ProposedMove[] = [];
    for (const [unit, cause] of this.#causes) {
      const from = home[unit] as number;
      const to = at[unit] as number;
      if (from === to) continue;
      const common = {
        from: ledger.hosts[from]?.name ?? "",
        to: ledger.hosts[to]?.name ?? "",
        reason: cause.reason,
        priority: cause.priority,
        message: cause.message ?? this.#relief(from),
        ...(cause.for === undefined ? {} : { for: cause.for }),
      };
      moves.push(...(units[unit] ?? []).map(({ workload: { key } }) => ({ key, ...common })));
    }
    return moves.sort((left, right) => left.priority - right.priority);
  }

  /** What the plan does for the resource of a host that was the fuller one before. */
  #relief(host: number): string {
    const { ledger } = this.#board;
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
