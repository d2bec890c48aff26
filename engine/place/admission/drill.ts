import type { Amounts } from "../../model/demand.ts";
import { type Applicant, applicantOf, follow, refresh } from "../classes/applicant.ts";
import type { WorkloadClass } from "../classes/classes.ts";
import { endsWithHost } from "../classes/ends-with-host.ts";
import { failover } from "../filters/failover.ts";
import { failoverHost } from "../filters/failover-host.ts";
import type { Filter } from "../filters/filter.ts";
import { PASS } from "../filters/filter.ts";
import { fit } from "../filters/fit.ts";
import { FILTERS } from "../filters/index.ts";
import { reservation } from "../filters/reservation.ts";
import { size } from "../filters/size.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { whatIf } from "../ledger/overlay.ts";
import type { Seat } from "../deciding/seating.ts";
import { floorDivide } from "../basics/units.ts";
import { busyFilters, HostVerdictCache } from "../judging/verdict.ts";

/** Hosts kept for fail-over are open to what a lost host ran. */
const KEPT_BIT = 1 << FILTERS.indexOf(failoverHost);
/** Filters that look at amounts alone. */
const BY_AMOUNTS: readonly Filter[] = [fit, size, reservation];

/** Classes beyond which trying is cheaper than looking at each of them. */
const CLASSES_MAX = 256;

/** What is known of a class while hosts are lost. */
interface Desk {
  readonly applicant: Applicant;
  /** A bit per failing host filter, by host. */
  readonly failing: Int32Array;
  readonly busy: readonly Filter[];
}

/** A workload for which no other host was found. */
export interface Stranded {
  readonly workloadClass: WorkloadClass;
  /** Numbers of the hosts that were lost together. */
  readonly lost: readonly number[];
}

/** What was found when every failure of so many hosts was tried. */
export interface DrillResult {
  readonly stranded: Stranded | undefined;
  /** False when trying was ended before all failures were tried. */
  readonly isComplete: boolean;
}

/**
 * Loses hosts of a ledger and looks for other hosts for what they ran: with every must rule, taint
 * and reservation, most important first, then largest, each on the first host that takes it. The
 * ledger is as it was afterwards.
 */
export class FailureDrill {
  readonly #ledger: Ledger;
  readonly #cache = new HostVerdictCache();
  readonly #desks = new Map<WorkloadClass, Desk>();
  /** How many of each class a host runs. */
  readonly #running: readonly Map<WorkloadClass, number>[];
  readonly #counts: Int32Array;
  /** How often a host was asked for a workload. */
  #asked = 0;

  constructor(world: { readonly ledger: Ledger; readonly seats: Iterable<Seat> }) {
    this.#ledger = world.ledger;
    this.#running = this.#ledger.hosts.map(() => new Map());
    this.#counts = new Int32Array(this.#ledger.hosts.length);
    for (const { workloadClass, host } of world.seats) {
      const running = this.#running[host];
      running?.set(workloadClass, (running.get(workloadClass) ?? 0) + 1);
      this.#counts[host] = (this.#counts[host] ?? 0) + 1;
    }
  }

