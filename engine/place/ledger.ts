import { compareText } from "../model/canonical.ts";
import type { Host } from "../model/host.ts";
import type { PlacementProblem } from "../model/placement.ts";
import { SlotUse } from "./admission/slots.ts";
import { ClassTable, type WorkloadClass } from "./classes.ts";
import { GrowingList } from "./growing-list.ts";
import { policyOf } from "./policy.ts";
import { PoolTable } from "./pools.ts";
import { PortTable } from "./ports.ts";
import { floorDivide } from "./units.ts";

/**
 * The working copy of the world: per host and resource one number, hosts in name order so that
 * index order is tie order. Everything changes through `add`, which is exactly reversible.
 * It never leaves the room.
 */
export class Ledger {
  readonly hosts: readonly Host[];
  /** The same list. */
  readonly #hosts: Host[];
  readonly indexOf: ReadonlyMap<string, number>;
  readonly classes: ClassTable;
  readonly pools: PoolTable;
  readonly clusters: readonly ClusterUse[];
  /** Number of the cluster of each host. */
  readonly clusterOf: Int32Array;

  /** What Kubernetes counts: requests against allocatable, in millicores and bytes. */
  readonly allocatableCpu: Float64Array;
  readonly allocatableMemory: Float64Array;
  readonly requestedCpu: Float64Array;
  readonly requestedMemory: Float64Array;
  readonly requestedStorage: Float64Array;
  readonly nonZeroCpu: Float64Array;
  readonly nonZeroMemory: Float64Array;
  readonly pods: Float64Array;
  readonly allocatablePods: Float64Array;
  readonly allocatableStorage: Float64Array;
  readonly #allocatableExtended = new Map<string, Float64Array>();
  readonly ports: PortTable;
  readonly #extended = new Map<string, Float64Array>();

  /** What vSphere guarantees: reservations with overhead. */
  readonly reservedCpu: Float64Array;
  readonly reservedMemory: Float64Array;

  /** What DRS balances: use against capacity; CPU in millicores of the cluster's slowest core. */
  readonly capacityCpu: Float64Array;
  readonly capacityMemory: Float64Array;
  /** 0 for every host. */
  readonly nothing: Float64Array;
  /** Capacity in millicores of the host's own cores. */
  readonly ownCpu: Float64Array;
  readonly loadCpu: Float64Array;
  readonly loadMemory: Float64Array;
  readonly entitledCpu: Float64Array;
  readonly entitledMemory: Float64Array;
  readonly workloads: Int32Array;
  /** Virtual CPUs of everything on the host, busy or not. */
  readonly vcpus: Float64Array;
  /** True when some host has a taint with PreferNoSchedule. */
  readonly hasSoftTaints: boolean;
  /** Every image that some host holds. */
  readonly imagesHeld: ReadonlySet<string>;

  /** Undo journal: classes, and their hosts with the sign, host + 1 for a newcomer. */
  readonly #moved: WorkloadClass[] = [];
  readonly #hostsMoved = new GrowingList();
  /** Hosts of all changes ever made, those of a rollback included. */
  readonly #changes = new GrowingList();

  constructor(problem: Pick<PlacementProblem, "hosts" | "namespaces" | "pools" | "policies">) {
    this.#hosts = [...problem.hosts].sort((left, right) => compareText(left.name, right.name));
    this.hosts = this.#hosts;
    this.indexOf = new Map(this.hosts.map((host, index) => [host.name, index]));
    this.classes = new ClassTable({ ...problem, hosts: this.hosts });
    this.pools = new PoolTable(problem.pools);
    this.clusters = clustersOf(this.hosts, problem.policies);
    const clusterIndex = new Map(this.clusters.map((cluster, index) => [cluster.name, index]));
    const size = this.hosts.length;
    this.clusterOf = Int32Array.from(this.hosts, (host) => clusterIndex.get(host.cluster) ?? 0);
    this.allocatableCpu = Float64Array.from(this.hosts, (host) => host.allocatable.cpuMillicores);
    this.allocatableMemory = Float64Array.from(this.hosts, (host) => host.allocatable.memoryBytes);
    this.requestedCpu = new Float64Array(size);
    this.requestedMemory = new Float64Array(size);
    this.requestedStorage = new Float64Array(size);
    this.nonZeroCpu = new Float64Array(size);
    this.nonZeroMemory = new Float64Array(size);
    this.pods = new Float64Array(size);
    this.allocatableStorage = Float64Array.from(
      this.hosts,
      ({ allocatable }) => allocatable.ephemeralStorageBytes,
    );
    this.allocatablePods = Float64Array.from(this.hosts, (host) => host.allocatable.pods);
    this.ports = new PortTable(size);
    this.reservedCpu = new Float64Array(size);
    this.reservedMemory = new Float64Array(size);
    this.capacityCpu = Float64Array.from(this.hosts, (host) =>
      this.#slowestCores(host, host.capacity.cpuMillicores),
    );
    this.nothing = new Float64Array(size);
    this.ownCpu = Float64Array.from(this.hosts, (host) => host.capacity.cpuMillicores);
    this.capacityMemory = Float64Array.from(this.hosts, (host) => host.capacity.memoryBytes);
    this.loadCpu = Float64Array.from(this.hosts, (host) =>
      this.#slowestCores(host, host.active.cpuMillicores),
    );
    this.loadMemory = Float64Array.from(this.hosts, (host) => host.active.memoryBytes);
    this.entitledCpu = new Float64Array(size);
    this.entitledMemory = new Float64Array(size);
    this.workloads = new Int32Array(size);
    this.vcpus = new Float64Array(size);
    this.imagesHeld = new Set(this.hosts.flatMap(({ images }) => images));
    this.hasSoftTaints = this.hosts.some(({ taints }) =>
      taints.some(({ effect }) => effect === "PreferNoSchedule"),
    );
  }

