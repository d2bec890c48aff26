import type { WorkloadClass } from "../classes/classes.ts";
import { GrowingList } from "../basics/growing-list.ts";
import type { Ledger } from "../ledger/ledger.ts";

/**
 * The amounts that scores and filters of amounts read, and how much of each a member of a class
 * takes. Extended resources come on top, as there may be any number of them.
 */
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
  { of: ({ requests }) => requests.pods.taken, takenBy: ({ isPod }) => (isPod ? 1 : 0) },
  {
    of: ({ requests }) => requests.storage.taken,
    takenBy: (each) => requestOf(each).ephemeralStorageBytes,
  },
  { of: ({ reservedCpu }) => reservedCpu, takenBy: ({ reserved }) => reserved.cpuMillicores },
  { of: ({ reservedMemory }) => reservedMemory, takenBy: ({ reserved }) => reserved.memoryBytes },
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
    if (version === this.#ledger.version) return read(host);
    const now = this.#amounts.map((amounts) => amounts[host] ?? 0);
    this.#follow();
    this.#takeBack(version, host);
    const isAnyExtended = this.#takeExtended(version, host, -1);
    try {
      return read(host);
    } finally {
      if (isAnyExtended) this.#takeExtended(version, host, 1);
      for (let index = 0; index < now.length; index++) {
        const amounts = this.#amounts[index];
        if (amounts !== undefined) amounts[host] = now[index] ?? 0;
      }
    }
  }

  #takeBack(version: number, host: number): void {
    const ledger = this.#ledger;
    for (let at = this.#last[host] ?? 0; at > version; at = this.#before.at(at - 1)) {
      const workloadClass = ledger.changedClassAt(at - 1);
      const sign = ledger.isArrival(at - 1) ? -1 : 1;
      for (let index = 0; index < AMOUNTS.length; index++) {
        const amounts = this.#amounts[index];
        const taken = AMOUNTS[index]?.takenBy(workloadClass) ?? 0;
        if (amounts !== undefined) amounts[host] = (amounts[host] ?? 0) + sign * taken;
      }
    }
  }

  /** Takes back what was taken of extended resources, or takes it again; true where it was any. */
  #takeExtended(version: number, host: number, direction: 1 | -1): boolean {
    const ledger = this.#ledger;
    let isAny = false;
    for (let at = this.#last[host] ?? 0; at > version; at = this.#before.at(at - 1)) {
      const { extended } = ledger.changedClassAt(at - 1);
      const sign = ledger.isArrival(at - 1) ? direction : -direction;
      for (const [name, amount] of extended) {
        ledger.extended(name).take(host, sign * amount);
        isAny = true;
      }
    }
    return isAny;
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