  /**
   * Tries every set of so many hosts of a cluster, largest hosts first, until one strands a
   * workload or about `questionsMax` times a host was asked for a workload.
   */
  survives(cluster: number, failures: number, questionsMax: number): DrillResult {
    if (failures <= this.sureFailures(cluster)) return { stranded: undefined, isComplete: true };
    const asked = this.#asked;
    for (const lost of combinations(this.#largestFirst(cluster), failures)) {
      if (this.#asked - asked > questionsMax) return { stranded: undefined, isComplete: false };
      const stranded = this.lose(lost);
      if (stranded !== undefined) return { stranded, isComplete: true };
    }
    return { stranded: undefined, isComplete: true };
  }

  /** The first workload that finds no host when these are lost together. */
  lose(lost: readonly number[]): Stranded | undefined {
    const restarts = new Map<WorkloadClass, number>();
    return whatIf(this.#ledger, () => {
      for (const host of lost) {
        for (const [workloadClass, count] of this.#running[host] ?? []) {
          for (let each = 0; each < count; each++) this.#ledger.add(workloadClass, host, -1);
          if (endsWithHost(workloadClass.sample, this.#ledger.hosts[host]?.name)) continue;
          restarts.set(workloadClass, (restarts.get(workloadClass) ?? 0) + count);
        }
      }
      const order = [...restarts.keys()].sort((left, right) => this.#compare(left, right));
      const workloadClass = order.find(
        (each) => !this.#restart(each, restarts.get(each) ?? 0, lost),
      );
      return workloadClass === undefined ? undefined : { workloadClass, lost };
    });
  }

  /** True when all of them find a host. */
  #restart(workloadClass: WorkloadClass, count: number, lost: readonly number[]): boolean {
    const { applicant, failing, busy } = this.#deskOf(workloadClass);
    const home = this.#ledger.clusterOf[lost[0] ?? 0];
    refresh(applicant);
    let waiting = count;
    for (let host = 0; host < failing.length && waiting > 0; host++) {
      if (this.#ledger.clusterOf[host] !== home || lost.includes(host)) continue;
      if (((failing[host] ?? 0) & ~KEPT_BIT) !== 0) continue;
      for (; waiting > 0; waiting--) {
        this.#asked++;
        if (busy.some((each) => each.test(host, applicant, this.#ledger) !== PASS)) break;
        this.#ledger.add(workloadClass, host, 1);
        follow(applicant, host);
      }
    }
    return waiting === 0;
  }

  /** More important first, then larger; the number of the class settles the rest. */
  #compare(left: WorkloadClass, right: WorkloadClass): number {
    const [one, other] = [left.sample.scheduling.priority, right.sample.scheduling.priority];
    return (
      other - one ||
      right.reserved.memoryBytes - left.reserved.memoryBytes ||
      right.reserved.cpuMillicores - left.reserved.cpuMillicores ||
      left.id - right.id
    );
  }

  #deskOf(workloadClass: WorkloadClass): Desk {
    let desk = this.#desks.get(workloadClass);
    if (desk === undefined) {
      const applicant = applicantOf(workloadClass, this.#ledger);
      const { failing } = this.#cache.of(workloadClass, this.#ledger);
      const busy = busyFilters(applicant, this.#ledger)
        .map(([, filter]) => filter)
        .filter((filter) => filter !== failover);
      desk = { applicant, failing, busy };
      this.#desks.set(workloadClass, desk);
    }
    return desk;
  }

  /** Hosts of the cluster on which something can run now. */
  #usable(cluster: number): readonly number[] {
    const { hosts, clusterOf } = this.#ledger;
    return hosts.flatMap(({ connection }, host) =>
      clusterOf[host] === cluster && connection === "connected" ? [host] : [],
    );
  }

  #largestFirst(cluster: number): readonly number[] {
    const { allocatableMemory: memory, allocatableCpu: cpu } = this.#ledger;
    return this.#usable(cluster).toSorted(
      (left, right) =>
        (memory[right] ?? 0) - (memory[left] ?? 0) || (cpu[right] ?? 0) - (cpu[left] ?? 0),
    );
  }

  /**
   * How many failures are survived for sure, without trying: nothing has rules, and even if each
   * were as large as the largest the hosts that stay have a place for all. What is lost is at most
   * what hosts run and have places for. One host stays at least.
   */
  sureFailures(cluster: number): number {
    const hosts = this.#usable(cluster);
    const classes = new Set(hosts.flatMap((host) => [...(this.#running[host]?.keys() ?? [])]));
    if (classes.size > CLASSES_MAX || hosts.length < 2) return 0;
    if (!this.#arePlain(classes, hosts)) return 0;
    const [cpu, memory] = largestOf(classes);
    const places = hosts.map((host) => placesOn(host, this.#ledger, { cpu, memory }));
    const lost = hosts
      .map((host, index) => (this.#counts[host] ?? 0) + (places[index] ?? 0))
      .sort((left, right) => right - left);
    let failures = 0;
    let left = sum(places) - (lost[0] ?? 0);
    while (left >= 0 && failures + 1 < hosts.length) left -= lost[++failures] ?? 0;
    return failures;
  }

  /** Only amounts can be in their way on these hosts, and only those that places are counted by. */
  #arePlain(classes: ReadonlySet<WorkloadClass>, hosts: readonly number[]): boolean {
    const smallest = [this.#smallest(hosts, "memoryBytes"), this.#smallest(hosts, "cpuMillicores")];
    // Classes share what host filters found, so that it is looked at once.
    const open = new Set<Int32Array>();
    for (const each of classes) {
      const { applicant, failing, busy } = this.#deskOf(each);
      if (!busy.every((filter) => BY_AMOUNTS.includes(filter)) || hasFurtherNeeds(each))
        return false;
      if (!open.has(failing) && hosts.some((host) => failing[host] !== 0)) return false;
      open.add(failing);
      if (smallest.some((host) => size.test(host, applicant, this.#ledger) !== PASS)) return false;
    }
    return true;
  }

  #smallest(hosts: readonly number[], resource: keyof Amounts): number {
    const amountOf = (host: number): number => this.#ledger.hosts[host]?.capacity[resource] ?? 0;
    return hosts.reduce((one, other) => (amountOf(other) < amountOf(one) ? other : one));
  }
}

const hasFurtherNeeds = ({ extended, sample }: WorkloadClass): boolean =>
  extended.length > 0 || sample.demand.request.ephemeralStorageBytes > 0;

/** The largest CPU and the largest memory that any of the classes needs. */
function largestOf(classes: Iterable<WorkloadClass>): readonly [cpu: number, memory: number] {
  let [cpu, memory] = [0, 0];
  for (const { reserved, sample } of classes) {
    const { request } = sample.demand;
    cpu = Math.max(cpu, reserved.cpuMillicores, request.cpuMillicores);
    memory = Math.max(memory, reserved.memoryBytes, request.memoryBytes);
  }
  return [cpu, memory];
}

/** How many workloads of that size the host takes besides what it runs. */
function placesOn(
  host: number,
  ledger: Ledger,
  each: { readonly cpu: number; readonly memory: number },
): number {
  const free = (allocatable: Float64Array, ...taken: Float64Array[]): number =>
    (allocatable[host] ?? 0) - Math.max(...taken.map((amounts) => amounts[host] ?? 0));
  const fits = (amount: number, one: number): number =>
    one <= 0 ? Number.MAX_SAFE_INTEGER : Math.max(0, floorDivide(amount, one));
  return Math.min(
    fits(free(ledger.allocatableCpu, ledger.requestedCpu, ledger.reservedCpu), each.cpu),
    fits(
      free(ledger.allocatableMemory, ledger.requestedMemory, ledger.reservedMemory),
      each.memory,
    ),
    Math.max(
      0,
      (ledger.hosts[host]?.allocatable.pods ?? 0) - (ledger.requests.pods.taken[host] ?? 0),
    ),
  );
}

const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0);

/** All sets of so many items, in the order of the items. */
function* combinations(items: readonly number[], count: number): Generator<readonly number[]> {
  if (count <= 0) {
    yield [];
    return;
  }
  for (let index = 0; index + count <= items.length; index++) {
    for (const rest of combinations(items.slice(index + 1), count - 1)) {
      yield [items[index] ?? 0, ...rest];
    }
  }
}
