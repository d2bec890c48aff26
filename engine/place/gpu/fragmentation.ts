import type { GpuCluster, GpuShape } from "./cluster.ts";

/** Shapes that stand for the workload, with how often they come; the shares sum to 1. */
export interface TypicalShape {
  readonly shape: GpuShape;
  readonly share: number;
}

/** Share of the workloads that the typical shapes cover. */
const COVERED = 0.95;

/** The most frequent shapes that together cover 95 % of the workloads; memory does not count. */
export function typicalShapes(workloads: readonly GpuShape[]): readonly TypicalShape[] {
  const counts = new Map<string, { shape: GpuShape; count: number }>();
  for (const shape of workloads) {
    const { cpuMillicores, gpuCount, gpuMilli, gpuModels } = shape;
    const key = `${cpuMillicores}/${gpuCount}/${gpuMilli}/${gpuModels.join("|")}`;
    const entry = counts.get(key);
    if (entry === undefined) counts.set(key, { shape, count: 1 });
    else entry.count++;
  }
  const sorted = [...counts.values()].sort(
    (left, right) => right.count - left.count || compareShapes(right.shape, left.shape),
  );
  let covered = 0;
  const typical = sorted.filter(({ count }) => {
    const isNeeded = covered < COVERED * workloads.length;
    if (isNeeded) covered += count;
    return isNeeded;
  });
  return typical.map(({ shape, count }) => ({ shape, share: count / covered }));
}

function compareShapes(left: GpuShape, right: GpuShape): number {
  return (
    left.cpuMillicores - right.cpuMillicores ||
    left.gpuMilli - right.gpuMilli ||
    left.gpuCount - right.gpuCount ||
    (left.gpuModels.join("|") < right.gpuModels.join("|") ? -1 : 1)
  );
}

/**
 * How much of a host's GPUs a typical workload could not use, in expectation (Weng et al., USENIX
 * ATC 2023): all that is left where the shape does not fit, else what is left of GPUs too small.
 */
export class Fragmentation {
  readonly #cluster: GpuCluster;
  readonly #models: ReadonlyMap<string, number>;
  readonly #cpu: Float64Array;
  readonly #count: Int32Array;
  readonly #milli: Int32Array;
  readonly #share: Float64Array;
  /** Bit i: allowed on the model of number i. */
  readonly #allowed: Int32Array;
  readonly #modelBits: Int32Array;

  constructor(cluster: GpuCluster, typical: readonly TypicalShape[]) {
    this.#cluster = cluster;
    const models = [...new Set(cluster.hosts.map(({ gpuModel }) => gpuModel))];
    this.#models = new Map(models.map((model, index) => [model, 1 << index]));
    this.#modelBits = Int32Array.from(cluster.hosts, ({ gpuModel }) => this.#bit(gpuModel));
    this.#cpu = Float64Array.from(typical, ({ shape }) => shape.cpuMillicores);
    this.#count = Int32Array.from(typical, ({ shape }) => shape.gpuCount);
    this.#milli = Int32Array.from(typical, ({ shape }) => shape.gpuMilli);
    this.#share = Float64Array.from(typical, ({ share }) => share);
    this.#allowed = Int32Array.from(typical, ({ shape: { gpuModels } }) =>
      gpuModels.length === 0 ? -1 : gpuModels.reduce((bits, model) => bits | this.#bit(model), 0),
    );
  }

  #bit(model: string): number {
    return this.#models.get(model) ?? 0;
  }

  /** Expected GPU thousandths of no use on the host as it stands, with less CPU if asked. */
  of(host: number, cpuTaken = 0): number {
    const { gpuLeft, width, cpuLeft } = this.#cluster;
    const base = host * width;
    const cpu = (cpuLeft[host] as number) - cpuTaken;
    const model = this.#modelBits[host] as number;
    let left = 0;
    for (let gpu = base; gpu < base + width; gpu++) left += gpuLeft[gpu] as number;
    if (left === 0) return 0;
    let sum = 0;
    for (let index = 0; index < this.#cpu.length; index++) {
      const isOut =
        (this.#count[index] as number) === 0 ||
        (this.#cpu[index] as number) > cpu ||
        ((this.#allowed[index] as number) & model) === 0;
      sum += (this.#share[index] as number) * (isOut ? left : this.#unusable(index, base, left));
    }
    return sum;
  }

  #unusable(index: number, base: number, all: number): number {
    const { gpuLeft, width } = this.#cluster;
    const milli = this.#milli[index] as number;
    let missing = this.#count[index] as number;
    let unusable = 0;
    for (let gpu = base; gpu < base + width; gpu++) {
      const left = gpuLeft[gpu] as number;
      if (left >= milli) missing--;
      else unusable += left;
    }
    return missing > 0 ? all : unusable;
  }
}