  /** Takes the measured use of a workload out of its host's total, which counts it already. */
  discountActive(host: number, active: { cpuMillicores: number; memoryBytes: number }): void {
    subtractToZero(this.loadCpu, host, active.cpuMillicores);
    subtractToZero(this.loadMemory, host, active.memoryBytes);
  }

  /** Puts a member of the class on a host, or takes it off, and notes it for undo. */
  add(workloadClass: WorkloadClass, host: number, sign: 1 | -1): void {
    this.#apply(workloadClass, host, sign);
    this.#moved.push(workloadClass);
    this.#hostsMoved.push(sign * (host + 1));
  }

  /** A point to which `rollback` returns. */
  mark(): number {
    return this.#moved.length;
  }

  /** Undoes everything since the mark, in O(changes). */
  rollback(mark: number): void {
    while (this.#moved.length > mark) {
      const workloadClass = this.#moved.pop();
      const host = this.#hostsMoved.pop();
      if (workloadClass === undefined) return;
      this.#apply(workloadClass, Math.abs(host) - 1, host > 0 ? -1 : 1);
    }
  }

  /** Grows with every change and every undone one; who follows the ledger reads on from there. */
  get version(): number {
    return this.#changes.length;
  }

  /** Host of one change, by its place in the order of all. */
  changedAt(index: number): number {
    return this.#changes.at(index);
  }

  /** Hosts that changed since a version, with repeats. */
  changedSince(version: number): readonly number[] {
    return Array.from({ length: this.version - version }, (_item, index) =>
      this.changedAt(version + index),
    );
  }

  /** Amount of one extended resource per host. */
  allocatableExtended(name: string): Float64Array {
    let amounts = this.#allocatableExtended.get(name);
    if (amounts === undefined) {
      amounts = Float64Array.from(this.hosts, (host) => host.allocatable.extended[name] ?? 0);
      this.#allocatableExtended.set(name, amounts);
    }
    return amounts;
  }

  /**
   * Puts a host to work that was in standby; it stays so. What was derived from its state before,
   * verdicts and standings, has to be made anew.
   */
  wake(index: number): void {
    const host = this.hosts[index];
    const cluster = this.clusters[this.clusterOf[index] ?? 0];
    if (host === undefined || cluster === undefined || isUsable(host)) return;
    this.#hosts[index] = { ...host, connection: "connected" };
    cluster.cpuAmounts = largestFirst([...cluster.cpuAmounts, host.allocatable.cpuMillicores]);
    cluster.memoryAmounts = largestFirst([...cluster.memoryAmounts, host.allocatable.memoryBytes]);
    cluster.reservedCpu += this.reservedCpu[index] ?? 0;
    cluster.reservedMemory += this.reservedMemory[index] ?? 0;
    cluster.slots?.addHost(host);
  }

  /** Use of one extended resource per host. */
  extendedUse(name: string): Float64Array {
    let use = this.#extended.get(name);
    if (use === undefined) {
      use = new Float64Array(this.hosts.length);
      this.#extended.set(name, use);
    }
    return use;
  }

