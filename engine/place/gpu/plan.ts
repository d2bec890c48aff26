import { SeededRandom } from "../basics/random.ts";
import type { GpuHost, GpuShape } from "./cluster.ts";
import { Fragmentation, typicalShapes } from "./fragmentation.ts";
import { GradientChooser } from "./gradient.ts";
import { GpuPacking } from "./packing.ts";
import { HostRefill } from "./refill.ts";

export interface GpuBatch {
  readonly hosts: readonly GpuHost[];
  readonly shapes: readonly GpuShape[];
  /** Numbers of shapes in the order of arrival. */
  readonly batch: readonly number[];
}

/**
 * Places a batch that is known as a whole: the better of arrival order and largest first by
 * fragmentation gradient, then `refills` attempts to fill a host anew. Workloads without GPU are
 * not given up for those with: never less of their CPU is placed than in arrival order.
 */
export function planGpus(problem: GpuBatch, seed: number, refills: number): GpuPacking {
  const inOrder = placeInOrder(problem, problem.batch);
  const sorted = placeInOrder(problem, largestFirst(problem));
  const isFair = sorted.cpuOnlyMillicores >= inOrder.cpuOnlyMillicores;
  const isBetter = sorted.cluster.allocatedMilli > inOrder.cluster.allocatedMilli;
  const packing = isFair && isBetter ? sorted : inOrder;
  const random = new SeededRandom(seed);
  const refill = new HostRefill(packing, random);
  const count = packing.cluster.hosts.length;
  for (let attempt = 0; attempt < refills; attempt++) {
    const host = random.below(count);
    if (packing.cluster.freeMilli(host) > 0) refill.try(host);
  }
  return packing;
}

/** One workload after the other, each where it fragments least; what fits nowhere waits. */
export function placeInOrder(problem: GpuBatch, order: readonly number[]): GpuPacking {
  const { hosts, shapes, batch } = problem;
  const packing = new GpuPacking(hosts, shapes, batch);
  const workloads = batch.map((number) => packing.shape(number));
  const fragmentation = new Fragmentation(packing.cluster, typicalShapes(workloads));
  const chooser = new GradientChooser(packing.cluster, fragmentation, shapes);
  for (const number of order) {
    const seat = chooser.choose(number);
    if (seat !== undefined) packing.seat(number, seat.host, seat.gpu);
  }
  return packing;
}

/** Most GPUs first, then the largest share, then the most CPU; bound to a model before free. */
function largestFirst({ shapes, batch }: GpuBatch): number[] {
  const key = (number: number): readonly number[] => {
    const shape = shapes[number];
    if (shape === undefined) return [];
    const isBound = shape.gpuModels.length > 0 ? 1 : 0;
    return [shape.gpuCount, isBound, shape.gpuMilli, shape.cpuMillicores];
  };
  const keys = shapes.map((_, number) => key(number));
  return batch.toSorted((left, right) => compareDescending(keys[left] ?? [], keys[right] ?? []));
}

function compareDescending(left: readonly number[], right: readonly number[]): number {
  for (const [index, value] of left.entries()) {
    const difference = (right[index] ?? 0) - value;
    if (difference !== 0) return difference;
  }
  return 0;
}
