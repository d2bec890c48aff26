import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { GpuCluster, type GpuHost, type GpuShape } from "../../../../engine/place/gpu/cluster.ts";
import { Fragmentation, typicalShapes } from "../../../../engine/place/gpu/fragmentation.ts";
import { GradientChooser } from "../../../../engine/place/gpu/gradient.ts";
import type { GpuPacking } from "../../../../engine/place/gpu/packing.ts";
import { type GpuBatch, placeInOrder, planGpus } from "../../../../engine/place/gpu/plan.ts";
import { arrivalsOf, renamed, until } from "../../../bench/place/openb-arrivals.ts";
import { readHosts, readWorkloads } from "../../../bench/place/openb-file.ts";
import { runOpenb } from "../../../bench/place/openb-run.ts";

const host = (name: string, gpuCount: number, more: Partial<GpuHost> = {}): GpuHost => ({
  name,
  cpuMillicores: 16_000,
  memoryMebibytes: 65_536,
  gpuCount,
  gpuModel: "T4",
  ...more,
});
const shape = (gpuCount: number, gpuMilli: number, more: Partial<GpuShape> = {}): GpuShape => ({
  cpuMillicores: 1000,
  memoryMebibytes: 1024,
  gpuCount,
  gpuMilli,
  gpuModels: [],
  ...more,
});

const anyShape: fc.Arbitrary<GpuShape> = fc
  .record({
    kind: fc.constantFrom("none", "share", "whole"),
    milli: fc.integer({ min: 1, max: 9 }),
    count: fc.constantFrom(1, 2, 4),
    cpu: fc.integer({ min: 1, max: 12 }),
    model: fc.constantFrom("", "T4", "P100"),
  })
  .map(({ kind, milli, count, cpu, model }) => ({
    cpuMillicores: cpu * 1000,
    memoryMebibytes: cpu * 2048,
    gpuCount: kind === "none" ? 0 : kind === "share" ? 1 : count,
    gpuMilli: kind === "none" ? 0 : kind === "share" ? milli * 100 : 1000,
    gpuModels: kind === "none" || model === "" ? [] : [model],
  }));
const anyProblem: fc.Arbitrary<GpuBatch> = fc
  .record({
    hosts: fc.array(fc.record({ gpus: fc.constantFrom(1, 2, 4), isT4: fc.boolean() }), {
      minLength: 1,
      maxLength: 8,
    }),
    shapes: fc.array(anyShape, { minLength: 1, maxLength: 8 }),
    picks: fc.array(fc.nat(), { maxLength: 60 }),
  })
  .map(({ hosts, shapes, picks }) => ({
    hosts: hosts.map(({ gpus, isT4 }, index) =>
      host(`h${index}`, gpus, { gpuModel: isT4 ? "T4" : "P100" }),
    ),
    shapes,
    batch: picks.map((pick) => pick % shapes.length),
  }));

/** Counts everything anew and compares it with what the packing says is left. */
function audit({ hosts, shapes, batch }: GpuBatch, packing: GpuPacking): void {
  const { cluster } = packing;
  const placed = shapes.map(() => 0);
  for (const [index, own] of cluster.hosts.entries()) {
    const gpus = Array.from({ length: own.gpuCount }, () => 1000);
    let cpu = own.cpuMillicores;
    for (const seated of packing.seated[index]!) {
      const wanted = shapes[seated.number]!;
      placed[seated.number]! += 1;
      cpu -= wanted.cpuMillicores;
      expect(new Set(seated.gpus).size).toBe(wanted.gpuCount);
      for (const gpu of seated.gpus) gpus[gpu]! -= wanted.gpuMilli;
      const isAllowed = wanted.gpuModels.length === 0 || wanted.gpuModels.includes(own.gpuModel);
      expect(isAllowed).toBe(true);
    }
    expect(Math.min(cpu, ...gpus)).toBeGreaterThanOrEqual(0);
    expect(cluster.cpuLeft[index]).toBe(cpu);
    const first = index * cluster.width;
    const left = cluster.gpuLeft.slice(first, first + own.gpuCount);
    expect(left).toEqual(Int32Array.from(gpus));
  }
  expect(hosts).toHaveLength(cluster.hosts.length);
  for (const number of shapes.keys()) {
    const all = batch.filter((member) => member === number).length;
    expect(placed[number]! + packing.waiting[number]!).toBe(all);
  }
}

