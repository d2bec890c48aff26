import type { Amounts } from "../../model/demand.ts";
import type { PoolLimits } from "../../model/desired.ts";

type Resource = keyof Amounts;
type Sums = { -readonly [Key in Resource]: number };

/** What is counted against one resource pool. */
export interface PoolUse {
  readonly limits: PoolLimits;
  /** Reservations of all that runs in the pool and below it: what its limits bound. */
  readonly reserved: Sums;
  /**
   * What its own reservation has to cover: what its workloads reserve, memory with overhead, and of
   * each pool below the larger of its reservation and its use.
   */
  readonly used: Sums;
}

const NO_CHAIN: readonly PoolUse[] = [];
const RESOURCES: readonly Resource[] = ["cpuMillicores", "memoryBytes"];

/** What the pool keeps for itself; 0 where it states nothing. */
export const ownReservation = ({ limits }: PoolUse, resource: Resource): number =>
  limits.reservation?.[resource] ?? 0;

/** The resource pools with what they hold; pools may stand in pools. */
export class PoolTable {
  readonly #pools: ReadonlyMap<string, PoolUse>;
  readonly #chains: ReadonlyMap<string, readonly PoolUse[]>;
  /** True when some pool keeps something for itself, or may not take more than it has. */
  readonly hasReservations: boolean;
  /** True when some pool bounds what runs in it. */
  readonly hasLimits: boolean;
  /** Pools that stand in no other pool. */
  readonly tops: readonly PoolUse[];

  constructor(pools: readonly PoolLimits[]) {
    this.#pools = new Map(pools.map((limits) => [limits.address, emptyPool(limits)]));
    this.#chains = new Map(pools.map(({ address }) => [address, this.#climb(address)]));
    this.tops = [...this.#pools.values()].filter(
      ({ limits }) => this.chainOf(limits.address).length === 1,
    );
    this.hasReservations = [...this.#pools.values()].some(
      (pool) =>
        pool.limits.isExpandable === false ||
        RESOURCES.some((resource) => ownReservation(pool, resource) > 0),
    );
    this.hasLimits = pools.some(
      ({ cpuMillicoresLimit, memoryBytesLimit }) =>
        cpuMillicoresLimit !== undefined || memoryBytesLimit !== undefined,
    );
    // What a pool keeps is used of the pools around it from the start.
    for (const [pool, ...around] of this.#chains.values()) {
      if (pool === undefined) continue;
      for (const resource of RESOURCES) use(around, resource, ownReservation(pool, resource));
    }
  }

  /** Every pool, in the order in which they were given. */
  all(): Iterable<PoolUse> {
    return this.#pools.values();
  }

  /** The pool and its ancestors, from the inside out; empty for a name that is none. */
  chainOf(address: string | undefined): readonly PoolUse[] {
    return address === undefined ? NO_CHAIN : (this.#chains.get(address) ?? NO_CHAIN);
  }

  /** Counts a workload in, or out with a sign of -1; `reserved` is with overhead. */
  add(address: string | undefined, reservation: Amounts, reserved: Amounts, sign: number): void {
    const chain = this.chainOf(address);
    for (const pool of chain) {
      pool.reserved.cpuMillicores += sign * reservation.cpuMillicores;
      pool.reserved.memoryBytes += sign * reservation.memoryBytes;
    }
    for (const resource of RESOURCES) use(chain, resource, sign * reserved[resource]);
  }

  /** A circle of parents ends at the first repeat. */
  #climb(address: string): readonly PoolUse[] {
    const chain: PoolUse[] = [];
    let pool = this.#pools.get(address);
    while (pool !== undefined && !chain.includes(pool)) {
      chain.push(pool);
      pool = pool.limits.parent === undefined ? undefined : this.#pools.get(pool.limits.parent);
    }
    return chain;
  }
}

const emptyPool = (limits: PoolLimits): PoolUse => ({
  limits,
  reserved: { cpuMillicores: 0, memoryBytes: 0 },
  used: { cpuMillicores: 0, memoryBytes: 0 },
});

/** Passes on to the next pool out only what the reservation of this one does not cover. */
function use(chain: readonly PoolUse[], resource: Resource, amount: number): void {
  let change = amount;
  for (const pool of chain) {
    if (change === 0) return;
    const own = ownReservation(pool, resource);
    const before = Math.max(own, pool.used[resource]);
    pool.used[resource] += change;
    change = Math.max(own, pool.used[resource]) - before;
  }
}
