import type { Ledger } from "./ledger.ts";

const ROWS = 1024;

/**
 * Hosts as they were when something was decided about them: the amounts that scores read. Six
 * numbers a host take little room, so that cards can be written when somebody asks for them.
 */
export class Past {
  readonly #amounts: readonly Float64Array[];
  readonly #chunks: Float64Array[] = [];
  #length = 0;

  constructor(ledger: Ledger) {
    this.#amounts = [
      ledger.loadCpu,
      ledger.loadMemory,
      ledger.nonZeroCpu,
      ledger.nonZeroMemory,
      ledger.requestedCpu,
      ledger.requestedMemory,
    ];
  }

  /** Keeps a host as it is now; the number is for `asItWas`. */
  keep(host: number): number {
    const row = this.#length++;
    const width = this.#amounts.length;
    const offset = (row % ROWS) * width;
    if (offset === 0) this.#chunks.push(new Float64Array(ROWS * width));
    const chunk = this.#chunks.at(-1);
    if (chunk === undefined) return row;
    for (let index = 0; index < width; index++) {
      chunk[offset + index] = this.#amounts[index]?.[host] ?? 0;
    }
    return row;
  }

  /** Reads something off the ledger while a host is once more as it was. */
  asItWas<Value>(row: number, host: number, read: () => Value): Value {
    const now = this.#amounts.map((amounts) => amounts[host] ?? 0);
    const chunk = this.#chunks[Math.floor(row / ROWS)];
    const offset = (row % ROWS) * now.length;
    this.#write(host, (index) => chunk?.[offset + index] ?? 0);
    try {
      return read();
    } finally {
      this.#write(host, (index) => now[index] ?? 0);
    }
  }

  #write(host: number, amountAt: (index: number) => number): void {
    this.#amounts.forEach((amounts, index) => {
      amounts[host] = amountAt(index);
    });
  }
}
