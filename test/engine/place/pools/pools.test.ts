import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Amounts } from "../../../../engine/model/demand.ts";
import type { PoolLimits } from "../../../../engine/model/desired.ts";
import type { Decision, PlacementWorkload } from "../../../../engine/model/placement.ts";
import { Ledger } from "../../../../engine/place/ledger/ledger.ts";
import { place } from "../../../../engine/place/place.ts";
import { usedOfCluster } from "../../../../engine/place/pools/pool-admission.ts";
import { PoolTable } from "../../../../engine/place/pools/pools.ts";
import { demand, GIB, host, MIB, pod, problem, running } from "../builders.ts";

const pool = (name: string, given: Partial<PoolLimits> = {}): PoolLimits => ({
  address: `pool/${name}`,
  parent: undefined,
  cpuMillicoresLimit: undefined,
  memoryBytesLimit: undefined,
  shares: "normal",
  source: { path: "", document: 0, pointer: "" },
  ...given,
});

const keeping = (cpus: number, gib = 0): { readonly reservation: Amounts } => ({
  reservation: { cpuMillicores: cpus * 1000, memoryBytes: gib * GIB },
});

/** The gate of a newcomer that reserves so much in the pool, on one host of 12 CPUs and 64 GiB. */
function gateOf(
  pools: readonly PoolLimits[],
  wanted: { readonly cpus?: number; readonly gib?: number; readonly in?: string },
  others: readonly PlacementWorkload[] = [],
): Decision["gate"] {
  const capacity = { cpuMillicores: 12_000, memoryBytes: 64 * GIB, ephemeralStorageBytes: GIB };
  const newcomer = pod("new", {
    pool: wanted.in === undefined ? undefined : `pool/${wanted.in}`,
    demand: demand({ cpu: (wanted.cpus ?? 0) * 1000, memory: (wanted.gib ?? 0) * GIB }),
  });
  const hosts = [host("a", { capacity })];
  return place(problem({ hosts, pools, workloads: [...others, newcomer] })).decisions.at(0)?.gate;
}

const inside = (name: string, cpus: number, gib = 0): PlacementWorkload =>
  running(`in-${name}`, "a", {
    pool: `pool/${name}`,
    demand: demand({ cpu: cpus * 1000, memory: gib * GIB }),
  });

describe("D10: pools of 4, 4 and 3 GHz in a cluster of 12", () => {
  const pools = [pool("one", keeping(4)), pool("two", keeping(4)), pool("three", keeping(3))];

  test("11 are reserved and 1 is available, though nothing runs", () => {
    const capacity = { cpuMillicores: 12_000, memoryBytes: GIB, ephemeralStorageBytes: GIB };
    const ledger = new Ledger(problem({ hosts: [host("a", { capacity })], pools }));
    const [cluster] = ledger.clusters;
    const used = cluster === undefined ? 0 : usedOfCluster(cluster, ledger, "cpuMillicores");
    expect(used).toBe(11_000);
    expect((cluster?.cpuAmounts.without(0) ?? 0) - used).toBe(1000);
  });

  test("outside the pools 1 is admitted and 2 are not", () => {
    expect(gateOf(pools, { cpus: 1 })).toBeUndefined();
    expect(gateOf(pools, { cpus: 2 })).toEqual({
      code: "pool-reservation",
      message: "cluster c1 has 12 CPU to reserve: 11 used + 2 wanted is 1 too many",
    });
  });

  test("an expandable pool of 4 admits its 4 and the free 1, and no more", () => {
    expect(gateOf(pools, { in: "one", cpus: 5 })).toBeUndefined();
    expect(gateOf(pools, { in: "one", cpus: 6 })?.code).toBe("pool-reservation");
    expect(gateOf(pools, { in: "one", cpus: 3 }, [inside("one", 2)])).toBeUndefined();
    expect(gateOf(pools, { in: "one", cpus: 4 }, [inside("one", 2)])?.message).toBe(
      "cluster c1 has 12 CPU to reserve: 11 used + 2 wanted is 1 too many",
    );
  });

  test("what is used of a reservation is not counted twice", () => {
    expect(gateOf(pools, { cpus: 1 }, [inside("one", 4)])).toBeUndefined();
    expect(gateOf(pools, { cpus: 1 }, [inside("one", 5)])?.message).toContain("12 used + 1 wanted");
  });
});

