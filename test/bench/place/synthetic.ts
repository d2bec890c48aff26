import type { Host } from "../../../engine/model/host.ts";
import type { PlacementProblem, PlacementWorkload } from "../../../engine/model/placement.ts";
import { SeededRandom } from "../../../engine/place/basics/random.ts";
import { demand, GIB, host, pod, policy, terms } from "../../engine/place/builders.ts";

/** CPUs and GiB of the four shapes of hosts. */
const SHAPES = [
  [32, 128],
  [48, 256],
  [64, 256],
  [96, 512],
] as const;
const FLAVOUR_CPUS = [1, 2, 4, 8] as const;
const FLAVOUR_GIB_PER_CPU = [1, 2, 4, 8] as const;
const RESERVED_PARTS = [0, 0.25, 0.5, 1] as const;
const DEMAND_PARTS = [0.25, 0.5, 0.75, 1] as const;
/** What all workloads want of all capacity, in the tighter resource. */
const LOAD = 0.7323;

/** Explanations as `plan` asks for them where many workloads wait. */
export const LEAN_LIMITS: PlacementProblem["limits"] = {
  candidatesMax: 2,
  rejectedMax: 4,
  fixesMax: 3,
};

/** Hosts of four shapes, evenly mixed, in one cluster. */
export function syntheticHosts(count: number, zones = 3): readonly Host[] {
  return Array.from({ length: count }, (_item, index) => {
    const [cpus, gib] = SHAPES[index % SHAPES.length] ?? SHAPES[0];
    const capacity = {
      cpuMillicores: cpus * 1000,
      memoryBytes: gib * GIB,
      ephemeralStorageBytes: 100 * GIB,
    };
    return host(numbered("h", index), {
      capacity,
      allocatable: { ...capacity, pods: 1000, extended: {} },
      labels: { zone: `z${index % zones}` },
    });
  });
}

/**
 * Workloads of 256 classes (16 flavours, 4 parts reserved, 4 parts wanted), in an order that says
 * nothing of their size, scaled so that together they want 73.23 % of the tighter resource.
 */
export function syntheticWorkloads(
  hosts: readonly Host[],
  count: number,
  seed: number,
): readonly PlacementWorkload[] {
  const random = new SeededRandom(seed);
  const flavours = Array.from({ length: count }, () => random.below(256));
  const raw = { cpu: 0, memory: 0 };
  for (const flavour of flavours) {
    const { cpu, memory } = amountsOf(flavour);
    raw.cpu += cpu;
    raw.memory += memory;
  }
  const whole = (resource: "cpuMillicores" | "memoryBytes"): number =>
    hosts.reduce((sum, { capacity }) => sum + capacity[resource], 0);
  const scale =
    LOAD / Math.max(raw.cpu / whole("cpuMillicores"), raw.memory / whole("memoryBytes"));
  const models = Array.from({ length: 256 }, (_item, flavour) => modelOf(flavour, scale));
  return flavours.map((flavour, index) => ({
    ...(models[flavour] ?? pod("")),
    key: numbered("pod/shop/p", index),
  }));
}

/** One problem with everything that the core needs. */
export function problemOf(
  hosts: readonly Host[],
  workloads: readonly PlacementWorkload[],
): PlacementProblem {
  return {
    hosts,
    workloads,
    namespaces: [{ name: "shop", labels: { team: "shop" } }],
    pools: [],
    policies: [policy()],
    seed: 1,
    limits: LEAN_LIMITS,
  };
}

const numbered = (prefix: string, index: number): string =>
  `${prefix}${String(index).padStart(7, "0")}`;

function amountsOf(flavour: number): {
  readonly cpu: number;
  readonly memory: number;
  readonly reserved: number;
} {
  const cpus = FLAVOUR_CPUS[flavour & 3] ?? 1;
  const gib = cpus * (FLAVOUR_GIB_PER_CPU[(flavour >> 2) & 3] ?? 1);
  const part = DEMAND_PARTS[(flavour >> 4) & 3] ?? 1;
  const reserved = RESERVED_PARTS[(flavour >> 6) & 3] ?? 0;
  return { cpu: cpus * 1000 * part, memory: gib * GIB * part, reserved };
}

function modelOf(flavour: number, scale: number): PlacementWorkload {
  const { cpu, memory, reserved } = amountsOf(flavour);
  const size = {
    cpuMillicores: Math.max(1, Math.round(cpu * scale)),
    memoryBytes: Math.round((memory * scale) / 65_536) * 65_536,
  };
  const kept = {
    cpuMillicores: Math.round(size.cpuMillicores * reserved),
    memoryBytes: Math.round(size.memoryBytes * reserved),
  };
  return pod("model", {
    labels: { app: `a${flavour & 15}` },
    scheduling: terms(),
    demand: demand(
      { cpu: kept.cpuMillicores, memory: kept.memoryBytes },
      { size: { ...size, vcpus: Math.max(1, Math.ceil(size.cpuMillicores / 1000)) } },
    ),
  });
}
