import { type GpuCluster, type GpuShape, MILLI } from "./cluster.ts";
import type { Fragmentation } from "./fragmentation.ts";

/** Where a workload goes: the host and, for a share of a GPU, which one (else -1). */
export interface GpuSeat {
  readonly host: number;
  readonly gpu: number;
}

const INFEASIBLE = -1;
const SCORE_MAX = 100;

/**
 * Fragmentation gradient descent: every feasible host is scored by how much less of its GPUs is of
 * no use after the placement, cut to whole points, and the first of the best in name order wins.
 * The cut makes ties common, so that hosts fill up in order; that matters more than the formula.
 */
export class GradientChooser {
  readonly #cluster: GpuCluster;
  readonly #fragmentation: Fragmentation;
  readonly #shapes: readonly GpuShape[];
  /** Shapes x hosts: score and GPU, valid for the version of the host that is noted. */
  readonly #scores: Int8Array;
  readonly #gpus: Int8Array;
  readonly #versions: Int32Array;

  constructor(cluster: GpuCluster, fragmentation: Fragmentation, shapes: readonly GpuShape[]) {
    this.#cluster = cluster;
    this.#fragmentation = fragmentation;
    this.#shapes = shapes;
    const size = shapes.length * cluster.hosts.length;
    this.#scores = new Int8Array(size);
    this.#gpus = new Int8Array(size);
    this.#versions = new Int32Array(size).fill(-1);
  }

  /** The best seat for the shape of this number, or undefined when it fits nowhere. */
  choose(number: number): GpuSeat | undefined {
    const { versions, hosts } = this.#cluster;
    const base = number * hosts.length;
    let best = INFEASIBLE;
    let chosen = -1;
    for (let host = 0; host < hosts.length; host++) {
      const version = versions[host] as number;
      if ((this.#versions[base + host] as number) !== version) {
        this.#score(number, host);
        this.#versions[base + host] = version;
      }
      const score = this.#scores[base + host] as number;
      if (score <= best) continue;
      best = score;
      chosen = host;
    }
    return chosen < 0 ? undefined : { host: chosen, gpu: this.#gpus[base + chosen] as number };
  }

  #score(number: number, host: number): void {
    const shape = this.#shapes[number];
    const index = number * this.#cluster.hosts.length + host;
    this.#gpus[index] = -1;
    if (shape === undefined || !this.#cluster.fits(shape, host)) {
      this.#scores[index] = INFEASIBLE;
      return;
    }
    const before = this.#fragmentation.of(host);
    const isShare = shape.gpuCount === 1 && shape.gpuMilli < MILLI;
    if (isShare) this.#scoreShare(shape, host, { index, before });
    else this.#scores[index] = points(before - this.#afterWhole(shape, host));
  }

  /** Tries each GPU that has enough left; the first of the best wins. */
  #scoreShare(shape: GpuShape, host: number, at: { index: number; before: number }): void {
    const { gpuLeft, width } = this.#cluster;
    let best = INFEASIBLE;
    for (let gpu = 0; gpu < width; gpu++) {
      const slot = host * width + gpu;
      const left = gpuLeft[slot] as number;
      if (left < shape.gpuMilli) continue;
      gpuLeft[slot] = left - shape.gpuMilli;
      const score = points(at.before - this.#fragmentation.of(host, shape.cpuMillicores));
      gpuLeft[slot] = left;
      if (score <= best) continue;
      best = score;
      this.#gpus[at.index] = gpu;
    }
    this.#scores[at.index] = best;
  }

  #afterWhole(shape: GpuShape, host: number): number {
    const { gpuLeft, width } = this.#cluster;
    const taken: number[] = [];
    for (let gpu = host * width; taken.length < shape.gpuCount; gpu++) {
      if ((gpuLeft[gpu] as number) < shape.gpuMilli) continue;
      gpuLeft[gpu] = (gpuLeft[gpu] as number) - shape.gpuMilli;
      taken.push(gpu);
    }
    const after = this.#fragmentation.of(host, shape.cpuMillicores);
    for (const gpu of taken) gpuLeft[gpu] = (gpuLeft[gpu] as number) + shape.gpuMilli;
    return after;
  }
}

/** 0 to 100 for a change in thousandths of a GPU; 50 for none. */
function points(gainMilli: number): number {
  return Math.trunc(SCORE_MAX / (1 + Math.exp(-gainMilli / MILLI)));
}