describe("D10: where an expandable pool takes what it lacks", () => {
  const fixed = { isExpandable: false };

  test("a pool that does not expand admits what it reserves, and no more", () => {
    const pools = [pool("own", { ...keeping(4), ...fixed })];
    expect(gateOf(pools, { in: "own", cpus: 1 }, [inside("own", 3)])).toBeUndefined();
    expect(gateOf(pools, { in: "own", cpus: 2 }, [inside("own", 3)])).toEqual({
      code: "pool-reservation",
      message:
        "pool/own, which does not expand, has 4 CPU to reserve: " +
        "3 used + 2 wanted is 1 too many",
    });
  });

  test("the climb ends at the first ancestor that does not expand", () => {
    const pools = [
      pool("team", { ...keeping(6), ...fixed }),
      pool("app", { ...keeping(2), parent: "pool/team" }),
      pool("job", { parent: "pool/app" }),
    ];
    // 2 from app, 4 that team has beyond them, though the host has 12.
    expect(gateOf(pools, { in: "job", cpus: 6 })).toBeUndefined();
    expect(gateOf(pools, { in: "job", cpus: 7 })?.message).toBe(
      "pool/team, which does not expand, has 6 CPU to reserve: 2 used + 5 wanted is 1 too many",
    );
  });

  test("siblings share what their parent has beyond their own", () => {
    const pools = [
      pool("team", { ...keeping(6), ...fixed }),
      pool("app", { ...keeping(2), parent: "pool/team" }),
      pool("web", { ...keeping(1), parent: "pool/team" }),
    ];
    expect(gateOf(pools, { in: "web", cpus: 2 }, [inside("app", 4)])).toBeUndefined();
    expect(gateOf(pools, { in: "web", cpus: 3 }, [inside("app", 4)])?.code).toBe(
      "pool-reservation",
    );
  });

  test("memory is reserved with its overhead", () => {
    const pools = [pool("own", { ...keeping(0, 8), ...fixed })];
    expect(gateOf(pools, { in: "own", gib: 8 })).toBeUndefined();
    const costly = pod("new", {
      pool: "pool/own",
      demand: demand({ cpu: 0, memory: 8 * GIB, overhead: 100 * MIB }),
    });
    const { decisions } = place(problem({ hosts: [host("a")], pools, workloads: [costly] }));
    expect(decisions.at(0)?.gate?.message).toBe(
      "pool/own, which does not expand, has 8Gi memory with overhead to reserve: " +
        "0Mi used + 8292Mi wanted is 100Mi too many",
    );
  });

  test("a pool that names nothing neither reserves nor bounds", () => {
    expect(gateOf([pool("plain")], { in: "plain", cpus: 12, gib: 64 })).toBeUndefined();
  });
});

test("pools are counted back exactly, in whatever order their workloads leave", () => {
  const names = ["root", "left", "right", "leaf"];
  const amounts = fc.record({
    cpuMillicores: fc.integer({ min: 0, max: 8000 }),
    memoryBytes: fc.integer({ min: 0, max: 8000 }),
  });
  const moves = fc.array(fc.tuple(fc.constantFrom(...names), amounts, fc.nat()), { maxLength: 20 });
  fc.assert(
    fc.property(fc.array(amounts, { minLength: 4, maxLength: 4 }), moves, (own, added) => {
      const parents = [undefined, "root", "root", "left"];
      const table = new PoolTable(
        names.map((name, index) =>
          pool(name, {
            ...(own[index] === undefined ? {} : { reservation: own[index] }),
            parent: parents[index] === undefined ? undefined : `pool/${parents[index]}`,
          }),
        ),
      );
      const state = (): unknown =>
        [...table.all()].map(({ used, reserved }) => ({
          ...used,
          reserved: { ...reserved },
        }));
      const before = state();
      for (const [name, reserved] of added) table.add(`pool/${name}`, reserved, reserved, 1);
      const leaving = added.toSorted(([, , left], [, , right]) => left - right);
      for (const [name, reserved] of leaving) table.add(`pool/${name}`, reserved, reserved, -1);
      expect(state()).toEqual(before);
    }),
  );
});
