/** Parts of a GPU that a workload can ask for. */
export const MILLI = 1000;

/** A host with GPUs, as the packing of GPUs sees it. */
export interface GpuHost {
  readonly name: string;
  readonly cpuMillicores: number;
  readonly memoryMebibytes: number;
  readonly gpuCount: number;
  /** Empty on a host without GPU. */
  readonly gpuModel: string;
}

/** What a workload asks for; workloads of one shape are interchangeable. */
export interface GpuShape {
  readonly cpuMillicores: number;
  readonly memoryMebibytes: number;
  readonly gpuCount: number;
  /** Share of each GPU; below 1000 only with one GPU. */
  readonly gpuMilli: number;
  /** Allowed models; empty: any. */
  readonly gpuModels: readonly string[];
}

/** What is left on each host and GPU. Hosts are numbered in the order of their names. */
export class GpuCluster {
  readonly hosts: readonly GpuHost[];
  readonly cpuLeft: Float64Array;
  readonly memoryLeft: Float64Array;
  /** Hosts x `width`: what is left of each GPU. */
  readonly gpuLeft: Int32Array;
  /** Largest number of GPUs in a host. */
  readonly width: number;
  /** Per host a number that changes with every change of the host. */
  readonly versions: Int32Array;
  #allocatedMilli = 0;

  constructor(hosts: readonly GpuHost[]) {
    this.hosts = hosts.toSorted((left, right) => (left.name < right.name ? -1 : 1));
    this.width = hosts.reduce((most, { gpuCount }) => Math.max(most, gpuCount), 0);
    this.cpuLeft = Float64Array.from(this.hosts, ({ cpuMillicores }) => cpuMillicores);
    this.memoryLeft = Float64Array.from(this.hosts, ({ memoryMebibytes }) => memoryMebibytes);
    this.versions = new Int32Array(hosts.length);
    this.gpuLeft = new Int32Array(hosts.length * this.width);
    for (const [host, { gpuCount }] of this.hosts.entries()) {
      this.gpuLeft.fill(MILLI, host * this.width, host * this.width + gpuCount);
    }
  }

  /** All GPUs together, in thousandths. */
  get capacityMilli(): number {
    return this.hosts.reduce((sum, { gpuCount }) => sum + gpuCount * MILLI, 0);
  }

  /** What is left of all GPUs of a host. */
  freeMilli(host: number): number {
    let free = 0;
    for (let gpu = host * this.width; gpu < (host + 1) * this.width; gpu++) {
      free += this.gpuLeft[gpu] as number;
    }
    return free;
  }

  get allocatedMilli(): number {
    return this.#allocatedMilli;
  }

  /** True when the host has the CPU, memory and GPUs asked for, these of an allowed model. */
  fits(shape: GpuShape, host: number): boolean {
    if ((this.cpuLeft[host] as number) < shape.cpuMillicores) return false;
    if ((this.memoryLeft[host] as number) < shape.memoryMebibytes) return false;
    if (shape.gpuCount === 0) return true;
    const model = this.hosts[host]?.gpuModel ?? "";
    const isAllowed = shape.gpuModels.length === 0 || shape.gpuModels.includes(model);
    return isAllowed && this.#hasGpus(shape, host);
  }

  #hasGpus({ gpuCount, gpuMilli }: GpuShape, host: number): boolean {
    let missing = gpuCount;
    const base = host * this.width;
    for (let gpu = base; gpu < base + this.width && missing > 0; gpu++) {
      if ((this.gpuLeft[gpu] as number) >= gpuMilli) missing--;
    }
    return missing <= 0;
  }

  /** The first idle GPUs, or the one that is named; -1 names none. Returns the GPUs taken. */
  place(shape: GpuShape, host: number, named: number): number[] {
    const gpus: number[] = [];
    for (let gpu = Math.max(0, named); gpus.length < shape.gpuCount && gpu < this.width; gpu++) {
      const index = host * this.width + gpu;
      const left = this.gpuLeft[index] as number;
      if (left < shape.gpuMilli) continue;
      this.gpuLeft[index] = left - shape.gpuMilli;
      gpus.push(gpu);
    }
    this.#take(shape, host, 1);
    return gpus;
  }

  /** The GPUs of an earlier placement again. */
  placeOn(shape: GpuShape, host: number, gpus: readonly number[]): void {
    for (const gpu of gpus) {
      const index = host * this.width + gpu;
      this.gpuLeft[index] = (this.gpuLeft[index] as number) - shape.gpuMilli;
    }
    this.#take(shape, host, 1);
  }

  /** Takes a workload back off the GPUs that `place` returned. */
  remove(shape: GpuShape, host: number, gpus: readonly number[]): void {
    for (const gpu of gpus) {
      const index = host * this.width + gpu;
      this.gpuLeft[index] = (this.gpuLeft[index] as number) + shape.gpuMilli;
    }
    this.#take(shape, host, -1);
  }

  #take(shape: GpuShape, host: number, sign: 1 | -1): void {
    this.cpuLeft[host] = (this.cpuLeft[host] as number) - sign * shape.cpuMillicores;
    this.memoryLeft[host] = (this.memoryLeft[host] as number) - sign * shape.memoryMebibytes;
    this.versions[host] = (this.versions[host] as number) + 1;
    this.#allocatedMilli += sign * shape.gpuCount * shape.gpuMilli;
  }
}
