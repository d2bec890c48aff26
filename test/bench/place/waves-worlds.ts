import type { Host } from "../../../engine/model/host.ts";
import type { PlacementProblem, PlacementWorkload } from "../../../engine/model/placement.ts";
import type { SchedulingTerms } from "../../../engine/model/scheduling.ts";
import { SeededRandom } from "../../../engine/place/basics/random.ts";
import { demand, GIB, host, pod, policy, terms } from "../../engine/place/builders.ts";
import { LEAN_LIMITS } from "./synthetic.ts";

const HOST_GIB = 256;
const HOST_CPU = 64_000;
const HOSTS_PER_RACK = 32;
/** Sizes of workloads against their mean, in quarters. */
const QUARTERS = [2, 3, 4, 5, 6];
const TRIES = 50;

/** A cluster in which everything runs where it may. */
export interface Running {
  readonly hostCount: number;
  readonly workloadCount: number;
  /** Part of all memory that is taken. */
  readonly load: number;
  /** Groups of workloads, each with a rule: half to be apart, a tenth to be spread over racks. */
  readonly groups: number;
}

export function runningProblem(given: Running): PlacementProblem {
  const random = new SeededRandom(1);
  const hosts = Array.from({ length: given.hostCount }, (_item, index) => machine(index));
  const free = hosts.map(() => HOST_GIB * GIB);
  const groupsOn = hosts.map(() => new Set<number>());
  const models = modelsOf(given);
  const workloads: PlacementWorkload[] = [];
  for (let index = 0; index < given.workloadCount; index++) {
    const group = random.below(Math.max(1, given.groups));
    const model = models[group]?.[random.below(QUARTERS.length)];
    const memory = model?.demand.request.memoryBytes ?? 0;
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const at = random.below(hosts.length);
      if ((free[at] ?? 0) < memory || groupsOn[at]?.has(group) === true) continue;
      free[at] = (free[at] ?? 0) - memory;
      if (given.groups > 0) groupsOn[at]?.add(group);
      const key = numbered("pod/shop/p", index);
      if (model !== undefined) workloads.push({ ...model, key, at: hosts[at]?.name, wish: "keep" });
      break;
    }
  }
  return {
    hosts,
    workloads,
    namespaces: [{ name: "shop", labels: {} }],
    pools: [],
    policies: [policy()],
    seed: 1,
    limits: LEAN_LIMITS,
  };
}

/** The same with some hosts to be emptied. */
export function emptied(world: PlacementProblem, count: number): PlacementProblem {
  const names = new Set(world.hosts.slice(0, count).map(({ name }) => name));
  return {
    ...world,
    hosts: world.hosts.map((each) =>
      names.has(each.name) ? { ...each, connection: "maintenance" } : each,
    ),
    workloads: world.workloads.map((each) =>
      names.has(each.at ?? "") ? { ...each, wish: "repair" } : each,
    ),
  };
}

function machine(index: number): Host {
  const capacity = {
    cpuMillicores: HOST_CPU,
    memoryBytes: HOST_GIB * GIB,
    ephemeralStorageBytes: GIB,
  };
  return host(numbered("h", index), {
    capacity,
    allocatable: { ...capacity, pods: 1000, extended: {} },
    labels: { rack: numbered("r", Math.floor(index / HOSTS_PER_RACK)) },
  });
}

/** By group, one workload of every size. */
function modelsOf({ hostCount, workloadCount, load, groups }: Running): PlacementWorkload[][] {
  const part = (load * hostCount) / workloadCount;
  return Array.from({ length: Math.max(1, groups) }, (_item, group) => {
    const scheduling = groups === 0 ? terms() : rulesOf(group);
    return QUARTERS.map((quarters) => {
      const cpu = Math.round((HOST_CPU * part * quarters) / 4);
      const memory = Math.round((HOST_GIB * part * quarters * 16) / 4) * (GIB / 16);
      return pod("model", {
        labels: { group: `g${group}` },
        demand: demand({ cpu, memory }),
        scheduling,
      });
    });
  });
}

function rulesOf(group: number): SchedulingTerms {
  const selector = { matchLabels: { group: `g${group}` }, matchExpressions: [] };
  if (group % 2 === 0) {
    const term = {
      selector,
      namespaces: [],
      namespaceSelector: undefined,
      topologyKey: "kubernetes.io/hostname",
      rule: `apart-${group}`,
    };
    return terms({ podAntiAffinity: { required: [term], preferred: [] } });
  }
  if (group % 10 !== 1) return terms();
  const spread = {
    maxSkew: 2,
    topologyKey: "rack",
    whenUnsatisfiable: "DoNotSchedule",
    selector,
    minDomains: undefined,
    nodeAffinityPolicy: "Honor",
    nodeTaintsPolicy: "Ignore",
  } as const;
  return terms({ spread: [spread] });
}

const numbered = (prefix: string, index: number): string =>
  `${prefix}${String(index).padStart(6, "0")}`;
