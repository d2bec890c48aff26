import { compareText } from "../../model/canonical.ts";
import type { Host } from "../../model/host.ts";
import type { PlacementProblem } from "../../model/placement.ts";
import { ClassTable, type WorkloadClass } from "../classes/classes.ts";
import { type ClusterUse, clustersOf, isUsable, reserveIn } from "./cluster-use.ts";
import { EqualHosts } from "./equal-hosts.ts";
import { ExtendedTable } from "./extended-table.ts";
import { GrowingList } from "../basics/growing-list.ts";
import { DeviceTable, gpuMilliAmong } from "./devices.ts";
import { HostAmounts } from "./host-amounts.ts";
import { anySoftTaint, columnsOf, imagesOf } from "./host-columns.ts";
import { PoolTable } from "../pools/pools.ts";
import { PortTable } from "./ports.ts";
import { residentsOf } from "./residents.ts";
import { type Stock, Supply } from "./supply.ts";
import { countInTerms } from "./term-counts.ts";
import { ofOwnCores } from "../basics/units.ts";

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
  readonly #isUsable: Uint8Array;

  /** What Kubernetes counts: requests against allocatable, in millicores and bytes. */
  readonly requests: Readonly<Record<"pods" | "cpu" | "memory" | "storage", Supply>>;
  readonly allocatableCpu: Float64Array;
  readonly allocatableMemory: Float64Array;
  readonly requestedCpu: Float64Array;
  readonly requestedMemory: Float64Array;
  readonly nonZeroCpu: Float64Array;
  readonly nonZeroMemory: Float64Array;
  readonly ports: PortTable;
  #extended: ExtendedTable | undefined;
  /** False where hosts differ too much for it. */
  #equalHosts: EqualHosts | false | undefined;

  /** What vSphere guarantees: reservations with overhead. */
  readonly reservations: { readonly cpu: Supply; readonly memory: Supply };
  readonly reservedCpu: Float64Array;
  readonly reservedMemory: Float64Array;

  /** What DRS balances: use against capacity; CPU in millicores of the cluster's slowest core. */
  readonly capacityCpu: Float64Array;
  readonly capacityMemory: Float64Array;
  readonly capacityMebibytes: Float64Array;
  /** The machine itself, CPU in millicores of its own cores; nothing of it is ever taken. */
  readonly machine: { readonly cpu: Supply; readonly memory: Supply };
  readonly loadCpu: Float64Array;
  readonly loadMemory: Float64Array;
  readonly entitledCpu: Float64Array;
  readonly entitledMemory: Float64Array;
  readonly workloads: Float64Array;
  /** Virtual CPUs of everything on the host, busy or not. */
  readonly vcpus: Float64Array;
  /** Which GPU of a host is used by how much. */
  readonly devices: DeviceTable;
  /** True when some host has a taint with PreferNoSchedule. */
  readonly hasSoftTaints: boolean;
  /** How many hosts hold each image that some host holds. */
  readonly imagesHeld: ReadonlyMap<string, number>;

  readonly #members: number[] = [];
  /** All changes ever made, those of a rollback included: hosts, as host + 1 with the sign. */
  readonly #changes = new GrowingList();
  /** The numbers of their classes. */
  readonly #changedClasses = new GrowingList();
  /** Places of the changes that a rollback may undo. */
  readonly #undoable = new GrowingList();

  constructor(problem: Pick<PlacementProblem, "hosts" | "namespaces" | "pools" | "policies">) {
    this.#hosts = [...problem.hosts].sort((left, right) => compareText(left.name, right.name));
    this.hosts = this.#hosts;
    this.indexOf = new Map(this.hosts.map((host, index) => [host.name, index]));
    this.classes = new ClassTable({ ...problem, hosts: this.hosts });
    this.pools = new PoolTable(problem.pools);
    this.clusters = clustersOf(this.hosts, problem.policies);
    const size = this.hosts.length;
    const columns = columnsOf(this.hosts, this.clusters);
    this.clusterOf = columns.clusterOf;
    this.#isUsable = columns.isUsable;
    this.allocatableCpu = columns.allocatableCpu;
    this.allocatableMemory = columns.allocatableMemory;
    this.requests = {
      pods: new Supply(columns.pods),
      cpu: new Supply(this.allocatableCpu),
      memory: new Supply(this.allocatableMemory),
      storage: new Supply(columns.storage),
    };
    this.requestedCpu = this.requests.cpu.taken;
    this.requestedMemory = this.requests.memory.taken;
    this.nonZeroCpu = new Float64Array(size);
    this.nonZeroMemory = new Float64Array(size);
    this.ports = new PortTable(size);
    this.reservations = {
      cpu: new Supply(this.allocatableCpu),
      memory: new Supply(this.allocatableMemory),
    };
    this.reservedCpu = this.reservations.cpu.taken;
    this.reservedMemory = this.reservations.memory.taken;
    this.capacityCpu = columns.capacityCpu;
    this.capacityMemory = columns.capacityMemory;
    this.capacityMebibytes = columns.capacityMebibytes;
    this.machine = { cpu: new Supply(columns.machineCpu), memory: new Supply(this.capacityMemory) };
    this.loadCpu = columns.loadCpu;
    this.loadMemory = columns.loadMemory;
    this.entitledCpu = new Float64Array(size);
    this.entitledMemory = new Float64Array(size);
    this.workloads = new Float64Array(size);
    this.vcpus = new Float64Array(size);
    this.devices = new DeviceTable(this.hosts);
    this.imagesHeld = imagesOf(this.hosts);
    this.hasSoftTaints = anySoftTaint(this.hosts);
  }

  /** Takes the measured use of a workload out of its host's total, which counts it already. */
  discountActive(host: number, active: { cpuMillicores: number; memoryBytes: number }): void {
    subtractToZero(this.loadCpu, host, active.cpuMillicores);
    subtractToZero(this.loadMemory, host, active.memoryBytes);
    if (this.#equalHosts) this.#equalHosts.setApart(host);
  }

  /** Makes room for so many changes at once. */
  expect(changes: number): void {
    this.#changes.expect(changes);
    this.#changedClasses.expect(changes);
    this.#undoable.expect(changes);
  }

  /** Puts a member of the class on a host, or takes it off, and notes it for undo. */
  add(workloadClass: WorkloadClass, host: number, sign: 1 | -1): void {
    this.#undoable.push(this.#changes.length);
    this.#apply(workloadClass, host, sign);
    if (workloadClass.extended.length > 0) this.#applyDevices(workloadClass, host, sign);
  }

  /** Workloads of a class on usable hosts. */
  membersOf({ id }: WorkloadClass): number {
    return this.#members[id] ?? 0;
  }

  /** A point to which `rollback` returns. */
  mark(): number {
    return this.#undoable.length;
  }

  /** Undoes everything since the mark, in O(changes). */
  rollback(mark: number): void {
    while (this.#undoable.length > mark) {
      const index = this.#undoable.pop();
      const workloadClass = this.changedClassAt(index);
      const { extended } = workloadClass;
      if (extended.length > 0 && gpuMilliAmong(extended) > 0) this.devices.undo();
      this.#apply(workloadClass, this.changedAt(index), this.isArrival(index) ? -1 : 1);
    }
  }

  /** Grows with every change and every undone one; who follows the ledger reads on from there. */
  get version(): number {
    return this.#changes.length;
  }

  /** Host of one change, by its place in the order of all. */
  changedAt(index: number): number {
    return Math.abs(this.#changes.at(index)) - 1;
  }

  /** True where a change put something on its host, false where it took something off. */
  isArrival(index: number): boolean {
    return this.#changes.at(index) > 0;
  }

  /** Class of what came or went with one change. */
  changedClassAt(index: number): WorkloadClass {
    return this.classes.at(this.#changedClasses.at(index));
  }

  /** Hosts that changed since a version, with repeats. */
  changedSince(version: number): readonly number[] {
    return Array.from({ length: this.version - version }, (_item, index) =>
      this.changedAt(version + index),
    );
  }

  /**
   * Puts a host that was in standby to work, or back to standby; `rollback` leaves it so. What runs
   * there, as what a real host has kept on it, counts for its cluster as long as it is awake.
   * What was derived from its state before, verdicts and standings, has to be made anew.
   */
  wake(index: number, isAwake = true): void {
    const host = this.hosts[index];
    const cluster = this.clusters[this.clusterOf[index] ?? 0];
    if (host === undefined || cluster === undefined || isUsable(host) === isAwake) return;
    this.#hosts[index] = { ...host, connection: isAwake ? "connected" : "standby" };
    for (const [workloadClass, members] of residentsOf(index, this)) {
      this.#countInCluster(workloadClass, cluster, isAwake ? members : -members);
    }
    this.#isUsable[index] = isAwake ? 1 : 0;
    const usable = this.hosts.filter(
      (each, other) => this.clusterOf[other] === this.clusterOf[index] && isUsable(each),
    );
    cluster.cpuAmounts = new HostAmounts(usable.map((each) => each.allocatable.cpuMillicores));
    cluster.memoryAmounts = new HostAmounts(usable.map((each) => each.allocatable.memoryBytes));
    cluster.slots?.setHosts(usable);
  }

  /** One extended resource. */
  extended(name: string): Stock {
    this.#extended ??= new ExtendedTable(this.hosts);
    return this.#extended.of(name);
  }

  /** Which hosts are equal; undefined where hardly any are. */
  equalHosts(): EqualHosts | undefined {
    this.#equalHosts ??= EqualHosts.among(this) ?? false;
    return this.#equalHosts === false ? undefined : this.#equalHosts;
  }

  #apply(workloadClass: WorkloadClass, host: number, sign: 1 | -1): void {
    if (this.#equalHosts) this.#equalHosts.follow(host, sign * (workloadClass.id + 1));
    this.#changes.push(sign * (host + 1));
    this.#changedClasses.push(workloadClass.id);
    const { sample, reserved, load } = workloadClass;
    const { request, size, overheadBytes } = sample.demand;
    const { requests, reservations } = this;
    if (workloadClass.isPod) requests.pods.take(host, sign);
    requests.cpu.take(host, sign * request.cpuMillicores);
    requests.memory.take(host, sign * request.memoryBytes);
    requests.storage.take(host, sign * request.ephemeralStorageBytes);
    reservations.cpu.take(host, sign * reserved.cpuMillicores);
    reservations.memory.take(host, sign * reserved.memoryBytes);
    bump(this.nonZeroCpu, host, sign * request.nonZero.cpuMillicores);
    bump(this.nonZeroMemory, host, sign * request.nonZero.memoryBytes);
    bump(this.loadCpu, host, sign * load.cpuMillicores);
    bump(this.loadMemory, host, sign * load.memoryBytes);
    bump(this.entitledCpu, host, sign * size.cpuMillicores);
    bump(this.entitledMemory, host, sign * (size.memoryBytes + overheadBytes));
    bump(this.workloads, host, sign);
    bump(this.vcpus, host, sign * size.vcpus);
    for (const [name, amount] of workloadClass.extended) {
      this.extended(name).take(host, sign * amount);
    }
    if (sample.scheduling.ports.length > 0) this.ports.add(sample.scheduling.ports, host, sign);
    this.#applyShared(workloadClass, host, sign);
    countInTerms(this.classes, workloadClass, host, sign);
  }

  #applyDevices({ extended }: WorkloadClass, host: number, sign: 1 | -1): void {
    const amount = gpuMilliAmong(extended);
    if (amount === 0) return;
    if (sign === 1) this.devices.take(host, amount);
    else this.devices.giveBack(host, amount);
  }

  /** Sums above single hosts: cluster and pools. */
  #applyShared(workloadClass: WorkloadClass, host: number, sign: number): void {
    const { reserved, sample } = workloadClass;
    const cluster = this.clusters[this.clusterOf[host] ?? 0];
    if (cluster !== undefined && this.#isUsable[host] === 1) {
      this.#countInCluster(workloadClass, cluster, sign);
    }
    if (sample.pool !== undefined) {
      this.pools.add(sample.pool, sample.demand.reservation, reserved, sign);
    }
  }

  #countInCluster(workloadClass: WorkloadClass, cluster: ClusterUse, amount: number): void {
    reserveIn(cluster, workloadClass, amount);
    this.#members[workloadClass.id] = (this.#members[workloadClass.id] ?? 0) + amount;
  }

  /** Millicores of the host's own cores for an amount in those of the cluster's slowest. */
  ownMillicores(host: number, amount: number): number {
    const own = this.hosts[host]?.cpuMhz ?? 0;
    const slowest = this.clusters[this.clusterOf[host] ?? 0]?.cpuMhzLowest ?? own;
    return ofOwnCores(amount, own, slowest);
  }
}

function bump(amounts: Float64Array, host: number, amount: number): void {
  amounts[host] = (amounts[host] ?? 0) + amount;
}

function subtractToZero(array: Float64Array, index: number, amount: number): void {
  array[index] = Math.max(0, (array[index] ?? 0) - amount);
}
