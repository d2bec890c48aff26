import { compareText } from "../../model/canonical.ts";
import type { Amounts } from "../../model/demand.ts";
import type { Host, NumaNode } from "../../model/host.ts";
import type {
  Berth,
  PlacementProblem,
  PlacementResult,
  PlacementWorkload,
} from "../../model/placement.ts";
import { entitlement } from "../classes/entitlement.ts";
import { DeviceTable, GPU_MILLI } from "../ledger/devices.ts";
import { chooseNuma, type NumaUse } from "./numa.ts";
import { seatsAfter } from "./seats.ts";

const CPU_MILLICORES = 1000;

/** A NUMA node with what is allocated on it so far, without the CPUs that somebody has alone. */
interface NodeUse extends NumaUse {
  node: NumaNode;
  /** With all of its CPUs. */
  readonly whole: NumaNode;
  readonly allocated: { -readonly [Key in keyof Amounts]: Amounts[Key] };
}

/**
 * Which GPUs and NUMA nodes of its host everything gets that this plan gives a host. What stays is
 * counted first, by key, and has what it would get in that order: nobody tells what it has. Empty
 * where hosts have neither, and so for nearly every problem.
 */
export function berthsOf(problem: PlacementProblem, placement: PlacementResult): readonly Berth[] {
  const hosts = problem.hosts.filter(hasParts);
  if (hosts.length === 0) return [];
  const table = new DeviceTable(hosts);
  const numberOf = new Map(hosts.map(({ name }, number) => [name, number]));
  const nodes = hosts.map((host) => nodesOf(host));
  return inOrder(problem, placement).flatMap(({ workload, host, isNew }): readonly Berth[] => {
    const number = numberOf.get(host);
    if (number === undefined) return [];
    const gpus = gpusOf(table, number, workload);
    const binding = bindingOf(nodes[number] ?? [], workload);
    if (!isNew || gpus.length + binding.numaNodes.length === 0) return [];
    return [{ key: workload.key, host, gpus, ...binding }];
  });
}

const hasParts = ({ numa, allocatable }: Host): boolean =>
  numa.length > 1 || (allocatable.extended[GPU_MILLI] ?? 0) > 0;

const nodesOf = ({ numa }: Host): readonly NodeUse[] =>
  numa.length < 2
    ? []
    : numa.map((node) => ({
        node,
        whole: node,
        allocated: { cpuMillicores: 0, memoryBytes: 0 },
      }));

interface Seated {
  readonly workload: PlacementWorkload;
  readonly host: string;
  readonly isNew: boolean;
}

/** What stays by key, then what gets a host in the order of decisions, then what else moves. */
function inOrder(problem: PlacementProblem, placement: PlacementResult): readonly Seated[] {
  const order = new Map<string, number>();
  for (const { key } of [...placement.decisions, ...placement.moves]) {
    if (!order.has(key)) order.set(key, order.size);
  }
  const seats = seatsAfter({ problem, placement });
  return problem.workloads
    .filter(({ poweredOn }) => poweredOn)
    .flatMap((workload): readonly Seated[] => {
      const host = seats.get(workload.key);
      return host === undefined ? [] : [{ workload, host, isNew: order.has(workload.key) }];
    })
    .sort(
      ({ workload: left }, { workload: right }) =>
        (order.get(left.key) ?? -1) - (order.get(right.key) ?? -1) ||
        compareText(left.key, right.key),
    );
}

function gpusOf(
  table: DeviceTable,
  host: number,
  { demand }: PlacementWorkload,
): readonly number[] {
  const amount = demand.request.extended[GPU_MILLI] ?? 0;
  if (amount <= 0) return [];
  const devices = table.choice(host, amount) ?? [];
  table.take(host, amount);
  return devices;
}

type Binding = Pick<Berth, "numaNodes" | "cpus" | "isPinned">;

function bindingOf(nodes: readonly NodeUse[], { demand }: PlacementWorkload): Binding {
  if (nodes.length === 0) return { numaNodes: [] };
  const want = { ...entitlement(demand), vcpus: demand.size.vcpus };
  return (demand.isDedicated === true ? pinned(nodes, want) : undefined) ?? shared(nodes, want);
}

type Want = Amounts & { readonly vcpus: number };

/** Takes CPUs of one node out of what the others share; undefined where no node has enough. */
function pinned(nodes: readonly NodeUse[], want: Want): Binding | undefined {
  const fitting = nodes.flatMap((use, number) =>
    use.node.cpus.length >= want.vcpus ? [{ use, number }] : [],
  );
  const chosen = chooseNuma(
    fitting.map(({ use }) => use),
    { ...want, cpuMillicores: want.vcpus * CPU_MILLICORES },
  );
  const found = chosen.is === "node" ? fitting[chosen.node] : undefined;
  if (found === undefined) return undefined;
  const { use, number } = found;
  const free = use.node.cpus.toSorted((left, right) => left - right);
  use.node = { ...use.node, cpus: free.slice(want.vcpus) };
  use.allocated.memoryBytes += want.memoryBytes;
  return { numaNodes: [number], cpus: free.slice(0, want.vcpus), isPinned: true };
}

/** Allocates the node that keeps CPU and memory in step, or even parts of several (row U06). */
function shared(nodes: readonly NodeUse[], want: Want): Binding {
  const chosen = chooseNuma(nodes, want);
  if (chosen.is === "none") return { numaNodes: [] };
  const numaNodes = chosen.is === "node" ? [chosen.node] : chosen.nodes;
  const uses = numaNodes.flatMap((number) => nodes[number] ?? []);
  for (const { allocated } of uses) {
    allocated.cpuMillicores += Math.ceil(want.cpuMillicores / uses.length);
    allocated.memoryBytes += Math.ceil(want.memoryBytes / uses.length);
  }
  if (uses.every(({ node, whole }) => node === whole)) return { numaNodes };
  return { numaNodes, cpus: uses.flatMap(({ node }) => node.cpus) };
}
