import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PoolLimits } from "../../../../engine/model/desired.ts";
import type { PlacementWorkload } from "../../../../engine/model/placement.ts";
import { contentment, happinessOf } from "../../../../engine/place/pools/happiness.ts";
import { Ledger } from "../../../../engine/place/ledger/ledger.ts";
import type { Seat } from "../../../../engine/place/deciding/seating.ts";
import { demand, GIB, host, MIB, problem, running } from "../builders.ts";

const pool = (name: string, given: Partial<PoolLimits> = {}): PoolLimits => ({
  address: `pool/${name}`,
  parent: undefined,
  cpuMillicoresLimit: undefined,
  memoryBytesLimit: undefined,
  shares: "normal",
  source: { path: "", document: 0, pointer: "" },
  ...given,
});

interface Vm {
  /** On host h0, h1 …, each of 16 CPUs and 64 GiB. */
  readonly at?: number;
  readonly pool?: string | undefined;
  /** What it wants; two vCPUs and nothing reserved unless told. */
  readonly cpus: number;
  readonly gib?: number;
  readonly reserved?: number;
}

function worldOf(
  vms: readonly Vm[],
  pools: readonly PoolLimits[],
): { ledger: Ledger; seats: Seat[] } {
  const hosts = [0, 1, 2].map((index) => host(`h${index}`));
  const ledger = new Ledger(problem({ hosts, pools }));
  const seats = vms.map((vm, index): Seat => {
    const { at = 0, cpus, gib = 1, reserved = 0 } = vm;
    const workload: PlacementWorkload = running(`vm-${String(index).padStart(2, "0")}`, `h${at}`, {
      pool: vm.pool === undefined ? undefined : `pool/${vm.pool}`,
      demand: demand(
        { cpu: reserved * 1000, memory: 0 },
        { size: { vcpus: 2, cpuMillicores: 2000, memoryBytes: 2 * GIB } },
      ),
      active: { cpuMillicores: cpus * 1000, memoryBytes: gib * GIB },
    });
    return { workloadClass: ledger.classes.classOf(workload), host: at };
  });
  for (const { workloadClass, host: at } of seats) ledger.add(workloadClass, at, 1);
  return { ledger, seats };
}

/** Happiness of each VM, 100 for all where nothing is kept from anybody. */
function happiness(vms: readonly Vm[], pools: readonly PoolLimits[] = []): readonly number[] {
  const { ledger, seats } = worldOf(vms, pools);
  const found = happinessOf(ledger, () => seats);
  return seats.map((_seat, index) => found[index] ?? 100);
}

const high = pool("high", { shares: "high" });
const low = pool("low");

