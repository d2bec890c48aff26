import type { WorkloadClass } from "./classes.ts";
import { GrowingList } from "./growing-list.ts";
import type { Ledger } from "./ledger.ts";

/** The amounts that scores read, and how much of each a member of a class takes. */
const AMOUNTS: readonly {
  readonly of: (ledger: Ledger) => Float64Array;
  readonly takenBy: (workloadClass: WorkloadClass) => number;
}[] = [
  { of: ({ loadCpu }) => loadCpu, takenBy: ({ load }) => load.cpuMillicores },
  { of: ({ loadMemory }) => loadMemory, takenBy: ({ load }) => load.memoryBytes },
  { of: ({ nonZeroCpu }) => nonZeroCpu, takenBy: (each) => requestOf(each).nonZero.cpuMillicores },
  {
    of: ({ nonZeroMemory }) => nonZeroMemory,
    takenBy: (each) => requestOf(each).nonZero.memoryBytes,
  },
  { of: ({ requestedCpu }) => requestedCpu, takenBy: (each) => requestOf(each).cpuMillicores },
  { of: ({ requestedMemory }) => requestedMemory, takenBy: (each) => requestOf(each).memoryBytes },
];

const requestOf = ({ sample }: WorkloadClass): WorkloadClass["sample"]["demand"]["request"] =>
  sample.demand.request;

/**
 * Hosts as they were when something was decided about them. Nothing is kept for it: the changes
 * that the ledger has noted since are taken back, so that cards can be written when somebody asks
 * for them.
 */
export class Past {
  readonly #ledger: Ledger;
  readonly #amounts: readonly Float64Array[];
  /** The last change of every host, and for each change the one before on the same host; from 1. */
  readonly #last: Int32Array;
  readonly #before = new GrowingList();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
    this.#amounts = AMOUNTS.map(({ of }) => of(ledger));
    this.#last = new Int32Array(ledger.hosts.length);
  }

  /** Reads something off the ledger while a host is once more as it was at a version. */
  asItWas<Value>(version: number, host: number, read: (host: number) => Value): Value {
    const now = this.#amounts.map((amounts) => amounts[host] ?? 0);
    this.#takeBack(version, host);
    try {
      return read(host);
    } finally {
      this.#amounts.forEach((amounts, index) => {
        amounts[host] = now[index] ?? 0;
      });
    }
  }

  #takeBack(version: number, host: number): void {
    const ledger = this.#ledger;
    this.#follow();
    for (let at = this.#last[host] ?? 0; at > version; at = this.#before.at(at - 1)) {
      const workloadClass = ledger.changedClassAt(at - 1);
      const sign = ledger.isArrival(at - 1) ? -1 : 1;
      AMOUNTS.forEach(({ takenBy }, index) => {
        const amounts = this.#amounts[index];
        if (amounts === undefined) return;
        amounts[host] = (amounts[host] ?? 0) + sign * takenBy(workloadClass);
      });
    }
  }

  /** Finds the changes of each host among those that are new. */
  #follow(): void {
    const ledger = this.#ledger;
    for (let at = this.#before.length; at < ledger.version; at++) {
      const host = ledger.changedAt(at);
      this.#before.push(this.#last[host] ?? 0);
      this.#last[host] = at + 1;
    }
  }
}
