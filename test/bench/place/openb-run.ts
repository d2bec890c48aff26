import { GpuCluster, type GpuHost, type GpuShape } from "../../../engine/place/gpu/cluster.ts";
import { Fragmentation, typicalShapes } from "../../../engine/place/gpu/fragmentation.ts";
import { GradientChooser } from "../../../engine/place/gpu/gradient.ts";
import { planGpus } from "../../../engine/place/gpu/plan.ts";
import { arrivalsOf, renamed, until } from "./openb-arrivals.ts";

/** Demand, in per cent of the capacity, at which the published runs were read. */
export const LEVELS_PCT: readonly number[] = [100, 110, 120, 130];
const RATIO = 1.3;
const REFILLS = 60_000;

export type Mode = "online" | "plan";

export interface RunResult {
  /** Per level (a plan has the first only), in per cent of all GPUs. */
  readonly allocationPct: readonly number[];
  /** CPU of the placed workloads that ask for no GPU. */
  readonly cpuOnlyCores: number;
}

const capacityOf = (hosts: readonly GpuHost[]): number => new GpuCluster(hosts).capacityMilli;

/** One run of the protocol with one seed. */
export function runOpenb(
  mode: Mode,
  hosts: readonly GpuHost[],
  workloads: readonly GpuShape[],
  seed: number,
): RunResult {
  const capacity = capacityOf(hosts);
  const arrivals = arrivalsOf(workloads, seed, RATIO * capacity);
  if (mode === "online") return online(renamed(hosts, seed), workloads, arrivals);
  const batch = until(arrivals, capacity);
  const problem = { hosts: renamed(hosts, seed), shapes: arrivals.shapes, batch };
  const { cluster, cpuOnlyMillicores } = planGpus(problem, seed, REFILLS);
  return {
    allocationPct: [(100 * cluster.allocatedMilli) / capacity],
    cpuOnlyCores: cpuOnlyMillicores / 1000,
  };
}

/** Each arrival is placed for good before the next is known. */
function online(
  hosts: readonly GpuHost[],
  workloads: readonly GpuShape[],
  { shapes, order }: ReturnType<typeof arrivalsOf>,
): RunResult {
  const cluster = new GpuCluster(hosts);
  const fragmentation = new Fragmentation(cluster, typicalShapes(workloads));
  const chooser = new GradientChooser(cluster, fragmentation, shapes);
  const capacity = cluster.capacityMilli;
  const allocationPct: number[] = [];
  const note = (): number => allocationPct.push((100 * cluster.allocatedMilli) / capacity);
  let demand = 0;
  let cpuOnly = 0;
  for (const number of order) {
    const shape = shapes[number]!;
    demand += shape.gpuCount * shape.gpuMilli;
    const seat = chooser.choose(number);
    if (seat !== undefined) cluster.place(shape, seat.host, seat.gpu);
    // Compared at 100 % of the demand, where a plan's batch ends.
    if (seat !== undefined && shape.gpuCount === 0 && allocationPct.length === 0) {
      cpuOnly += shape.cpuMillicores;
    }
    const level = LEVELS_PCT[allocationPct.length];
    if (level !== undefined && demand >= (level / 100) * capacity) note();
  }
  while (allocationPct.length < LEVELS_PCT.length) note();
  return { allocationPct, cpuOnlyCores: cpuOnly / 1000 };
}
