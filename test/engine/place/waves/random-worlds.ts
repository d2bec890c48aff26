import type { PlacementPolicy } from "../../../../engine/model/desired.ts";
import type { Host } from "../../../../engine/model/host.ts";
import type { PlacementProblem, PlacementWorkload } from "../../../../engine/model/placement.ts";
import type { SchedulingTerms } from "../../../../engine/model/scheduling.ts";
import type { SeededRandom } from "../../../../engine/place/basics/random.ts";
import { demand, GIB, host, pod, policy, problem, terms } from "../builders.ts";
import type { Place } from "./places.ts";
import { WorldCheck } from "./world-check.ts";

const HOSTNAME = "kubernetes.io/hostname";
const APPS = ["web", "db", "ml", "log"];

const pick = <Value>(random: SeededRandom, values: readonly Value[]): Value => {
  const value = values[random.below(values.length)];
  if (value === undefined) throw new Error("nothing to pick from");
  return value;
};

const chance = (random: SeededRandom, percent: number): boolean => random.below(100) < percent;

/** How crowded and how ruled a world is. */
interface Mood {
  readonly rules: number;
  readonly hosts: number;
  readonly clusters: readonly string[];
  /** Workloads that are offered a host, for each host. */
  readonly crowd: number;
}

/** A world in which everything that runs is where it may be; nothing is wished yet. */
export function randomWorld(random: SeededRandom): PlacementProblem {
  const mood: Mood = {
    rules: pick(random, [0, 10, 30, 60]),
    hosts: 3 + random.below(6),
    clusters: pick(random, [["c1"], ["c1"], ["c1", "c2"]]),
    crowd: pick(random, [2, 4, 8]),
  };
  const hosts = Array.from({ length: mood.hosts }, (_item, index) => machine(random, mood, index));
  const empty = problem({
    hosts,
    policies: [policyOf(random)],
    limits: { candidatesMax: 1, rejectedMax: 1, fixesMax: 0 },
    migration: { movesPerHostMax: pick(random, [1, 2, 4, 8]), movesPerDatastoreMax: 128 },
  });
  const check = new WorldCheck(empty);
  const places = new Map<string, Place>();
  const model = Array.from({ length: 3 + random.below(5) }, () => pattern(random, mood));
  for (let index = 0; index < mood.hosts * mood.crowd; index++) {
    const workload = { ...pick(random, model), key: `pod/shop/p${String(index).padStart(2, "0")}` };
    const at = pick(random, hosts).name;
    if (check.refusal(workload.key, workload, at, places) !== undefined) continue;
    places.set(workload.key, { workload: { ...workload, at, wish: "keep" }, at });
  }
  return { ...empty, workloads: [...places.values()].map(({ workload }) => workload) };
}

/** Nothing kept for failures, the largest host, or a part of everything; sometimes a CPU cap. */
function policyOf(random: SeededRandom): PlacementPolicy {
  const cap = chance(random, 20) ? { cpuOvercommitPercentMax: 100 } : {};
  const percentage = { kind: "percentage", cpuPercent: 20, memoryPercent: 25 } as const;
  const failures = [
    { hostFailuresToTolerate: 0 },
    { hostFailuresToTolerate: 0 },
    { hostFailuresToTolerate: 1 },
    { hostFailuresToTolerate: 1, admission: percentage },
  ];
  return policy({ ...pick(random, failures), ...cap });
}

function machine(random: SeededRandom, mood: Mood, index: number): Host {
  const capacity = {
    cpuMillicores: pick(random, [4, 8]) * 1000,
    memoryBytes: pick(random, [4, 8]) * GIB,
    ephemeralStorageBytes: GIB,
  };
  const pods = pick(random, [4, 110, 110]);
  return host(`h${String(index)}`, {
    capacity,
    allocatable: { ...capacity, pods, extended: { gpu: pick(random, [0, 2]) } },
    cluster: pick(random, mood.clusters),
    labels: { zone: `z${String(index % 3)}`, rack: `r${String(index % 2)}` },
    taints: chance(random, mood.rules / 4) ? [{ key: "k", value: "", effect: "NoSchedule" }] : [],
  });
}

