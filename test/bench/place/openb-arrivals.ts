import type { GpuHost, GpuShape } from "../../../engine/place/gpu/cluster.ts";
import { type Random, randomStream } from "../../sim/random.ts";

export interface Arrivals {
  /** The distinct shapes; arrivals are numbers of these. */
  readonly shapes: readonly GpuShape[];
  readonly order: readonly number[];
}

const demandOf = ({ gpuCount, gpuMilli }: GpuShape): number => gpuCount * gpuMilli;

/**
 * The protocol of the published runs: the list shuffled, then copies drawn from it until the demand
 * would pass `ratio` of the capacity. That test adds the share of one GPU of the next workload, not
 * its whole demand, as theirs does. A list that asks for more loses random members instead.
 */
export function arrivalsOf(
  workloads: readonly GpuShape[],
  seed: number,
  limitMilli: number,
): Arrivals {
  const { shapes, numbers } = intern(workloads);
  const random = randomStream(seed, "openb");
  const order = shuffled(numbers, random);
  let demand = order.reduce((sum, number) => sum + demandOf(shapes[number]!), 0);
  while (demand > limitMilli) {
    const [gone] = order.splice(random.below(order.length), 1);
    demand -= demandOf(shapes[gone!]!);
    if (demand <= limitMilli) return { shapes, order };
  }
  for (;;) {
    const number = random.pick(numbers);
    const shape = shapes[number]!;
    if (demand + shape.gpuMilli > limitMilli) return { shapes, order };
    demand += demandOf(shape);
    order.push(number);
  }
}

/**
 * The published runs put a random number before each host's name, drawn anew per seed, so that the
 * first name among equal scores is any host. In the order of the file alike hosts are neighbours,
 * and where CPU is short (cpu250) that alone costs 1.6 points.
 */
export function renamed(hosts: readonly GpuHost[], seed: number): GpuHost[] {
  const numbers = shuffled([...hosts.keys()], randomStream(seed, "openb-hosts"));
  return hosts.map((host, index) => ({
    ...host,
    name: `${String(numbers[index]).padStart(6, "0")}-${host.name}`,
  }));
}

/** The arrivals up to and with the one that brings the demand to the limit. */
export function until({ shapes, order }: Arrivals, limitMilli: number): number[] {
  let demand = 0;
  const end = order.findIndex((number) => {
    demand += demandOf(shapes[number]!);
    return demand >= limitMilli;
  });
  return end < 0 ? [...order] : order.slice(0, end + 1);
}

function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  const result = [...items];
  for (let index = result.length - 1; index > 0; index--) {
    const other = random.below(index + 1);
    [result[index], result[other]] = [result[other]!, result[index]!];
  }
  return result;
}

/** Equal shapes become one. */
function intern(workloads: readonly GpuShape[]): { shapes: GpuShape[]; numbers: number[] } {
  const known = new Map<string, number>();
  const shapes: GpuShape[] = [];
  const numbers = workloads.map((shape) => {
    const key = JSON.stringify(shape);
    const number = known.get(key) ?? shapes.push(shape) - 1;
    known.set(key, number);
    return number;
  });
  return { shapes, numbers };
}
