import type { Amounts, Demand, QosClass, SharesLevel } from "../../model/demand.ts";

/** Members that a row would leave out: those it has are named here. */
type Untold = readonly [
  Exclude<
    keyof Demand,
    | "request"
    | "limit"
    | "size"
    | "reservation"
    | "overheadBytes"
    | "shares"
    | "isDedicated"
    | "qos"
  >,
  Exclude<
    keyof Demand["request"],
    keyof Amounts | "ephemeralStorageBytes" | "extended" | "nonZero" | "nonZeroWaiting"
  >,
];

/** Numbers by which a demand is told from others. */
const ROW = 19;
/** Stands for what a demand does not say. */
const ABSENT = -1;
const NONE = {};
const LEVELS: Readonly<Record<SharesLevel, number>> = { low: 0, normal: 1, high: 2 };
const QOS: Readonly<Record<QosClass, number>> = { BestEffort: 0, Burstable: 1, Guaranteed: 2 };

/** A number that is given out, before others of rows with the same sum. */
interface Known {
  readonly number: number;
  readonly next: Known | undefined;
}

/** Demands that there is room for at first. */
const FIRST_ROOM = 256;

/** Numbers demands: those that differ in extended resources at most have the same, no others. */
export class DemandNumbers {
  readonly #bySum = new Map<number, Known>();
  /** Of each number one row, and one more to work with. */
  #rows = new Float64Array(FIRST_ROOM * ROW);
  #count = 0;

  of(demand: Demand): number {
    if ((this.#count + 1) * ROW > this.#rows.length) this.#grow();
    const own = this.#count * ROW;
    writeRow(demand, this.#rows, own);
    const sum = this.#sumOf(own);
    const first = this.#bySum.get(sum);
    for (let known = first; known !== undefined; known = known.next) {
      if (this.#areEqual(own, known.number * ROW)) return known.number;
    }
    this.#bySum.set(sum, { number: this.#count, next: first });
    return this.#count++;
  }

  #grow(): void {
    const rows = new Float64Array(2 * this.#rows.length);
    rows.set(this.#rows);
    this.#rows = rows;
  }

  /** Equal rows have equal sums. */
  #sumOf(at: number): number {
    let sum = 0;
    for (let index = at; index < at + ROW; index++) {
      const each = this.#rows[index] ?? 0;
      sum = (Math.imul(sum, 31) + each + each / 2 ** 32) | 0;
    }
    return sum;
  }

  #areEqual(one: number, other: number): boolean {
    const rows = this.#rows;
    for (let index = 0; index < ROW; index++) {
      if (rows[one + index] !== rows[other + index]) return false;
    }
    return true;
  }
}

/** Written out, as it is asked for every demand; does not compile while a member is left out. */
const writeRow: Untold extends readonly [never, never]
  ? (demand: Demand, rows: Float64Array, at: number) => void
  : never = (demand, rows, at) => {
  const { request, limit, size, reservation, overheadBytes, shares, isDedicated, qos } = demand;
  const isLevel = typeof shares === "string";
  writeAmounts(rows, at, request);
  writeAmounts(rows, at + 2, request.nonZero);
  writeAmounts(rows, at + 4, request.nonZeroWaiting ?? NONE);
  writeAmounts(rows, at + 6, limit);
  writeAmounts(rows, at + 8, size);
  writeAmounts(rows, at + 10, reservation);
  rows[at + 12] = request.ephemeralStorageBytes;
  rows[at + 13] = size.vcpus;
  rows[at + 14] = overheadBytes;
  rows[at + 15] = isLevel ? ABSENT : shares;
  rows[at + 16] = isLevel ? LEVELS[shares] : ABSENT;
  rows[at + 17] = isDedicated === true ? 1 : 0;
  rows[at + 18] = qos === undefined ? ABSENT : QOS[qos];
};

/** Both amounts, of which either may be absent. */
function writeAmounts(rows: Float64Array, at: number, amounts: Partial<Amounts>): void {
  rows[at] = amounts.cpuMillicores ?? ABSENT;
  rows[at + 1] = amounts.memoryBytes ?? ABSENT;
}
