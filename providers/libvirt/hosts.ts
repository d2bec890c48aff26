import type { Host, NumaNode } from "../../engine/model/host.ts";
import { mebibytes } from "../../engine/model/quantity.ts";
import type { HostLink } from "./link.ts";
import type { Operation } from "./operation.ts";
import { LibvirtError } from "./rpc/errors.ts";
import type { Result } from "./rpc/protocol.ts";
import { type NumaCell, readCapabilities } from "./xml/inventory.ts";

const WORKLOADS_MAX = 1000;
const EPHEMERAL_BYTES = 2 ** 40;
const MEBIBYTE = 2 ** 20;
/** Statistics of the whole host instead of one NUMA cell. */
const ALL_CELLS = -1;
/** Pools and networks that are active. */
const ACTIVE = 2;
const CPU_MHZ_DEFAULT = 2400;

/** The host behind a link, with its size, its NUMA nodes, its active pools and networks. */
export async function readHost(
  link: HostLink,
  provider: string,
  operation: Operation,
): Promise<Host> {
  const list = { needResults: 1, flags: ACTIVE };
  const [info, memory, capabilities, pools, networks] = await Promise.all([
    operation.ask(link, "NodeGetInfo", {}),
    totalMemory(link, operation),
    operation.ask(link, "ConnectGetCapabilities", {}),
    operation.ask(link, "ConnectListAllStoragePools", list),
    operation.ask(link, "ConnectListAllNetworks", list),
  ]);
  const { settings } = link;
  // Whole MiB: reservations are counted in them.
  const memoryBytes = floorMebibyte(memory ?? info.memoryKiB * 1024);
  const capacity = { cpuMillicores: info.cpus * 1000, memoryBytes };
  return {
    name: link.name,
    provider,
    cluster: settings.cluster,
    connection: settings.isInMaintenance ? "maintenance" : "connected",
    unschedulable: false,
    memoryPressure: false,
    labels: { "kubernetes.io/hostname": link.name, ...settings.labels },
    taints: [],
    cpuMhz: info.mhz > 0 ? info.mhz : CPU_MHZ_DEFAULT,
    capacity: { ...capacity, ephemeralStorageBytes: EPHEMERAL_BYTES },
    allocatable: {
      cpuMillicores: capacity.cpuMillicores,
      memoryBytes: Math.max(0, memoryBytes - settings.reservedMemoryBytes),
      ephemeralStorageBytes: EPHEMERAL_BYTES,
      pods: WORKLOADS_MAX,
      extended: {},
    },
    // What is measured changes by itself; two readings of an untouched host are equal.
    active: { cpuMillicores: 0, memoryBytes: 0 },
    numa: numaNodes(readCapabilities(capabilities.capabilities).cells, memoryBytes),
    runtimes: ["vmx"],
    datastores: namesOf(pools.pools),
    networks: namesOf(networks.networks),
    images: [],
    planned: false,
  };
}

/** Sizes of hosts as they were last read: machines come and go, CPUs and memory do not. */
const known = new WeakMap<HostLink, Promise<Host>>();

/** The host as it was last read by this process; its size is asked for once. */
export function knownHost(link: HostLink, operation: Operation): Promise<Host> {
  const found = known.get(link);
  if (found !== undefined) return found;
  const reading = readHost(link, "", operation);
  known.set(link, reading);
  reading.catch(() => known.delete(link));
  return reading;
}

/**
 * Memory of the host. NodeGetInfo and the NUMA cells count what is plugged in at the moment, which
 * moves on hosts that are guests themselves. Undefined where the driver has no such statistics.
 */
async function totalMemory(link: HostLink, operation: Operation): Promise<number | undefined> {
  try {
    const cell = { cellNumber: ALL_CELLS, flags: 0 };
    const { nparams } = await operation.ask(link, "NodeGetMemoryStats", { ...cell, nparams: 0 });
    const { params } = await operation.ask(link, "NodeGetMemoryStats", { ...cell, nparams });
    return totalOf(params);
  } catch (error) {
    if (error instanceof LibvirtError && error.meaning === "notSupported") return undefined;
    throw error;
  }
}

function totalOf(params: Result<"NodeGetMemoryStats">["params"]): number | undefined {
  const total = params.find(({ field }) => field === "total");
  return total === undefined ? undefined : Number(total.value) * 1024;
}

/** The cells in their proportions, scaled to the memory that the host really has. */
export function numaNodes(cells: readonly NumaCell[], memoryBytes: number): readonly NumaNode[] {
  const sum = cells.reduce((total, cell) => total + cell.memoryBytes, 0);
  if (sum === 0) return [];
  return cells.map((cell) => ({
    cpus: cell.cpus.map((cpu) => cpu.id),
    memoryBytes: floorMebibyte((memoryBytes * cell.memoryBytes) / sum),
  }));
}

const floorMebibyte = (bytes: number): number => mebibytes(bytes - (bytes % MEBIBYTE)) * MEBIBYTE;

const namesOf = (list: readonly { readonly name: string }[]): readonly string[] =>
  list.map(({ name }) => name).sort();