describe("D16: what keeps a workload from what it wants", () => {
  test.for<{ name: string; vms: Vm[]; pools?: PoolLimits[]; want: number[] }>([
    { name: "nothing: a host with enough", vms: [{ cpus: 8 }, { cpus: 8 }], want: [100, 100] },
    {
      name: "a host of 16 for 32, in equal shares",
      vms: [{ cpus: 16 }, { cpus: 16 }],
      want: [50, 50],
    },
    {
      name: "demand below the fair share is met, the rest is for the others",
      vms: [{ cpus: 4 }, { cpus: 16 }],
      want: [100, 75],
    },
    {
      name: "a reservation in use is met",
      vms: [{ cpus: 16, reserved: 12 }, { cpus: 16 }],
      want: [75, 25],
    },
    {
      name: "CPU and memory multiply: half of one and 80 % of the other",
      vms: [
        { cpus: 16, gib: 40 },
        { cpus: 16, gib: 40 },
      ],
      want: [40, 40],
    },
    {
      name: "static pools of two levels share 2 to 1",
      vms: [
        { cpus: 16, pool: "high" },
        { cpus: 16, pool: "low" },
      ],
      pools: [high, low],
      want: [66, 33],
    },
    {
      name: "a static pool whose other half runs elsewhere has half of its shares here",
      vms: [
        { cpus: 16, pool: "high" },
        { cpus: 1, pool: "high", at: 1 },
        { cpus: 16, pool: "low" },
      ],
      pools: [high, low],
      want: [50, 100, 50],
    },
    {
      name: "a scalable pool keeps 2 to 1 wherever its others run",
      vms: [
        { cpus: 16, pool: "high" },
        { cpus: 1, pool: "high", at: 1 },
        { cpus: 16, pool: "low" },
      ],
      pools: [
        { ...high, hasScalableShares: true },
        { ...low, hasScalableShares: true },
      ],
      want: [66, 100, 33],
    },
    {
      name: "the limit of a pool, over all of its hosts and however idle they are",
      vms: [{ cpus: 6, pool: "low" }, { cpus: 6, pool: "low", at: 1 }, { cpus: 6 }],
      pools: [pool("low", { cpuMillicoresLimit: 6000 })],
      want: [50, 50, 100],
    },
    {
      name: "the limit of an outer pool",
      vms: [
        { cpus: 4, pool: "inner" },
        { cpus: 4, pool: "outer" },
      ],
      pools: [
        pool("outer", { cpuMillicoresLimit: 4000 }),
        pool("inner", { parent: "pool/outer", cpuMillicoresLimit: 1000 }),
      ],
      want: [25, 75],
    },
    {
      name: "limit and contention: what the pool leaves is what the host hands out",
      vms: [{ cpus: 16, pool: "low" }, { cpus: 16 }],
      pools: [pool("low", { cpuMillicoresLimit: 4000 })],
      want: [25, 75],
    },
  ])("$name", ({ vms, pools = [], want }) => {
    expect(happiness(vms, pools)).toEqual(want);
  });

  test("the mean and the five bins are over all workloads", () => {
    const { ledger, seats } = worldOf(
      [{ cpus: 16 }, { cpus: 16 }, { cpus: 4, at: 1 }, { cpus: 4, at: 1 }],
      [],
    );
    expect(contentment(ledger, seats.length, () => seats)).toEqual({
      mean: 75,
      bins: [0, 0, 2, 0, 2],
    });
  });

  const vm = fc.record({
    at: fc.constant(0),
    pool: fc.constantFrom(undefined, "high", "low", "inner"),
    cpus: fc.integer({ min: 0, max: 9 }),
    gib: fc.integer({ min: 0, max: 30 }),
    reserved: fc.integer({ min: 0, max: 1 }),
  });
  const shares = fc.constantFrom("low", "normal", "high", 700, 12_345);

  const vms = fc.array(vm, { minLength: 1, maxLength: 10 });

  test("whoever wants more makes nobody else happier, with whatever pools", () => {
    fc.assert(
      fc.property(
        vms,
        fc.tuple(fc.nat(9), fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 30 })),
        // No pool is bounded below what is reserved in it: admission sees to that.
        fc.tuple(shares, shares, shares, fc.boolean(), fc.integer({ min: 11, max: 40 })),
        (given, [which, cpus, gib], [one, two, three, isScalable, limit]) => {
          const scaled = isScalable ? { hasScalableShares: true } : {};
          const pools = [
            pool("high", { shares: one as "high", ...scaled }),
            pool("low", { shares: two as "low", cpuMillicoresLimit: limit * 1000, ...scaled }),
            pool("inner", { shares: three as "low", parent: "pool/low", ...scaled }),
          ];
          const chosen = which % given.length;
          const raised = given.map((each, index) =>
            index === chosen ? { ...each, cpus: each.cpus + cpus, gib: each.gib + gib } : each,
          );
          const [before, after] = [happiness(given, pools), happiness(raised, pools)];
          before.forEach((each, index) => {
            if (index !== chosen) expect(after[index]).toBeLessThanOrEqual(each);
          });
        },
      ),
      { numRuns: 400, seed: 16 },
    );
  });

  test("whoever comes to a host without pools makes nobody there happier", () => {
    const plain = (each: Vm): Vm => ({ ...each, pool: undefined });
    fc.assert(
      fc.property(vms, vm, (given, newcomer) => {
        const before = happiness(given.map(plain));
        const after = happiness([...given, newcomer].map(plain));
        before.forEach((each, index) => expect(after[index]).toBeLessThanOrEqual(each));
      }),
      { numRuns: 400, seed: 17 },
    );
  });
});

test("memory is counted in whole MiB, so that a byte more never hides", () => {
  const { ledger, seats } = worldOf(
    [
      { cpus: 1, gib: 40 },
      { cpus: 1, gib: 24 + 1 / 1024 },
    ],
    [],
  );
  expect(happinessOf(ledger, () => seats)).toEqual([99, 100]);
  expect(Math.max(...ledger.loadMemory)).toBe(64 * GIB + MIB);
});
