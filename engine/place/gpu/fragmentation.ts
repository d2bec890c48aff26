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
  /** Per host the table of its model. */
  readonly #tables: readonly ModelTable[];
  /** Distinct shares of a GPU that shapes ask for. */
  readonly #millis: Int32Array;
  /** Per distinct share: GPUs of a host that have it left, and what the others have left. */
  readonly #usable: Int32Array;
  readonly #unusable: Int32Array;

  constructor(cluster: GpuCluster, typical: readonly TypicalShape[]) {
    this.#cluster = cluster;
    this.#millis = Int32Array.from(new Set(typical.map(({ shape }) => shape.gpuMilli)));
    this.#usable = new Int32Array(this.#millis.length);
    this.#unusable = new Int32Array(this.#millis.length);
    const models = [...new Set(cluster.hosts.map(({ gpuModel }) => gpuModel))];
    const tables = new Map(
      models.map((model) => [model, modelTable(typical, model, this.#millis)]),
    );
    const none = modelTable([], "", this.#millis);
    this.#tables = cluster.hosts.map(({ gpuModel }) => tables.get(gpuModel) ?? none);
  }

  /** Expected GPU thousandths of no use on the host as it stands, with less CPU if asked. */
  of(host: number, cpuTaken = 0): number {
    const left = this.#cluster.freeMilli(host);
    const table = this.#tables[host];
    if (left === 0 || table === undefined) return 0;
    const { cpu, count, milli, share } = table;
    const cpuLeft = (this.#cluster.cpuLeft[host] as number) - cpuTaken;
    this.#measure(host);
    let sum = table.shareOut * left;
    for (let index = 0; index < cpu.length; index++) {
      const row = milli[index] as number;
      const isOut =
        (cpu[index] as number) > cpuLeft ||
        (this.#usable[row] as number) < (count[index] as number);
      sum += (share[index] as number) * (isOut ? left : (this.#unusable[row] as number));
    }
    return sum;
  }

  #measure(host: number): void {
    const { gpuLeft, width } = this.#cluster;
    const base = host * width;
    for (let row = 0; row < this.#millis.length; row++) {
      const milli = this.#millis[row] as number;
      let usable = 0;
      let unusable = 0;
      for (let gpu = base; gpu < base + width; gpu++) {
        const left = gpuLeft[gpu] as number;
        if (left >= milli) usable++;
        else unusable += left;
      }
      this.#usable[row] = usable;
      this.#unusable[row] = unusable;
    }
  }
}

/** The typical shapes that ask for GPUs and may use this model, column by column. */
interface ModelTable {
  readonly cpu: Float64Array;
  readonly count: Int32Array;
  /** Row of the share among the distinct ones. */
  readonly milli: Int32Array;
  readonly share: Float64Array;
  /** Share of all other typical shapes: to them every GPU of the model is of no use. */
  readonly shareOut: number;
}

function modelTable(
  typical: readonly TypicalShape[],
  model: string,
  millis: Int32Array,
): ModelTable {
  const canUse = ({ shape: { gpuCount, gpuModels } }: TypicalShape): boolean =>
    gpuCount > 0 && (gpuModels.length === 0 || gpuModels.includes(model));
  const inside = typical.filter(canUse);
  const outside = typical.filter((entry) => !canUse(entry));
  return {
    cpu: Float64Array.from(inside, ({ shape }) => shape.cpuMillicores),
    count: Int32Array.from(inside, ({ shape }) => shape.gpuCount),
    milli: Int32Array.from(inside, ({ shape }) => millis.indexOf(shape.gpuMilli)),
    share: Float64Array.from(inside, ({ share }) => share),
    shareOut: outside.reduce((sum, { share }) => sum + share, 0),
  };
}
