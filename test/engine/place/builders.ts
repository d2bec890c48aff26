import type { Demand } from "../../../engine/model/demand.ts";
import type { PlacementPolicy } from "../../../engine/model/desired.ts";
import type { Host } from "../../../engine/model/host.ts";
import type { PlacementProblem, PlacementWorkload } from "../../../engine/model/placement.ts";
import type { PodAffinity, SchedulingTerms } from "../../../engine/model/scheduling.ts";

export const GIB = 1_073_741_824;
export const MIB = 1_048_576;

const NO_AFFINITY: PodAffinity = { required: [], preferred: [] };

/** A host of 16 CPUs and 64 GiB in cluster c1, with nothing reserved and nothing running. */
export function host(name: string, given: Partial<Host> = {}): Host {
  const capacity = given.capacity ?? {
    cpuMillicores: 16_000,
    memoryBytes: 64 * GIB,
    ephemeralStorageBytes: 100 * GIB,
  };
  return {
    name,
    provider: "sim",
    cluster: "c1",
    connection: "connected",
    unschedulable: false,
    memoryPressure: false,
    taints: [],
    cpuMhz: 2400,
    capacity,
    allocatable: { ...capacity, pods: 110, extended: {} },
    active: { cpuMillicores: 0, memoryBytes: 0 },
    numa: [],
    runtimes: ["crx", "vmx"],
    datastores: [],
    networks: [],
    images: [],
    planned: false,
    ...given,
    labels: { "kubernetes.io/hostname": name, ...given.labels },
  };
}

/** The demand of a Pod that requests, reserves and is sized the same. */
export function demand(
  amounts: { readonly cpu?: number; readonly memory?: number; readonly overhead?: number } = {},
  given: Partial<Demand> = {},
): Demand {
  const cpuMillicores = amounts.cpu ?? 1000;
  const memoryBytes = amounts.memory ?? GIB;
  const both = { cpuMillicores, memoryBytes };
  return {
    request: { ...both, ephemeralStorageBytes: 0, extended: {}, nonZero: both },
    limit: {},
    size: { ...both, vcpus: Math.max(1, Math.ceil(cpuMillicores / 1000)) },
    reservation: both,
    overheadBytes: amounts.overhead ?? 0,
    shares: "normal",
    qos: "Burstable",
    ...given,
  };
}

export function terms(given: Partial<SchedulingTerms> = {}): SchedulingTerms {
  return {
    nodeName: undefined,
    nodeSelector: {},
    nodeAffinity: { required: undefined, preferred: [] },
    podAffinity: NO_AFFINITY,
    podAntiAffinity: NO_AFFINITY,
    tolerations: [],
    spread: [],
    ports: [],
    images: [],
    priority: 0,
    runtime: "crx",
    datastores: [],
    networks: [],
    cluster: undefined,
    ...given,
  };
}

/** A Pod in namespace `shop` that waits for a host. */
export function pod(name: string, given: Partial<PlacementWorkload> = {}): PlacementWorkload {
  return {
    key: `pod/shop/${name}`,
    namespace: "shop",
    labels: {},
    demand: demand(),
    scheduling: terms(),
    at: undefined,
    wish: "place",
    pinHost: undefined,
    pool: undefined,
    group: undefined,
    active: undefined,
    poweredOn: true,
    ...given,
  };
}

/** A Pod that runs on a host and stays there. */
export const running = (
  name: string,
  at: string,
  given: Partial<PlacementWorkload> = {},
): PlacementWorkload => pod(name, { at, wish: "keep", ...given });

export const policy = (given: Partial<PlacementPolicy> = {}): PlacementPolicy => ({
  cluster: undefined,
  scoring: "LeastAllocated",
  chooser: "drs",
  hostFailuresToTolerate: 0,
  ...given,
});

export function problem(given: Partial<PlacementProblem> = {}): PlacementProblem {
  return {
    hosts: [],
    workloads: [],
    namespaces: [{ name: "shop", labels: { team: "shop" } }],
    pools: [],
    policies: [policy()],
    seed: 1,
    limits: { candidatesMax: 5, rejectedMax: 16, fixesMax: 3 },
    ...given,
  };
}
