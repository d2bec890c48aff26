/**
 * Goal 7's problems: clusters with a skewed load and rules, of which one asks for the fewest moves
 * that bring every host to a target. Made from a seed, so that only the proven optimum is stored.
 */
import type { Host } from "../../../engine/model/host.ts";
import type { PlacementProblem, PlacementWorkload } from "../../../engine/model/placement.ts";
import type { PodAffinityTerm } from "../../../engine/model/scheduling.ts";
import { SeededRandom } from "../../../engine/place/basics/random.ts";
import { demand, host, MIB, problem, running, terms } from "../../engine/place/builders.ts";

const MILLION = 1_000_000;
/** Thousandths of a CPU and MiB of the host shapes. */
const SHAPES = [
  [32_000, 131_072],
  [48_000, 196_608],
  [64_000, 262_144],
] as const;
/** Of all items: members of groups that stay apart, pairs that stay together, bound to a tier. */
const APART_PERCENT = 10;
const TOGETHER_PERCENT = 5;
const TIERED_PERCENT = 12;

/** Workloads that move as one: `weight` is how many moves that takes. */
export interface Item {
  readonly name: string;
  readonly cpu: number;
  readonly memory: number;
  readonly weight: 1 | 2;
  /** Items of one group never share a host. */
  readonly group: number | undefined;
  /** Only hosts of the upper tier, which are those with even numbers. */
  readonly isTiered: boolean;
  readonly at: number;
}

export interface Instance {
  readonly name: string;
  readonly capacities: readonly (readonly [cpu: number, memory: number])[];
  readonly items: readonly Item[];
  /** Most that each host may carry, in parts per million of its capacity, rounded down. */
  readonly targetPpm: number;
}

interface InstanceSize {
  readonly hosts: number;
  readonly workloads: number;
  readonly seed: number;
}

/** `targetPpm` tells whether the instance is still the one that was solved. */
export interface Proven extends InstanceSize {
  readonly moves: number;
  readonly targetPpm: number;
}

/** A cluster at some 60 % of the tighter resource; the first hosts have more than their share. */
export function makeInstance({ hosts, workloads, seed }: InstanceSize): Instance {
  const random = new SeededRandom(seed * 7919 + hosts);
  const shapes = Array.from({ length: hosts }, () => SHAPES[random.below(3)] ?? SHAPES[0]);
  const raw = draftItems(workloads, random);
  const scale = scaleOf(shapes, raw, 0.55 + random.below(16) / 100);
  const items: Item[] = [];
  const groupHosts = new Map<number, Set<number>>();
  for (const { cpu, memory, ...rest } of raw) {
    const taken = groupHosts.get(rest.group ?? -1) ?? new Set<number>();
    let at = skewedHost(hosts, random);
    while (taken.has(at) || (rest.isTiered && at % 2 === 1)) at = random.below(hosts);
    if (rest.group !== undefined) groupHosts.set(rest.group, taken.add(at));
    const amounts = { cpu: Math.round(cpu * scale), memory: Math.round(memory * scale) };
    items.push({ ...rest, ...amounts, at });
  }
  const slack = 1.06 + random.below(10) / 100;
  return {
    name: `${String(hosts)}x${String(workloads)}-${String(seed)}`,
    capacities: shapes,
    items,
    targetPpm: Math.floor(boundPpm(shapes, items) * slack),
  };
}

/** Hosts of the first third are drawn somewhat more often. */
function skewedHost(hosts: number, random: SeededRandom): number {
  const isSkewed = random.below(100) < 22;
  return random.below(isSkewed ? Math.max(2, Math.floor(hosts / 3)) : hosts);
}

function draftItems(workloads: number, random: SeededRandom): Omit<Item, "at">[] {
  const items: Omit<Item, "at">[] = [];
  let count = 0;
  let group = 0;
  const one = (given: Partial<Item>): void => {
    const cpus = 2 ** random.below(3);
    const memory = cpus * 1024 * 2 ** (1 + random.below(3));
    const weight = given.weight ?? 1;
    items.push({
      name: `w${String(items.length).padStart(4, "0")}`,
      cpu: weight * cpus * 1000,
      memory: weight * memory,
      weight,
      group: given.group,
      isTiered: given.isTiered ?? false,
    });
    count += weight;
  };
  while (count < workloads) {
    const kind = random.below(100);
    if (kind < APART_PERCENT / 3 && count + 4 <= workloads) {
      group++;
      for (let member = 0; member < 4; member++) one({ group });
    } else if (kind < 2 * TOGETHER_PERCENT && count + 2 <= workloads) {
      one({ weight: 2 });
    } else {
      one({ isTiered: random.below(100) < TIERED_PERCENT });
    }
  }
  return items;
}

type Shapes = Instance["capacities"];
type Sized = readonly { readonly cpu: number; readonly memory: number }[];

function scaleOf(shapes: Shapes, items: Sized, load: number): number {
  return load / (boundPpm(shapes, items) / MILLION);
}

