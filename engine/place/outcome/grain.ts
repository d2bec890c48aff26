import type { Ledger } from "../ledger/ledger.ts";
import { mebibytesDown } from "../basics/units.ts";

const MILLION = 1_000_000;
/** The grain is the smallest size, or a part of it. */
const PARTS = [1, 2, 3, 4] as const;

/** Amounts of one resource: what workloads take, and what usable hosts have. */
interface Amounts {
  /** Number of workloads by size. */
  readonly sizes: ReadonlyMap<number, number>;
  /** Number of hosts by capacity. */
  readonly hosts: ReadonlyMap<number, number>;
}

/**
 * What the fullest host cannot be below, in ppm, since workloads come in certain sizes: where all
 * are about a multiple of one grain, a host holds a whole number of grains and the rest of it stays
 * free. `leastPpm` is known to be a bound already.
 */
export function grainBound(ledger: Ledger, resource: "cpu" | "memory", leastPpm: number): number {
  // Beyond exactness the search below would not come to an end.
  if (leastPpm > Number.MAX_SAFE_INTEGER / 4) return leastPpm;
  const amounts = amountsOf(ledger, resource);
  let smallest = Infinity;
  for (const size of amounts.sizes.keys()) smallest = Math.min(smallest, size);
  return PARTS.reduce(
    (bound, part) => Math.max(bound, boundOf(amounts, smallest / part, bound)),
    leastPpm,
  );
}

/**
 * Every workload counts as a whole number of grains. Since none is smaller than its grains times
 * the leanest one of all, a host has room for no more grains than it has for lean ones.
 */
function boundOf({ sizes, hosts }: Amounts, grain: number, leastPpm: number): number {
  let lean = Number.POSITIVE_INFINITY;
  let total = 0;
  for (const [size, count] of sizes) {
    const grains = Math.max(1, Math.round(size / grain));
    lean = Math.min(lean, size / grains);
    total += count * grains;
  }
  const holds = (ppm: number): boolean => {
    let room = 0;
    for (const [capacity, count] of hosts) {
      // Loads are rounded down to ppm, and a sum of doubles may be a little off: a bound is safe.
      room += count * Math.floor(((ppm + 1) * capacity) / (MILLION * lean) + ROUNDING);
    }
    return room >= total;
  };
  let [low, high] = [leastPpm - 1, 2 * leastPpm + 1];
  if (!holds(high)) return leastPpm;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}

const ROUNDING = 1e-9;

function amountsOf(ledger: Ledger, resource: "cpu" | "memory"): Amounts {
  const sizes = new Map<number, number>();
  for (const workloadClass of ledger.classes.all()) {
    const { cpuMillicores, memoryBytes } = workloadClass.load;
    // Sums of memory are rounded up to MiB, so no host holds more of it than that.
    const size = resource === "cpu" ? cpuMillicores : memoryBytes / MEBIBYTE;
    const count = ledger.membersOf(workloadClass);
    if (size > 0 && count > 0) sizes.set(size, (sizes.get(size) ?? 0) + count);
  }
  const hosts = new Map<number, number>();
  ledger.hosts.forEach(({ connection }, host) => {
    if (connection !== "connected") return;
    const capacity =
      resource === "cpu"
        ? (ledger.capacityCpu[host] ?? 0)
        : mebibytesDown(ledger.capacityMemory[host] ?? 0);
    hosts.set(capacity, (hosts.get(capacity) ?? 0) + 1);
  });
  return { sizes, hosts };
}

const MEBIBYTE = 1_048_576;
