import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { divvyTree, poolNode, type ShareNode } from "../../../../engine/place/pools/pool-tree.ts";
import {
  cpuShares,
  poolShares,
  scalablePoolShares,
} from "../../../../engine/place/pools/shares.ts";

const GB = 1024;

const vm = (given: Partial<ShareNode> = {}): ShareNode => ({
  shares: 1000,
  reservation: 0,
  demand: 4 * GB,
  size: 4 * GB,
  ...given,
});

const times = (count: number, node: ShareNode): ShareNode[] =>
  Array.from({ length: count }, () => node);

const times4 = (amount: number): number[] => [amount, amount, amount, amount];

const pool = (
  members: readonly ShareNode[],
  own: { shares?: number; reservation?: number; limit?: number } = {},
): ShareNode => poolNode({ shares: 1000, reservation: 0, ...own }, members);

describe("two rounds: a pool reserves 10 GB for four VMs of 4 GB that want 1 GB each", () => {
  const cluster = pool([pool(times(4, vm({ demand: GB })), { reservation: 10 * GB })]);

  test("the reservation is handed out in full: 2.5 GB each", () => {
    expect(divvyTree(cluster, 10 * GB, "reservation")).toEqual(times4(2.5 * GB));
  });

  test("the old model stops at the demand", () => {
    expect(divvyTree(cluster, 10 * GB, "demand")).toEqual(times4(GB));
  });

  test("more demand of one is met before shares hand out the rest", () => {
    const busy = pool([vm({ demand: 3 * GB }), ...times(3, vm({ demand: GB }))], {
      reservation: 10 * GB,
    });
    // 3 + 1 + 1 + 1 by demand; the other 4 in equal parts, the busy one up to its size.
    expect(divvyTree(pool([busy]), 10 * GB, "reservation")).toEqual([
      4 * GB,
      2 * GB,
      2 * GB,
      2 * GB,
    ]);
  });
});

describe("D20, F6, N15: 100 GHz over a high pool of six VMs and a normal one of two", () => {
  const shares = cpuShares("normal", 2);
  const each = vm({ shares, demand: 100_000, size: 100_000 });

  /** MHz of one VM of each pool. */
  const perVm = (count: number, isScalable: boolean): readonly (number | undefined)[] => {
    const sharesOf = (level: "high" | "normal", members: number): number =>
      isScalable
        ? scalablePoolShares(
            level,
            Array.from({ length: members }, () => shares),
          )
        : poolShares(level).cpu;
    const high = pool(times(count, each), { shares: sharesOf("high", count) });
    const normal = pool(times(2, each), { shares: sharesOf("normal", 2) });
    const given = divvyTree(pool([high, normal]), 100_000, "demand");
    return [given[0], given.at(-1)].map((mhz) => Math.round((mhz ?? 0) / 10) / 100);
  };

  test("static shares dilute: 11.11 against 16.67, the high pool gets less", () => {
    expect(perVm(6, false)).toEqual([11.11, 16.67]);
  });

  test("scalable shares keep 2 to 1: 14.29 against 7.14", () => {
    expect(perVm(6, true)).toEqual([14.29, 7.14]);
  });

  test("a seventh VM in the high pool takes its part at once and keeps 2 to 1", () => {
    expect(perVm(7, true)).toEqual([12.5, 6.25]);
  });
});

describe("a tree of pools", () => {
  test("an outer limit binds what is inside, whatever there is", () => {
    const inner = pool(times(2, vm()), { limit: 2 * GB });
    expect(divvyTree(pool([inner, vm()]), 100 * GB, "demand")).toEqual([GB, GB, 4 * GB]);
  });

  test("a reservation deep inside is met before shares", () => {
    const inner = pool([vm({ reservation: 3 * GB, shares: 1 }), vm()], { shares: 1 });
    const [first = 0, second = 0, outside = 0] = divvyTree(
      pool([inner, vm({ shares: 1000 })]),
      4 * GB,
      "demand",
    );
    expect([first, second, outside]).toEqual([3 * GB, 0, GB]);
  });

  test("D18: what a pool does not want is lent to its siblings, and returned on demand", () => {
    const idle = (demand: number): ShareNode => pool([vm({ demand })], { shares: 3000 });
    expect(divvyTree(pool([idle(0), vm()]), 4 * GB, "demand")).toEqual([0, 4 * GB]);
    expect(divvyTree(pool([idle(GB), vm()]), 4 * GB, "demand")).toEqual([GB, 3 * GB]);
    expect(divvyTree(pool([idle(4 * GB), vm()]), 4 * GB, "demand")).toEqual([3 * GB, GB]);
  });

  const leaf = fc.record({
    shares: fc.integer({ min: 1, max: 10_000 }),
    reservation: fc.integer({ min: 0, max: 3000 }),
    demand: fc.integer({ min: 0, max: 6000 }),
    size: fc.integer({ min: 3000, max: 6000 }),
  });
  const level = fc.array(leaf, { minLength: 1, maxLength: 5 });
  const pools = fc.array(fc.tuple(level, fc.integer({ min: 1, max: 9000 }), fc.nat(8000)), {
    minLength: 1,
    maxLength: 4,
  });

  test.for(["demand", "reservation"] as const)(
    "%s: never more than there is unless reservations need it, and nobody below a reservation in use",
    (rounds) => {
      fc.assert(
        fc.property(pools, fc.nat(60_000), (given, amount) => {
          const members = given.map(([leaves, shares, reservation]) =>
            pool(leaves, { shares, reservation }),
          );
          const handed = divvyTree(pool(members), amount, rounds);
          const leaves = given.flatMap(([inside]) => inside);
          const least = leaves.map(({ reservation, demand }) => Math.min(reservation, demand));
          handed.forEach((each, index) => {
            const { demand = 0, size = 0 } = leaves[index] ?? {};
            expect(Number.isSafeInteger(each)).toBe(true);
            expect(each).toBeLessThanOrEqual(Math.max(demand, size));
          });
          const sum = handed.reduce((total, each) => total + each, 0);
          const kept = given.map(([inside, , reservation]) =>
            Math.max(
              reservation,
              inside.reduce((total, each) => total + each.reservation, 0),
            ),
          );
          const floor = kept.reduce((total, each) => total + each, 0);
          expect(sum).toBeLessThanOrEqual(Math.max(amount, floor));
          if (amount >= floor) {
            handed.forEach((each, index) => expect(each).toBeGreaterThanOrEqual(least[index] ?? 0));
          }
        }),
      );
    },
  );
});
