import type { Host } from "../../../engine/model/host.ts";
import type { PlacementProblem, PlacementWorkload } from "../../../engine/model/placement.ts";
import type { PodAffinityTerm, SchedulingTerms } from "../../../engine/model/scheduling.ts";
import { SeededRandom } from "../../../engine/place/basics/random.ts";
import { demand, GIB, terms } from "../../engine/place/builders.ts";
import { problemOf, syntheticHosts } from "./synthetic.ts";

const HOSTNAME = "kubernetes.io/hostname";
/** Members of a rule that keeps apart, and of one that keeps together. */
const APART = 4;
const TOGETHER = 2;

/** How many rules of each kind, and hosts in a rack. */
export interface Shape {
  readonly hosts: number;
  readonly workloads: number;
  readonly apart: number;
  readonly together: number;
  /** Workloads bound to the hosts of two racks. */
  readonly bound: number;
  readonly rackSize: number;
}

/** What a workload has besides its size. */
interface Role {
  readonly labels: Readonly<Record<string, string>>;
  readonly scheduling: SchedulingTerms;
}

/**
 * A large site as BtrPlace was measured on: everything runs, every rule holds, and the hosts are
 * used to some two thirds.
 */
export function site(shape: Shape): PlacementProblem {
  const random = new SeededRandom(5);
  const racks = Math.ceil(shape.hosts / shape.rackSize);
  const hosts = syntheticHosts(shape.hosts).map((host, index) => ({
    ...host,
    labels: { ...host.labels, rack: `r${Math.floor(index / shape.rackSize)}` },
  }));
  const workloads: PlacementWorkload[] = [];
  const used = new Float64Array(shape.hosts);
  const add = (role: Role, at: number): void => {
    const workload = workloadOf(workloads.length, role, { host: hosts[at], random });
    used[at] = (used[at] ?? 0) + 1;
    workloads.push(workload);
  };
  const emptyHost = (from = 0, count = shape.hosts): number => {
    const drawn = [0, 1, 2, 3].map(() => from + random.below(count));
    return drawn.reduce((best, each) => ((used[each] ?? 0) < (used[best] ?? 0) ? each : best));
  };
  for (let rule = 0; rule < shape.apart; rule++) {
    const taken = new Set<number>();
    while (taken.size < APART) taken.add(emptyHost());
    for (const at of taken) add(relatedRole(`apart-${rule}`, "apart"), at);
  }
  for (let rule = 0; rule < shape.together; rule++) {
    const at = emptyHost();
    for (let member = 0; member < TOGETHER; member++) {
      add(relatedRole(`together-${rule}`, "together"), at);
    }
  }
  for (let rule = 0; rule < shape.bound; rule++) {
    const rack = random.below(racks);
    const either = [`r${rack}`, `r${(rack + 1) % racks}`];
    add(boundRole(either), emptyHost(rack * shape.rackSize, shape.rackSize));
  }
  while (workloads.length < shape.workloads) {
    add({ labels: {}, scheduling: terms() }, emptyHost());
  }
  return withUse({
    ...problemOf(hosts, workloads),
    balance: { threshold: 1, movesMax: undefined, goal: "spread" },
  });
}

function relatedRole(name: string, kind: "apart" | "together"): Role {
  const term: PodAffinityTerm = {
    selector: { matchLabels: { rule: name }, matchExpressions: [] },
    namespaces: [],
    namespaceSelector: undefined,
    topologyKey: HOSTNAME,
    rule: name,
  };
  const wish = { required: [term], preferred: [] };
  const scheduling =
    kind === "apart" ? terms({ podAntiAffinity: wish }) : terms({ podAffinity: wish });
  return { labels: { rule: name }, scheduling };
}

function boundRole(racks: readonly string[]): Role {
  const expression = { key: "rack", operator: "In", values: racks } as const;
  const required = [{ matchExpressions: [expression], matchFields: [] }];
  return { labels: {}, scheduling: terms({ nodeAffinity: { required, preferred: [] } }) };
}

/** Some tenth of its host, so that six of them use two thirds. */
function workloadOf(
  index: number,
  role: Role,
  { host, random }: { readonly host: Host | undefined; readonly random: SeededRandom },
): PlacementWorkload {
  const part = (2 + random.below(4)) / 32;
  const cpuMillicores = Math.round(part * (host?.capacity.cpuMillicores ?? 0));
  const memoryBytes = Math.round((part * (host?.capacity.memoryBytes ?? 0)) / GIB) * GIB;
  const kept = { cpu: cpuMillicores >> 2, memory: memoryBytes / 4 };
  return {
    key: `vm/shop/w${String(index).padStart(6, "0")}`,
    namespace: "shop",
    labels: role.labels,
    scheduling: role.scheduling,
    demand: demand(kept, { size: { cpuMillicores, memoryBytes, vcpus: 4 } }),
    at: host?.name,
    wish: "keep",
    pinHost: undefined,
    pool: undefined,
    group: undefined,
    active: { cpuMillicores, memoryBytes },
    poweredOn: true,
    isMovable: true,
    isBalanced: true,
  };
}

/** The problem with hosts that measure what their workloads use. */
function withUse(given: PlacementProblem): PlacementProblem {
  const sums = new Map(given.hosts.map(({ name }) => [name, { cpuMillicores: 0, memoryBytes: 0 }]));
  for (const { at = "", active } of given.workloads) {
    const sum = sums.get(at);
    if (sum === undefined || active === undefined) continue;
    sum.cpuMillicores += active.cpuMillicores;
    sum.memoryBytes += active.memoryBytes;
  }
  const hosts = given.hosts.map((host) => ({
    ...host,
    active: sums.get(host.name) ?? host.active,
  }));
  return { ...given, hosts };
}

/** Every twentieth host has work for half as much again. */
export function loadRise(given: PlacementProblem): PlacementProblem {
  const busy = new Set(given.hosts.filter((_host, index) => index % 20 === 7).map(nameOf));
  const workloads = given.workloads.map((workload) => {
    const { active } = workload;
    if (active === undefined || !busy.has(workload.at ?? "")) return workload;
    return { ...workload, active: { ...active, cpuMillicores: (active.cpuMillicores * 7) >> 2 } };
  });
  return withUse({ ...given, workloads });
}

/** The hosts that `isOut` names are left, and all on them has to go elsewhere. */
export function without(
  given: PlacementProblem,
  connection: "maintenance" | "disconnected",
  isOut: (host: Host, index: number) => boolean,
): PlacementProblem {
  const out = new Set(given.hosts.filter((host, index) => isOut(host, index)).map(nameOf));
  return {
    ...given,
    hosts: given.hosts.map((host) => (out.has(host.name) ? { ...host, connection } : host)),
    workloads: given.workloads.map((workload) =>
      out.has(workload.at ?? "") ? { ...workload, wish: "repair" } : workload,
    ),
  };
}

const nameOf = ({ name }: Host): string => name;
