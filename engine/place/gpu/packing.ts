import { GpuCluster, type GpuHost, type GpuShape } from "./cluster.ts";

/** One workload on a host: the number of its shape and its GPUs. */
export interface Seated {
  readonly number: number;
  readonly gpus: readonly number[];
}

/** Which workloads are on which host, and how many of each shape wait for a place. */
export class GpuPacking {
  readonly cluster: GpuCluster;
  readonly shapes: readonly GpuShape[];
  /** Per host. */
  readonly seated: Seated[][];
  /** Per shape. */
  readonly waiting: Int32Array;
  #cpuOnlyMillicores = 0;

  constructor(hosts: readonly GpuHost[], shapes: readonly GpuShape[], batch: readonly number[]) {
    this.cluster = new GpuCluster(hosts);
    this.shapes = shapes;
    this.seated = this.cluster.hosts.map(() => []);
    this.waiting = new Int32Array(shapes.length);
    for (const number of batch) this.waiting[number] = (this.waiting[number] as number) + 1;
  }

  /** CPU of the placed workloads that ask for no GPU. */
  get cpuOnlyMillicores(): number {
    return this.#cpuOnlyMillicores;
  }

  shape(number: number): GpuShape {
    const shape = this.shapes[number];
    if (shape === undefined) throw new RangeError(`no shape ${number}`);
    return shape;
  }

  /** Puts one that waits on a host, on the named GPU or (-1) the first that have enough left. */
  seat(number: number, host: number, gpu: number): void {
    const shape = this.shape(number);
    const gpus = this.cluster.place(shape, host, gpu);
    this.seated[host]?.push({ number, gpus });
    this.#count(number, shape, -1);
  }

  /** Lets everything on the host wait again, and returns what it was. */
  clear(host: number): readonly Seated[] {
    const gone = this.seated[host]?.splice(0) ?? [];
    for (const { number, gpus } of gone) {
      const shape = this.shape(number);
      this.cluster.remove(shape, host, gpus);
      this.#count(number, shape, 1);
    }
    return gone;
  }

  /** Takes the newest workload off the host. */
  unseatLast(host: number): void {
    const last = this.seated[host]?.pop();
    if (last === undefined) return;
    const shape = this.shape(last.number);
    this.cluster.remove(shape, host, last.gpus);
    this.#count(last.number, shape, 1);
  }

  /** Puts workloads back exactly where they were; the host must be clear. */
  restore(host: number, workloads: readonly Seated[]): void {
    for (const { number, gpus } of workloads) {
      const shape = this.shape(number);
      this.cluster.placeOn(shape, host, gpus);
      this.seated[host]?.push({ number, gpus });
      this.#count(number, shape, -1);
    }
  }

  #count(number: number, shape: GpuShape, sign: 1 | -1): void {
    this.waiting[number] = (this.waiting[number] as number) + sign;
    if (shape.gpuCount === 0) this.#cpuOnlyMillicores -= sign * shape.cpuMillicores;
  }
}
