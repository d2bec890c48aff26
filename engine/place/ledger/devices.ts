import type { Host } from "../../model/host.ts";
import type { WorkloadClass } from "../classes/classes.ts";

/** Parts of a device that a workload can ask for. */
const MILLI = 1000;

/** Shares of GPUs: a workload asks for thousandths, a host has a thousand for each device. */
export const GPU_MILLI = "vpac.dev/gpu-milli";

/** Thousandths of GPUs among the extended resources that a workload asks for. */
export function gpuMilliAmong(extended: WorkloadClass["extended"]): number {
  for (const [name, amount] of extended) {
    if (name === GPU_MILLI) return amount;
  }
  return 0;
}

/** What a workload has on a host: whole devices, and at most one of which it has a part. */
interface Allocation {
  readonly amount: number;
  readonly devices: readonly number[];
}

const NO_DEVICES = new Int32Array(0);

type Change =
  | { readonly is: "taken"; readonly host: number }
  | {
      readonly is: "given back";
      readonly host: number;
      readonly at: number;
      readonly allocation: Allocation;
    };

/**
 * Which GPU of its host a workload has. A part is always of one device, and goes where it leaves
 * the least over; more than one device is asked for in whole ones, and then a part. Changes are
 * undone exactly, the last one first.
 */
export class DeviceTable {
  /** Per host what is left of each device; empty for hosts without shares of GPUs. */
  readonly #left: readonly Int32Array[];
  readonly #allocations = new Map<number, Allocation[]>();
  readonly #changes: Change[] = [];
  /** False when no host has shares of GPUs. */
  readonly isUsed: boolean;

  constructor(hosts: readonly Host[]) {
    this.#left = hosts.map(({ allocatable }) => {
      const count = Math.floor((allocatable.extended[GPU_MILLI] ?? 0) / MILLI);
      return count === 0 ? NO_DEVICES : new Int32Array(count).fill(MILLI);
    });
    this.isUsed = this.#left.some(({ length }) => length > 0);
  }

  /** What is left of each device of a host. */
  left(host: number): readonly number[] {
    return [...(this.#left[host] ?? [])];
  }

  /** Devices that the workload would get, whole ones first; undefined when it cannot. */
  choice(host: number, amount: number): readonly number[] | undefined {
    const left = this.#left[host] ?? NO_DEVICES;
    const whole = Math.floor(amount / MILLI);
    const idle = [...left.keys()].filter((device) => left[device] === MILLI);
    if (idle.length < whole) return undefined;
    const devices = idle.slice(0, whole);
    const part = amount % MILLI;
    if (part === 0) return devices;
    const tightest = [...left.keys()]
      .filter((device) => !devices.includes(device) && (left[device] ?? 0) >= part)
      .reduce<number | undefined>(
        (best, device) =>
          best === undefined || (left[device] ?? 0) < (left[best] ?? 0) ? device : best,
        undefined,
      );
    return tightest === undefined ? undefined : [...devices, tightest];
  }

  /** Gives a workload its devices; what was placed by others although it does not fit gets none. */
  take(host: number, amount: number): void {
    const allocation = { amount, devices: this.choice(host, amount) ?? [] };
    this.#use(host, allocation, -1);
    this.#allocationsOf(host).push(allocation);
    this.#changes.push({ is: "taken", host });
  }

  /** Takes back the devices of the latest workload that asked for so much. */
  giveBack(host: number, amount: number): void {
    const allocations = this.#allocationsOf(host);
    const at = allocations.findLastIndex((each) => each.amount === amount);
    const [allocation] = at < 0 ? [] : allocations.splice(at, 1);
    if (allocation === undefined) throw new Error(`nothing on the host asked for ${amount}`);
    this.#use(host, allocation, 1);
    this.#changes.push({ is: "given back", host, at, allocation });
  }

  /** Undoes the last change that is not undone. */
  undo(): void {
    const change = this.#changes.pop();
    if (change === undefined) return;
    const allocations = this.#allocationsOf(change.host);
    if (change.is === "taken") {
      const allocation = allocations.pop();
      if (allocation !== undefined) this.#use(change.host, allocation, 1);
      return;
    }
    allocations.splice(change.at, 0, change.allocation);
    this.#use(change.host, change.allocation, -1);
  }

  #allocationsOf(host: number): Allocation[] {
    let allocations = this.#allocations.get(host);
    if (allocations === undefined) {
      allocations = [];
      this.#allocations.set(host, allocations);
    }
    return allocations;
  }

  #use(host: number, { amount, devices }: Allocation, sign: 1 | -1): void {
    const left = this.#left[host];
    if (left === undefined) return;
    devices.forEach((device, index) => {
      const isPart = index === Math.floor(amount / MILLI);
      left[device] = (left[device] ?? 0) + sign * (isPart ? amount % MILLI : MILLI);
    });
  }
}

/** GPU thousandths on these devices that nobody who asks for so much could use. */
function unusable(left: readonly number[], amount: number): number {
  const wanted = Math.min(amount, MILLI);
  const usable = left.filter((each) => each >= wanted);
  const isEnough = usable.length >= Math.ceil(amount / MILLI);
  const fragments = isEnough ? left.filter((each) => each < wanted) : left;
  return fragments.reduce((sum, each) => sum + each, 0);
}

/**
 * How many more thousandths the placement makes useless to the demands there are, all added up;
 * below 0 where it uses up fragments (Weng et al., USENIX ATC 2023, in whole numbers).
 */
export function fragmentation(
  table: DeviceTable,
  host: number,
  { amount, demands }: { readonly amount: number; readonly demands: readonly number[] },
): number {
  const before = table.left(host);
  const devices = table.choice(host, amount);
  if (devices === undefined) return 0;
  const after = [...before];
  devices.forEach((device, index) => {
    const isPart = index === Math.floor(amount / MILLI);
    after[device] = (after[device] ?? 0) - (isPart ? amount % MILLI : MILLI);
  });
  return demands.reduce((sum, each) => sum + unusable(after, each) - unusable(before, each), 0);
}
