import { GrowingList } from "./growing-list.ts";
import type { Ledger } from "./ledger.ts";

const ROWS = 1024;
const NO_ROW = -1;

/**
 * Hosts as they were when something was decided about them: the amounts that scores read. Six
 * numbers a host take little room, so that cards can be written when somebody asks for them.
 */
export class Past {
  readonly #ledger: Ledger;
  readonly #amounts: readonly Float64Array[];
  readonly #chunks: Float64Array[] = [];
  readonly #hosts = new GrowingList();
  /** Row of each host as it is now. */
  readonly #rows: Int32Array;
  #cursor: number;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
    this.#amounts = [
      ledger.loadCpu,
      ledger.loadMemory,
      ledger.nonZeroCpu,
      ledger.nonZeroMemory,
      ledger.requestedCpu,
      ledger.requestedMemory,
    ];
    this.#rows = new Int32Array(ledger.hosts.length).fill(NO_ROW);
    this.#cursor = ledger.version;
  }

  /** Keeps a host as it is now; the row is for `asItWas`. */
  keep(host: number): number {
    const { version } = this.#ledger;
    for (; this.#cursor < version; this.#cursor++) {
      this.#rows[this.#ledger.changedAt(this.#cursor)] = NO_ROW;
    }
    const known = this.#rows[host] ?? NO_ROW;
    if (known !== NO_ROW) return known;
    const row = this.#hosts.length;
    this.#hosts.push(host);
    this.#rows[host] = row;
    this.#write(row, host);
    return row;
  }

  /** Reads something off the ledger while the host of a row is once more as it was. */
  asItWas<Value>(row: number, read: (host: number) => Value): Value {
    const host = this.#hosts.at(row);
    const chunk = this.#chunks[Math.floor(row / ROWS)];
    const offset = (row % ROWS) * this.#amounts.length;
    const now = this.#amounts.map((amounts) => amounts[host] ?? 0);
    const put = (amountAt: (index: number) => number | undefined): void =>
      this.#amounts.forEach((amounts, index) => {
        amounts[host] = amountAt(index) ?? 0;
      });
    put((index) => chunk?.[offset + index]);
    try {
      return read(host);
    } finally {
      put((index) => now[index]);
    }
  }

  #write(row: number, host: number): void {
    const width = this.#amounts.length;
    const offset = (row % ROWS) * width;
    if (offset === 0) this.#chunks.push(new Float64Array(ROWS * width));
    const chunk = this.#chunks[this.#chunks.length - 1];
    if (chunk === undefined) return;
    for (let index = 0; index < width; index++) {
      chunk[offset + index] = this.#amounts[index]?.[host] ?? 0;
    }
  }
}