/** What replicas of one kind share. */
function pattern(random: SeededRandom, mood: Mood): PlacementWorkload {
  const cpu = pick(random, [0, 500, 1000, 2000]);
  const memory = (pick(random, [1, 2, 4]) * GIB) / 2;
  const wanted = demand({ cpu, memory });
  const extended = chance(random, 10) ? { gpu: 1 } : {};
  const reserved = chance(random, 70) ? 1 : 0;
  return pod("model", {
    labels: { app: pick(random, APPS) },
    demand: {
      ...wanted,
      request: { ...wanted.request, extended },
      reservation: { cpuMillicores: cpu * reserved, memoryBytes: memory * reserved },
    },
    scheduling: rules(random, mood),
  });
}

function rules(random: SeededRandom, { rules: percent }: Mood): SchedulingTerms {
  const term = () => ({
    selector: { matchLabels: { app: pick(random, APPS) }, matchExpressions: [] },
    namespaces: [],
    namespaceSelector: undefined,
    topologyKey: pick(random, [HOSTNAME, HOSTNAME, "rack", "zone"]),
    rule: "rule",
  });
  const sometimes = <Value>(part: number, make: () => Value): Value[] =>
    chance(random, percent * part) ? [make()] : [];
  return terms({
    podAffinity: { required: sometimes(0.5, term), preferred: [] },
    podAntiAffinity: { required: sometimes(1, term), preferred: [] },
    spread: sometimes(1, () => ({
      maxSkew: 1 + random.below(2),
      topologyKey: pick(random, [HOSTNAME, "zone"]),
      whenUnsatisfiable: "DoNotSchedule",
      selector: { matchLabels: { app: pick(random, APPS) }, matchExpressions: [] },
      minDomains: undefined,
      nodeAffinityPolicy: pick(random, ["Honor", "Ignore"] as const),
      nodeTaintsPolicy: pick(random, ["Honor", "Ignore"] as const),
    })),
    nodeSelector: chance(random, percent / 3) ? { rack: "r0" } : {},
    tolerations: chance(random, 50)
      ? [{ key: "k", operator: "Exists", value: "", effect: "" }]
      : [],
    ports: sometimes(0.5, () => ({ hostIp: "", protocol: "TCP", port: 80 })),
  });
}

/** Sends some of what runs elsewhere, so that everything would be right in the end. */
export function randomTargets(
  random: SeededRandom,
  world: PlacementProblem,
): ReadonlyMap<string, string> {
  const check = new WorldCheck(world);
  const places = new Map<string, Place>();
  for (const workload of world.workloads) {
    places.set(workload.key, { workload, at: workload.at ?? "" });
  }
  const names = world.hosts.map(({ name }) => name);
  const keys = [...places.keys()];
  /** Takes some off their hosts and seats them anew, or nobody. */
  const attempt = (group: readonly string[], targets: readonly string[]): void => {
    const before = group.flatMap((key) => places.get(key) ?? []);
    for (const key of group) places.delete(key);
    const isSeated = before.every(({ workload }, index) => {
      const at = targets[index] ?? workload.at ?? "";
      if (check.refusal(workload.key, workload, at, places) !== undefined) return false;
      places.set(workload.key, { workload, at });
      return true;
    });
    if (!isSeated) for (const place of before) places.set(place.workload.key, place);
  };
  for (let round = 0; keys.length > 0 && round < 4 * world.hosts.length; round++) {
    const group = [...new Set([pick(random, keys), pick(random, keys), pick(random, keys)])];
    const at = group.map((key) => places.get(key)?.at ?? "");
    if (chance(random, 60)) attempt(group, [...at.slice(1), at[0] ?? ""]);
    else attempt(group.slice(0, 1), [pick(random, names)]);
  }
  return new Map([...places].map(([key, { at }]) => [key, at]));
}
