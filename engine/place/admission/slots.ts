import type { Amounts } from "../../model/demand.ts";
import type { Admission } from "../../model/desired.ts";
import type { Host } from "../../model/host.ts";
import type { WorkloadClass } from "../classes/classes.ts";
import { floorDivide } from "../basics/units.ts";

/** What a workload without CPU reservation counts as. Source: vSphere HA, `das.vmcpuminmhz`. */
const MHZ_MIN = 32;
const MILLI = 1000;

type SlotSettings = Extract<Admission, { readonly kind: "slots" }>;

/** What of a cluster the slots need to know. */
interface SlotCluster {
  readonly settings: SlotSettings;
  /** Hosts on which something can run now. */
  readonly hosts: readonly Host[];
  readonly cpuMhzLowest: number;
}

/**
 * Admission by equal slots: each is as large as the largest reservation of CPU and of memory with
 * overhead, or as the policy says, and a host has as many as fit by both.
 */
export class SlotUse {
  readonly #cluster: SlotCluster;
  #hosts: readonly Host[];
  readonly #cpuMin: number;
  readonly #counts = new Map<WorkloadClass, number>();
  #largest: Amounts | undefined;
  #perHost: { readonly slot: Amounts; readonly counts: readonly number[] } | undefined;

  constructor(cluster: SlotCluster) {
    this.#cluster = cluster;
    this.#hosts = cluster.hosts;
    this.#cpuMin = Math.ceil((MHZ_MIN * MILLI) / Math.max(1, cluster.cpuMhzLowest));
  }

  /** Other hosts run now. */
  setHosts(hosts: readonly Host[]): void {
    this.#hosts = hosts;
    this.#perHost = undefined;
  }

  /** Counts a workload in, or out with a sign of -1. */
  add(workloadClass: WorkloadClass, sign: number): void {
    const count = (this.#counts.get(workloadClass) ?? 0) + sign;
    if (count === 0) this.#counts.delete(workloadClass);
    else this.#counts.set(workloadClass, count);
    this.#largest = undefined;
  }

  /** Size of a slot, with one more workload of the class if it is given. */
  slot(more?: WorkloadClass): Amounts {
    const { settings } = this.#cluster;
    const largest = this.#largestReservation();
    const cpu = Math.max(this.#cpuMin, largest.cpuMillicores, more?.reserved.cpuMillicores ?? 0);
    const memory = Math.max(largest.memoryBytes, more?.reserved.memoryBytes ?? 0);
    return {
      cpuMillicores: settings.cpuMillicores ?? cpu,
      memoryBytes: settings.memoryBytes ?? memory,
    };
  }

  /** Slots of each host, most first. */
  perHost(slot: Amounts): readonly number[] {
    const known = this.#perHost;
    if (
      known?.slot.cpuMillicores === slot.cpuMillicores &&
      known.slot.memoryBytes === slot.memoryBytes
    ) {
      return known.counts;
    }
    const counts = this.#hosts
      .map(({ allocatable }) => slotsIn(allocatable, slot))
      .sort((left, right) => right - left);
    this.#perHost = { slot, counts };
    return counts;
  }

  /** Slots that stay when the hosts with the most are lost. */
  left(slot: Amounts, failures: number): number {
    return this.perHost(slot)
      .slice(failures)
      .reduce((sum, count) => sum + count, 0);
  }

  /** Slots that everything in the cluster takes; a reservation above the slot takes several. */
  taken(slot: Amounts): number {
    let sum = 0;
    for (const [workloadClass, count] of this.#counts) sum += count * slotsFor(workloadClass, slot);
    return sum;
  }

  /** Host failures after which every workload still has its slots. */
  failoverCapacity(): number {
    const slot = this.slot();
    const taken = this.taken(slot);
    let failures = 0;
    while (failures + 1 < this.#hosts.length && this.left(slot, failures + 1) >= taken) {
      failures++;
    }
    return failures;
  }

  #largestReservation(): Amounts {
    if (this.#largest === undefined) {
      let [cpuMillicores, memoryBytes] = [0, 0];
      for (const { reserved } of this.#counts.keys()) {
        cpuMillicores = Math.max(cpuMillicores, reserved.cpuMillicores);
        memoryBytes = Math.max(memoryBytes, reserved.memoryBytes);
      }
      this.#largest = { cpuMillicores, memoryBytes };
    }
    return this.#largest;
  }
}

/** Slots that a workload takes: one, or as many as its reservation needs. */
export function slotsFor({ reserved }: WorkloadClass, slot: Amounts): number {
  return Math.max(
    1,
    slotsOver(reserved.cpuMillicores, slot.cpuMillicores),
    slotsOver(reserved.memoryBytes, slot.memoryBytes),
  );
}

const slotsOver = (amount: number, each: number): number =>
  each <= 0 ? 0 : Math.ceil(amount / each);

/** An amount of which a slot has none limits nothing. */
function slotsIn(amounts: Amounts, slot: Amounts): number {
  const cpu = floorDivide(amounts.cpuMillicores, Math.max(1, slot.cpuMillicores));
  const memory = slot.memoryBytes <= 0 ? cpu : floorDivide(amounts.memoryBytes, slot.memoryBytes);
  return Math.min(cpu, memory);
}