describe("fragmentation", () => {
  test("counts all that is left where a shape does not fit, else the GPUs too small for it", () => {
    const cluster = new GpuCluster([host("a", 2)]);
    const of = (wanted: GpuShape): number =>
      new Fragmentation(cluster, [{ shape: wanted, share: 1 }]).of(0);
    cluster.place(shape(1, 700), 0, 0);
    // Left: 300 and 1000.
    expect(of(shape(1, 200))).toBe(0);
    expect(of(shape(1, 500))).toBe(300);
    expect(of(shape(2, 1000))).toBe(1300);
    expect(of(shape(0, 0))).toBe(1300);
    expect(of(shape(1, 200, { gpuModels: ["P100"] }))).toBe(1300);
    expect(of(shape(1, 200, { cpuMillicores: 15_001 }))).toBe(1300);
  });

  test("typical shapes are the most frequent that cover 95 per cent", () => {
    const many = Array.from({ length: 96 }, () => shape(1, 500));
    const few = Array.from({ length: 4 }, () => shape(2, 1000));
    expect(typicalShapes([...few, ...many])).toEqual([{ shape: shape(1, 500), share: 1 }]);
  });
});

describe("choosing a host", () => {
  const choose = (cluster: GpuCluster, typical: GpuShape[], wanted: GpuShape) =>
    new GradientChooser(cluster, new Fragmentation(cluster, typicalShapes(typical)), [
      wanted,
    ]).choose(0);

  test("a share goes where it leaves least of no use: the GPU that it fills", () => {
    const cluster = new GpuCluster([host("a", 2), host("b", 2)]);
    cluster.place(shape(1, 500), 1, 1);
    const typical = [shape(1, 500), shape(1, 1000)];
    expect(choose(cluster, typical, shape(1, 500))).toEqual({ host: 1, gpu: 1 });
  });

  test("among equal points the first name wins, whatever the order of the list", () => {
    const cluster = new GpuCluster([host("b", 1), host("a", 1)]);
    expect(choose(cluster, [shape(1, 1000)], shape(1, 1000))).toEqual({ host: 0, gpu: -1 });
    expect(cluster.hosts[0]?.name).toBe("a");
  });

  test("what fits nowhere gets no seat", () => {
    const cluster = new GpuCluster([host("a", 1)]);
    expect(choose(cluster, [], shape(2, 1000))).toBeUndefined();
    expect(choose(cluster, [], shape(1, 500, { gpuModels: ["P100"] }))).toBeUndefined();
    expect(choose(cluster, [], shape(0, 0, { cpuMillicores: 16_001 }))).toBeUndefined();
    expect(choose(cluster, [], shape(0, 0, { memoryMebibytes: 65_537 }))).toBeUndefined();
  });

  test("kept scores give the choices that scores made anew give", () => {
    fc.assert(
      fc.property(anyProblem, ({ hosts, shapes, batch }) => {
        const cluster = new GpuCluster(hosts);
        const workloads = batch.map((number) => shapes[number]!);
        const fragmentation = new Fragmentation(cluster, typicalShapes(workloads));
        const kept = new GradientChooser(cluster, fragmentation, shapes);
        for (const number of batch) {
          const anew = new GradientChooser(cluster, fragmentation, shapes);
          const seat = kept.choose(number);
          expect(seat).toEqual(anew.choose(number));
          if (seat !== undefined) cluster.place(shapes[number]!, seat.host, seat.gpu);
        }
      }),
    );
  });
});

describe("planning a batch", () => {
  test("no GPU, CPU or model is overbooked, and nothing gets lost", () => {
    fc.assert(
      fc.property(anyProblem, fc.nat(), (problem, seed) => {
        audit(problem, planGpus(problem, seed, 60));
      }),
    );
  });

  test("never uses less GPU than in arrival order, nor places less CPU without GPU", () => {
    fc.assert(
      fc.property(anyProblem, fc.nat(), (problem, seed) => {
        const inOrder = placeInOrder(problem, problem.batch);
        const plan = planGpus(problem, seed, 60);
        const [before, after] = [inOrder.cluster.allocatedMilli, plan.cluster.allocatedMilli];
        expect(after).toBeGreaterThanOrEqual(before);
        expect(plan.cpuOnlyMillicores).toBeGreaterThanOrEqual(inOrder.cpuOnlyMillicores);
      }),
    );
  });

  test("finds the packing that arrival order spoils", () => {
    // 400 + 400 arrive first; only 600 + 400 on each GPU uses all of both.
    const shapes = [shape(1, 400), shape(1, 600)];
    const problem = { hosts: [host("a", 1), host("b", 1)], shapes, batch: [0, 0, 1, 1] };
    expect(planGpus(problem, 1, 50).cluster.allocatedMilli).toBe(2000);
  });
});

