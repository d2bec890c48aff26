import type { Ledger } from "./ledger.ts";
import { partsPerMillion } from "./units.ts";

/** A number and the host it is of in one double, so that sorting is quick; hosts are below that. */
const HOSTS = 2 ** 22;
/** Larger numbers are all the same here. */
const NUMBER_MAX = 2 ** 30;
/** Steps into which the order by one use is cut, a power of two. */
const STEP_BITS = 11;

/**
 * All hosts, so that those much alike lie side by side: of one shape and state, and among these of
 * like use of CPU and memory both. What is said of a block of them is then nearly true of each.
 */
export function hostsByLikeness(ledger: Ledger): Int32Array {
  const { capacityCpu, capacityMemory, loadCpu, loadMemory } = ledger;
  const sorted = new Int32Array(capacityCpu.length);
  let length = 0;
  for (const lot of lotsOf(ledger)) {
    const use = (loads: Float64Array, capacities: Float64Array) => (host: number) =>
      partsPerMillion(loads[host] ?? 0, capacities[host] ?? 0);
    const byCpu = stepsOf(lot, use(loadCpu, capacityCpu));
    const byMemory = stepsOf(lot, use(loadMemory, capacityMemory));
    const keys = lot.map((host, index) => keyOf(curve(byCpu[index], byMemory[index]), host));
    for (const key of Float64Array.from(keys).sort()) sorted[length++] = key % HOSTS;
  }
  return sorted;
}

const keyOf = (number: number, host: number): number =>
  Math.min(NUMBER_MAX, Math.max(0, number)) * HOSTS + host;

/** Hosts of equal capacity and state in host order. */
function lotsOf({ hosts, capacityCpu, capacityMemory }: Ledger): readonly number[][] {
  const lots = new Map<number, Map<string, number[]>>();
  hosts.forEach((host, index) => {
    const cpu = capacityCpu[index] ?? 0;
    const rest = `${String(capacityMemory[index])}${stateText(host)}`;
    let alike = lots.get(cpu);
    if (alike === undefined) lots.set(cpu, (alike = new Map<string, number[]>()));
    const lot = alike.get(rest);
    if (lot === undefined) alike.set(rest, [index]);
    else lot.push(index);
  });
  const sorted = [...lots].sort(([one], [other]) => one - other);
  return sorted.flatMap(([, alike]) => [...alike.values()]);
}

/** Hosts that take nobody or not everybody stay emptier than others. */
function stateText({ connection, unschedulable, taints }: Ledger["hosts"][number]): string {
  const isOpen = connection === "connected" && !unschedulable && taints.length === 0;
  return isOpen ? "" : JSON.stringify([connection, unschedulable, taints]);
}

/** Where each host of a lot is in the order by a number, in steps. */
function stepsOf(lot: readonly number[], numberOf: (host: number) => number): Int32Array {
  const keys = Float64Array.from(lot, (host, index) => keyOf(numberOf(host), index)).sort();
  const steps = new Int32Array(lot.length);
  keys.forEach((key, rank) => {
    steps[key % HOSTS] = Math.floor((rank * 2 ** STEP_BITS) / lot.length);
  });
  return steps;
}

/** Position on a curve through the plane that stays long in each neighbourhood (Z-order). */
function curve(x = 0, y = 0): number {
  let position = 0;
  for (let bit = STEP_BITS - 1; bit >= 0; bit--) {
    position = 4 * position + 2 * ((x >> bit) & 1) + ((y >> bit) & 1);
  }
  return position;
}