/** Total load over total capacity of the tighter resource, in ppm, rounded up. */
function boundPpm(shapes: Shapes, items: Sized): number {
  const whole = { cpu: 0, memory: 0 };
  for (const [cpu, memory] of shapes) {
    whole.cpu += cpu;
    whole.memory += memory;
  }
  const load = { cpu: 0, memory: 0 };
  for (const { cpu, memory } of items) {
    load.cpu += cpu;
    load.memory += memory;
  }
  return Math.ceil(MILLION * Math.max(load.cpu / whole.cpu, load.memory / whole.memory));
}

/** Largest amount whose share of the capacity, in ppm rounded down, is within the target. */
export const allowance = (capacity: number, targetPpm: number): number =>
  Math.floor(((targetPpm + 1) * capacity - 1) / MILLION);

/** The instance as the core takes it: everything runs, may move, and wishes to stay. */
export function problemOfInstance({ capacities, items }: Instance): PlacementProblem {
  const hosts = capacities.map(([cpuMillicores, memory], index): Host => {
    const capacity = { cpuMillicores, memoryBytes: memory * MIB, ephemeralStorageBytes: 0 };
    return host(hostName(index), {
      capacity,
      allocatable: { ...capacity, pods: 10_000, extended: {} },
      labels: { tier: index % 2 === 0 ? "upper" : "lower" },
    });
  });
  return problem({ hosts, workloads: items.flatMap((item) => workloadsOf(item)) });
}

const hostName = (index: number): string => `h${String(index).padStart(3, "0")}`;

/** Numbers of the workloads of an item. */
const halvesOf = (weight: Item["weight"]): readonly number[] => (weight === 1 ? [1] : [0, 1]);

function workloadsOf(item: Item): readonly PlacementWorkload[] {
  const { cpu, memory, weight } = item;
  return halvesOf(weight).map((half) => {
    // Odd amounts leave the smaller half to the first of a pair.
    const share = (amount: number): number =>
      weight === 1 ? amount : half === 0 ? Math.floor(amount / 2) : Math.ceil(amount / 2);
    const size = { cpuMillicores: share(cpu), memoryBytes: share(memory) * MIB };
    return running(`${item.name}-${String(half)}`, hostName(item.at), {
      isMovable: true,
      isBalanced: true,
      labels: labelsOf(item),
      scheduling: termsOf(item),
      demand: demand({ cpu: 0, memory: 0 }, { size: { ...size, vcpus: 1 } }),
    });
  });
}

function labelsOf({ name, group, weight }: Item): Readonly<Record<string, string>> {
  if (group !== undefined) return { apart: String(group) };
  return weight === 2 ? { pair: name } : {};
}

function termsOf({ name, group, weight, isTiered }: Item): PlacementWorkload["scheduling"] {
  if (group !== undefined) {
    return terms({
      podAntiAffinity: { required: [hostTerm("apart", String(group))], preferred: [] },
    });
  }
  if (weight === 2) {
    return terms({ podAffinity: { required: [hostTerm("pair", name)], preferred: [] } });
  }
  if (!isTiered) return terms();
  const upper = { key: "tier", operator: "In", values: ["upper"] } as const;
  const required = [{ matchExpressions: [upper], matchFields: [] }];
  return terms({ nodeAffinity: { required, preferred: [] } });
}

const hostTerm = (key: string, value: string): PodAffinityTerm => ({
  selector: { matchLabels: { [key]: value }, matchExpressions: [] },
  namespaces: ["shop"],
  namespaceSelector: undefined,
  topologyKey: "kubernetes.io/hostname",
  rule: `${key} ${value}`,
});

/** What is wrong with the plan; undefined when it reaches the target and keeps all rules. */
export function faultOf(
  { capacities, items, targetPpm }: Instance,
  moves: readonly { readonly key: string; readonly to: string }[],
): string | undefined {
  const hostOf = new Map(moves.map(({ key, to }) => [key, Number(to.slice(1))]));
  const used = capacities.map(() => ({ cpu: 0, memory: 0, groups: new Set<number>() }));
  for (const { name, cpu, memory, weight, group, isTiered, at } of items) {
    const hosts = halvesOf(weight).map((half) => hostOf.get(`pod/shop/${name}-${half}`) ?? at);
    const [end = at, other = end] = hosts;
    const use = used[end];
    if (use === undefined || other !== end) return `${name} is not together on a known host`;
    if (isTiered && end % 2 === 1) return `${name} is on the lower tier`;
    if (group !== undefined && use.groups.has(group)) return `${name} is beside one of its group`;
    if (group !== undefined) use.groups.add(group);
    use.cpu += cpu;
    use.memory += memory;
  }
  const full = used.findIndex(({ cpu, memory }, index) => {
    const [cpuWhole = 0, memoryWhole = 0] = capacities[index] ?? [];
    return cpu > allowance(cpuWhole, targetPpm) || memory > allowance(memoryWhole, targetPpm);
  });
  return full < 0 ? undefined : `host ${full} is above the target`;
}
