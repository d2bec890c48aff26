import type { Host } from "../../model/host.ts";
import { mebibytesDown, ofSlowestCores } from "../basics/units.ts";
import { type ClusterUse, isUsable } from "./cluster-use.ts";

/** What hosts have, one number per host; CPU in millicores, memory in bytes. */
export interface HostColumns {
  /** Number of the cluster among all clusters. */
  readonly clusterOf: Int32Array;
  /** 1 where something can run now. */
  readonly isUsable: Uint8Array;
  readonly allocatableCpu: Float64Array;
  readonly allocatableMemory: Float64Array;
  readonly pods: Float64Array;
  readonly storage: Float64Array;
  /** CPU of the machine itself, in millicores of its own cores. */
  readonly machineCpu: Float64Array;
  /** The same in millicores of the cluster's slowest core. */
  readonly capacityCpu: Float64Array;
  readonly capacityMemory: Float64Array;
  readonly capacityMebibytes: Float64Array;
  /** Measured use, CPU in millicores of the cluster's slowest core. */
  readonly loadCpu: Float64Array;
  readonly loadMemory: Float64Array;
}

/** Reads all hosts in one go: they are many and lie far apart. */
export function columnsOf(hosts: readonly Host[], clusters: readonly ClusterUse[]): HostColumns {
  const clusterIndex = new Map(clusters.map((cluster, index) => [cluster.name, index]));
  const column = (): Float64Array => new Float64Array(hosts.length);
  const columns = {
    clusterOf: new Int32Array(hosts.length),
    isUsable: new Uint8Array(hosts.length),
    allocatableCpu: column(),
    allocatableMemory: column(),
    pods: column(),
    storage: column(),
    machineCpu: column(),
    capacityCpu: column(),
    capacityMemory: column(),
    loadCpu: column(),
    loadMemory: column(),
  };
  hosts.forEach((host, index) => {
    const { allocatable, capacity, active, cpuMhz } = host;
    const cluster = clusterIndex.get(host.cluster) ?? 0;
    const slowest = clusters[cluster]?.cpuMhzLowest ?? cpuMhz;
    columns.clusterOf[index] = cluster;
    columns.isUsable[index] = isUsable(host) ? 1 : 0;
    columns.allocatableCpu[index] = allocatable.cpuMillicores;
    columns.allocatableMemory[index] = allocatable.memoryBytes;
    columns.pods[index] = allocatable.pods;
    columns.storage[index] = allocatable.ephemeralStorageBytes;
    columns.machineCpu[index] = capacity.cpuMillicores;
    columns.capacityCpu[index] = ofSlowestCores(capacity.cpuMillicores, cpuMhz, slowest);
    columns.capacityMemory[index] = capacity.memoryBytes;
    columns.loadCpu[index] = ofSlowestCores(active.cpuMillicores, cpuMhz, slowest);
    columns.loadMemory[index] = active.memoryBytes;
  });
  return { ...columns, capacityMebibytes: columns.capacityMemory.map(mebibytesDown) };
}

/** How many hosts hold each image that some host holds. */
export function imagesOf(hosts: readonly Host[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { images } of hosts) {
    if (images.length === 0) continue;
    for (const image of new Set(images)) counts.set(image, 1 + (counts.get(image) ?? 0));
  }
  return counts;
}

/** True when some host has a taint with PreferNoSchedule. */
export const anySoftTaint = (hosts: readonly Host[]): boolean =>
  hosts.some(({ taints }) => taints.some(({ effect }) => effect === "PreferNoSchedule"));
