import type { SeededRandom } from "../basics/random.ts";
import { type GpuShape, MILLI } from "./cluster.ts";
import type { GpuPacking, Seated } from "./packing.ts";

/** How far a shape may come forward in the order of a refill. */
const NOISE_MILLI = 400;

/**
 * Improves a packing host by host: everything on a host waits again, and it is filled anew from all
 * that waits, larger demands first with some chance. Kept when no less GPU is in use and every
 * workload without GPU has a place, if need be elsewhere.
 */
export class HostRefill {
  readonly #packing: GpuPacking;
  readonly #random: SeededRandom;
  /** Shapes with GPUs by demand, largest first. */
  readonly #byDemand: readonly number[];

  constructor(packing: GpuPacking, random: SeededRandom) {
    this.#packing = packing;
    this.#random = random;
    const demand = (number: number): number => demandOf(packing.shape(number));
    this.#byDemand = packing.shapes
      .map((_, number) => number)
      .filter((number) => demand(number) > 0)
      .toSorted((left, right) => demand(right) - demand(left));
  }

  /** True when the host was filled anew. */
  try(host: number): boolean {
    const packing = this.#packing;
    const before = packing.cluster.freeMilli(host);
    const old = packing.clear(host);
    this.#fill(host);
    const moved: number[] = [];
    const isKept =
      packing.cluster.freeMilli(host) <= before && this.#settleCpuOnly(old, host, moved);
    if (isKept) return true;
    for (const elsewhere of moved.toReversed()) packing.unseatLast(elsewhere);
    packing.clear(host);
    packing.restore(host, old);
    return false;
  }

  #fill(host: number): void {
    const packing = this.#packing;
    const { cluster } = packing;
    const order = this.#order();
    for (const number of order) {
      const shape = packing.shape(number);
      while ((packing.waiting[number] as number) > 0 && cluster.fits(shape, host)) {
        packing.seat(number, host, this.#tightest(shape, host));
      }
      if (cluster.freeMilli(host) === 0) return;
    }
  }

  /** Waiting shapes, larger first, each brought forward a little by chance. */
  #order(): number[] {
    const packing = this.#packing;
    const waiting = this.#byDemand.filter((number) => (packing.waiting[number] as number) > 0);
    const keys = new Map(
      waiting.map((number) => {
        const chance = this.#random.below(NOISE_MILLI) * this.#random.below(2);
        return [number, demandOf(packing.shape(number)) + chance];
      }),
    );
    return waiting.sort((left, right) => (keys.get(right) ?? 0) - (keys.get(left) ?? 0));
  }

  /** The GPU that a share fits most tightly; -1 for whole GPUs. */
  #tightest({ gpuCount, gpuMilli }: GpuShape, host: number): number {
    if (gpuCount !== 1 || gpuMilli >= MILLI) return -1;
    const { gpuLeft, width } = this.#packing.cluster;
    let least = Number.POSITIVE_INFINITY;
    let chosen = -1;
    for (let gpu = 0; gpu < width; gpu++) {
      const left = gpuLeft[host * width + gpu] as number;
      if (left < gpuMilli || left >= least) continue;
      least = left;
      chosen = gpu;
    }
    return chosen;
  }

  /** Finds a place for each of the host's workloads without GPU; notes those put elsewhere. */
  #settleCpuOnly(old: readonly Seated[], host: number, moved: number[]): boolean {
    for (const { number } of old) {
      const shape = this.#packing.shape(number);
      if (shape.gpuCount > 0) continue;
      const to = this.#packing.cluster.fits(shape, host) ? host : this.#elsewhere(shape);
      if (to < 0) return false;
      this.#packing.seat(number, to, -1);
      if (to !== host) moved.push(to);
    }
    return true;
  }

  /** A host with CPU to spare that has the least GPU left, of those from a random one on. */
  #elsewhere(shape: GpuShape): number {
    const { cluster } = this.#packing;
    const count = cluster.hosts.length;
    const start = this.#random.below(count);
    let least = Number.POSITIVE_INFINITY;
    let chosen = -1;
    for (let step = 0; step < count && least > 0; step++) {
      const host = (start + step) % count;
      if (!cluster.fits(shape, host)) continue;
      const free = cluster.freeMilli(host);
      if (free >= least) continue;
      least = free;
      chosen = host;
    }
    return chosen;
  }
}

const demandOf = ({ gpuCount, gpuMilli }: GpuShape): number => gpuCount * gpuMilli;
