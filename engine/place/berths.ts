import { compareText } from "../model/canonical.ts";
import type { Amounts } from "../model/demand.ts";
import type { Host } from "../model/host.ts";
import type {
  Berth,
  PlacementProblem,
  PlacementResult,
  PlacementWorkload,
} from "../model/placement.ts";
import { entitlement } from "./entitlement.ts";
import { DeviceTable, GPU_MILLI } from "./gpu/devices.ts";
import { chooseNuma, type NumaUse } from "./numa.ts";
import { seatsAfter } from "./seats.ts";

/** A NUMA node with what is allocated on it so far. */
interface NodeUse extends NumaUse {
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
    const numaNodes = numaOf(nodes[number] ?? [], workload);
    if (!isNew || gpus.length + numaNodes.length === 0) return [];
    return [{ key: workload.key, host, gpus, numaNodes }];
  });
}

const hasParts = ({ numa, allocatable }: Host): boolean =>
  numa.length > 1 || (allocatable.extended[GPU_MILLI] ?? 0) > 0;

const nodesOf = ({ numa }: Host): readonly NodeUse[] =>
  numa.length < 2
    ? []
    : numa.map((node) => ({ node, allocated: { cpuMillicores: 0, memoryBytes: 0 } }));

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

/** Allocates the node that keeps CPU and memory in step, or even parts of several (row U06). */
function numaOf(nodes: readonly NodeUse[], { demand }: PlacementWorkload): readonly number[] {
  if (nodes.length === 0) return [];
  const want = { ...entitlement(demand), vcpus: demand.size.vcpus };
  const chosen = chooseNuma(nodes, want);
  if (chosen.is === "none") return [];
  const numbers = chosen.is === "node" ? [chosen.node] : chosen.nodes;
  for (const number of numbers) {
    const allocated = nodes[number]?.allocated;
    if (allocated === undefined) continue;
    allocated.cpuMillicores += Math.ceil(want.cpuMillicores / numbers.length);
    allocated.memoryBytes += Math.ceil(want.memoryBytes / numbers.length);
  }
  return numbers;
}