const nodesText = `sn,cpu_milli,memory_mib,gpu,model
n-1,8000,16384,2,T4
n-0,4000,8192,1,P100
n-2,9000,1024,0,
`;
const podsText = `name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos
p-1,1000,512,1,500,T4|P100,LS
p-0,2000,256,0,,,BE
p-2,500,128,1,1000,,LS
`;

describe("the trace and its protocol", () => {
  test("hosts without GPU are left out, workloads come in the order of their names", () => {
    expect(readHosts(nodesText).map(({ name }) => name)).toEqual(["n-1", "n-0"]);
    expect(readWorkloads(podsText)).toEqual([
      shape(0, 0, { cpuMillicores: 2000, memoryMebibytes: 256 }),
      shape(1, 500, { memoryMebibytes: 512, gpuModels: ["T4", "P100"] }),
      shape(1, 1000, { cpuMillicores: 500, memoryMebibytes: 128 }),
    ]);
  });

  test("a list without the last columns is read, one without a needed column is refused", () => {
    const head = "name,cpu_milli,memory_mib,num_gpu,gpu_milli\n";
    expect(readWorkloads(`${head}p,1,2,1,5\n`)).toHaveLength(1);
    expect(() => readWorkloads("name,cpu_milli\np,1\n")).toThrow("no column memory_mib");
    expect(() => readHosts(nodesText.replace("8000", "x"))).toThrow('cpu_milli is "x"');
  });

  test("lists that never fill a GPU are refused: no number of arrivals would be enough", () => {
    const head = "name,cpu_milli,memory_mib,num_gpu,gpu_milli\n";
    for (const rows of ["", "p,1,2,0,\n", "p,1,2,1,0\n"]) {
      expect(() => readWorkloads(`${head}${rows}`)).toThrow("no row asks for a GPU");
    }
    const nodes = "sn,cpu_milli,memory_mib,gpu,model\n";
    expect(() => readHosts(`${nodes}n,8000,1024,0,\n`)).toThrow("no row has a GPU");
  });

  test("arrivals stop below the limit plus one workload, and hold the whole list if it fits", () => {
    const workloads = readWorkloads(podsText);
    const { shapes, order } = arrivalsOf(workloads, 1, 10_000);
    const demand = order.reduce((sum, number) => {
      const { gpuCount, gpuMilli } = shapes[number]!;
      return sum + gpuCount * gpuMilli;
    }, 0);
    expect(demand).toBeLessThanOrEqual(10_000);
    expect(demand).toBeGreaterThan(9000);
    expect(new Set(order.slice(0, 3)).size).toBe(3);
    expect(arrivalsOf(workloads, 1, 700).order.length).toBeLessThan(3);
    expect(until({ shapes, order: [0, 2, 1, 1] }, 1000)).toEqual([0, 2]);
  });

  test("names of hosts are drawn per seed, and the same seed draws the same", () => {
    const hosts = Array.from({ length: 20 }, (_, index) => host(`h${index}`, 1));
    const order = (seed: number) =>
      new GpuCluster(renamed(hosts, seed)).hosts.map(({ name }) => name);
    expect(order(1)).toEqual(order(1));
    expect(order(1)).not.toEqual(order(2));
  });

  test("a run with the same seed gives the same figure, and a plan no lower one", () => {
    const hosts = Array.from({ length: 12 }, (_, index) => host(`h${index}`, 4));
    const workloads = [shape(1, 810), shape(1, 470), shape(1, 320), shape(2, 1000), shape(0, 0)];
    for (let seed = 1; seed <= 3; seed++) {
      const online = runOpenb("online", hosts, workloads, seed);
      expect(runOpenb("online", hosts, workloads, seed)).toEqual(online);
      const plan = runOpenb("plan", hosts, workloads, seed);
      expect(plan.allocationPct[0]).toBeGreaterThanOrEqual(online.allocationPct[0]!);
      expect(plan.cpuOnlyCores).toBeGreaterThanOrEqual(online.cpuOnlyCores);
    }
  });
});