  #apply(workloadClass: WorkloadClass, host: number, sign: 1 | -1): void {
    this.#changes.push(host);
    const { sample, reserved, load } = workloadClass;
    const { request, size, overheadBytes } = sample.demand;
    bump(this.requestedCpu, host, sign * request.cpuMillicores);
    bump(this.requestedMemory, host, sign * request.memoryBytes);
    bump(this.requestedStorage, host, sign * request.ephemeralStorageBytes);
    bump(this.nonZeroCpu, host, sign * request.nonZero.cpuMillicores);
    bump(this.nonZeroMemory, host, sign * request.nonZero.memoryBytes);
    bump(this.reservedCpu, host, sign * reserved.cpuMillicores);
    bump(this.reservedMemory, host, sign * reserved.memoryBytes);
    bump(this.loadCpu, host, sign * load.cpuMillicores);
    bump(this.loadMemory, host, sign * load.memoryBytes);
    bump(this.entitledCpu, host, sign * size.cpuMillicores);
    bump(this.entitledMemory, host, sign * (size.memoryBytes + overheadBytes));
    bump(this.workloads, host, sign);
    bump(this.vcpus, host, sign * size.vcpus);
    if (workloadClass.isPod) bump(this.pods, host, sign);
    for (const [name, amount] of workloadClass.extended) {
      bump(this.extendedUse(name), host, sign * amount);
    }
    if (sample.scheduling.ports.length > 0) this.ports.add(sample.scheduling.ports, host, sign);
    this.#applyShared(workloadClass, host, sign);
    this.#applyTerms(workloadClass, host, sign);
  }

  /** Sums above single hosts: cluster and pools. */
  #applyShared(workloadClass: WorkloadClass, host: number, sign: number): void {
    const { reserved, sample } = workloadClass;
    const cluster = this.clusters[this.clusterOf[host] ?? 0];
    if (cluster !== undefined && isUsable(this.hosts[host])) {
      cluster.reservedCpu += sign * reserved.cpuMillicores;
      cluster.reservedMemory += sign * reserved.memoryBytes;
      cluster.slots?.add(workloadClass, sign);
    }
    if (sample.pool !== undefined) {
      this.pools.add(sample.pool, sample.demand.reservation, reserved, sign);
    }
  }

  #applyTerms(workloadClass: WorkloadClass, host: number, sign: number): void {
    for (const matcher of this.classes.impactOf(workloadClass).matchers) {
      if (matcher.perHost !== undefined) bump(matcher.perHost, host, sign);
      for (const counter of matcher.counters) counter.add(host, sign);
    }
    for (const { holder, weight } of workloadClass.terms.held) {
      holder.counter.add(host, sign * weight);
    }
  }

  /** Millicores of the host's own cores for an amount in those of the cluster's slowest. */
  ownMillicores(host: number, amount: number): number {
    const own = this.hosts[host]?.cpuMhz ?? 0;
    const slowest = this.clusters[this.clusterOf[host] ?? 0]?.cpuMhzLowest ?? own;
    return own <= slowest ? amount : floorDivide(amount * slowest, own);
  }

  #slowestCores(host: Host, millicores: number): number {
    const slowest = this.clusters.find((cluster) => cluster.name === host.cluster)?.cpuMhzLowest;
    if (slowest === undefined || slowest <= 0 || host.cpuMhz <= slowest) return millicores;
    return floorDivide(millicores * host.cpuMhz, slowest);
  }
}

/** One DRS domain: what its usable hosts have, and what is reserved on them. */
export interface ClusterUse {
  readonly name: string;
  readonly policy: PlacementProblem["policies"][number] | undefined;
  readonly cpuMhzLowest: number;
  /** Allocatable amounts of the usable hosts, largest first. */
  cpuAmounts: readonly number[];
  memoryAmounts: readonly number[];
  /** Biggest hosts by capacity, usable or not. */
  readonly biggestCpu: Host | undefined;
  readonly biggestMemory: Host | undefined;
  reservedCpu: number;
  reservedMemory: number;
  /** Present where the policy admits by slots. */
  readonly slots: SlotUse | undefined;
}

const largestFirst = (amounts: number[]): number[] => amounts.sort((left, right) => right - left);

/** A host on which something can run now. */
const isUsable = (host: Host | undefined): boolean =>
  host !== undefined && host.connection === "connected";

function clustersOf(
  hosts: readonly Host[],
  policies: PlacementProblem["policies"],
): readonly ClusterUse[] {
  const names = [...new Set(hosts.map((host) => host.cluster))].sort();
  return names.map((name) => {
    const members = hosts.filter((host) => host.cluster === name);
    const usable = members.filter((host) => isUsable(host));
    const policy = policyOf(policies, name);
    const cpuMhzLowest = members.reduce((lowest, host) => Math.min(lowest, host.cpuMhz), Infinity);
    const { admission } = policy ?? {};
    return {
      name,
      policy,
      cpuMhzLowest,
      cpuAmounts: largestFirst(usable.map((host) => host.allocatable.cpuMillicores)),
      memoryAmounts: largestFirst(usable.map((host) => host.allocatable.memoryBytes)),
      biggestCpu: biggest(members, "cpuMillicores"),
      biggestMemory: biggest(members, "memoryBytes"),
      reservedCpu: 0,
      reservedMemory: 0,
      slots:
        admission?.kind === "slots"
          ? new SlotUse({ settings: admission, hosts: usable, cpuMhzLowest })
          : undefined,
    };
  });
}

/** The host with the largest capacity; the first by name where several are as large. */
export function biggest(
  hosts: readonly Host[],
  resource: "cpuMillicores" | "memoryBytes",
): Host | undefined {
  return hosts.reduce<Host | undefined>(
    (best, host) =>
      best === undefined || host.capacity[resource] > best.capacity[resource] ? host : best,
    undefined,
  );
}

function bump(array: Float64Array | Int32Array, index: number, amount: number): void {
  array[index] = (array[index] ?? 0) + amount;
}

function subtractToZero(array: Float64Array, index: number, amount: number): void {
  array[index] = Math.max(0, (array[index] ?? 0) - amount);
}
