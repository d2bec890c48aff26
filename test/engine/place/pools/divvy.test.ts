import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Claim, divvy, divvyDown } from "../../../../engine/place/pools/divvy.ts";
import {
  cpuShares,
  memoryShares,
  poolShares,
  scalablePoolShares,
} from "../../../../engine/place/pools/shares.ts";

const claim = (given: Partial<Claim> = {}): Claim => ({
  reservation: 0,
  ceiling: 1000,
  shares: 1000,
  ...given,
});

describe("R06: shares by level", () => {
  test.for([
    { level: "low" as const, cpu: 1000, memory: 5120, pool: { cpu: 2000, memory: 81_920 } },
    { level: "normal" as const, cpu: 2000, memory: 10_240, pool: { cpu: 4000, memory: 163_840 } },
    { level: "high" as const, cpu: 4000, memory: 20_480, pool: { cpu: 8000, memory: 327_680 } },
  ])("$level: a VM of 2 vCPU and 1 GB, and a pool", ({ level, cpu, memory, pool }) => {
    expect(cpuShares(level, 2)).toBe(cpu);
    expect(memoryShares(level, 1024)).toBe(memory);
    expect(poolShares(level)).toEqual(pool);
  });

  test("a custom figure is taken as it is", () => {
    expect(cpuShares(1234, 8)).toBe(1234);
    expect(memoryShares(1234, 8)).toBe(1234);
  });
});

describe("D20, F6: scalable shares", () => {
  const vm = cpuShares("normal", 2);
  const members = (count: number): readonly number[] => Array.from({ length: count }, () => vm);

  test("static pools dilute: a VM in the high pool with six gets less than one of two", () => {
    expect(Math.floor(poolShares("high").cpu / 6)).toBe(1333);
    expect(poolShares("normal").cpu / 2).toBe(2000);
  });

  test("scaled pools weigh their members: 24000 to 4000, twice as much for each VM", () => {
    expect(scalablePoolShares("high", members(6))).toBe(24_000);
    expect(scalablePoolShares("normal", members(2))).toBe(4000);
  });

  test("a seventh VM in the high pool counts at once", () => {
    expect(scalablePoolShares("high", members(7))).toBe(28_000);
  });

  test("100 GHz over both pools: 14.29 GHz a VM in high, 7.14 in normal", () => {
    const claims = [
      claim({ shares: scalablePoolShares("high", members(6)), ceiling: 100_000 }),
      claim({ shares: scalablePoolShares("normal", members(2)), ceiling: 100_000 }),
    ];
    const [high = 0, normal = 0] = divvy(100_000, claims);
    expect(Math.round(high / 6 / 10)).toBe(1429);
    expect(Math.round(normal / 2 / 10)).toBe(714);
  });

  test("a low pool weighs half of a normal one", () => {
    expect(scalablePoolShares("low", members(2))).toBe(2000);
  });
});

describe("divvy", () => {
  const cases: readonly { name: string; amount: number; claims: Claim[]; want: number[] }[] = [
    { name: "nobody claims", amount: 100, claims: [], want: [] },
    {
      name: "enough for all: everybody gets the ceiling",
      amount: 100,
      claims: [claim({ ceiling: 40 }), claim({ ceiling: 60 })],
      want: [40, 60],
    },
    {
      name: "equal shares share equally",
      amount: 100,
      claims: [claim(), claim()],
      want: [50, 50],
    },
    {
      name: "four VMs with 4 GB ceilings share a 10 GB pool to 2.5 GB each",
      amount: 10_240,
      claims: [1, 2, 3, 4].map(() => claim({ ceiling: 4096 })),
      want: [2560, 2560, 2560, 2560],
    },
    {
      name: "shares weigh",
      amount: 90,
      claims: [claim({ shares: 2000 }), claim({ shares: 1000 })],
      want: [60, 30],
    },
    {
      name: "a reservation comes first",
      amount: 100,
      claims: [claim({ reservation: 80, shares: 1 }), claim()],
      want: [80, 20],
    },
    {
      name: "what one cannot use goes to the others",
      amount: 100,
      claims: [claim({ ceiling: 10 }), claim(), claim()],
      want: [10, 45, 45],
    },
    {
      name: "reservations above the amount are met as they are",
      amount: 100,
      claims: [claim({ reservation: 80 }), claim({ reservation: 90 })],
      want: [80, 90],
    },
    {
      name: "R07: a reservation above the demand is not handed out",
      amount: 100,
      claims: [claim({ reservation: 80, ceiling: 30 }), claim()],
      want: [30, 70],
    },
    {
      name: "units that do not divide go to the first",
      amount: 100,
      claims: [claim(), claim(), claim()],
      want: [34, 33, 33],
    },
    {
      name: "R04, F10: contention reclaims from who has the fewest shares, never below a reservation",
      amount: 12,
      claims: [
        claim({ reservation: 4, ceiling: 4, shares: 40 }),
        claim({ reservation: 2, ceiling: 8, shares: 80 }),
        claim({ ceiling: 1, shares: 10 }),
      ],
      want: [4, 7, 1],
    },
  ];
  test.for([...cases])("$name", ({ amount, claims, want }) => {
    expect(divvy(amount, claims)).toEqual(want);
  });

  const anyClaims = fc.array(
    fc.record({
      reservation: fc.integer({ min: 0, max: 2 ** 33 }),
      ceiling: fc.integer({ min: 0, max: 2 ** 34 }),
      shares: fc.integer({ min: 1, max: 2 ** 30 }),
    }),
    { minLength: 1, maxLength: 12 },
  );
  const sum = (values: readonly number[]): number =>
    values.reduce((total, each) => total + each, 0);

  test("nobody leaves the bounds, and the amount is handed out exactly", () => {
    fc.assert(
      fc.property(anyClaims, fc.integer({ min: 0, max: 2 ** 36 }), (claims, amount) => {
        const given = divvy(amount, claims);
        given.forEach((each, index) => {
          const { reservation, ceiling } = claims[index] ?? claim();
          expect(Number.isSafeInteger(each)).toBe(true);
          expect(each).toBeGreaterThanOrEqual(Math.min(reservation, ceiling));
          expect(each).toBeLessThanOrEqual(ceiling);
        });
        const floors = sum(claims.map((each) => Math.min(each.reservation, each.ceiling)));
        const ceilings = sum(claims.map((each) => each.ceiling));
        expect(sum(given)).toBe(Math.max(floors, Math.min(ceilings, amount)));
      }),
    );
  });

  test("more to hand out never gives anybody less", () => {
    fc.assert(
      fc.property(
        anyClaims,
        fc.integer({ min: 0, max: 2 ** 35 }),
        fc.integer({ min: 100, max: 2 ** 35 }),
        (claims, amount, more) => {
          const less = divvy(amount, claims);
          // Up to one unit of rounding may move between claims.
          divvy(amount + more, claims).forEach((each, index) => {
            expect(each).toBeGreaterThanOrEqual((less[index] ?? 0) - claims.length);
          });
        },
      ),
    );
  });

  test("without the units that do not divide nobody gets more when others claim more", () => {
    fc.assert(
      fc.property(
        anyClaims,
        anyClaims,
        fc.integer({ min: 0, max: 2 ** 36 }),
        (mine, more, amount) => {
          const alone = divvyDown(amount, mine);
          const together = divvyDown(amount, [...mine, ...more]);
          alone.forEach((each, index) => expect(together[index]).toBeLessThanOrEqual(each));
        },
      ),
    );
  });

  test("every claim between its bounds gets the same for each share, but for a unit", () => {
    fc.assert(
      fc.property(anyClaims, fc.integer({ min: 0, max: 2 ** 36 }), (claims, amount) => {
        const given = divvy(amount, claims);
        const growing = claims.flatMap(({ reservation, ceiling, shares }, index) => {
          const each = given[index] ?? 0;
          return each > Math.min(reservation, ceiling) && each < ceiling ? [{ each, shares }] : [];
        });
        for (const one of growing) {
          for (const other of growing) {
            const [low, high] = [BigInt(one.each - 1), BigInt(other.each + 1)];
            expect(low * BigInt(other.shares) < high * BigInt(one.shares)).toBe(true);
          }
        }
      }),
    );
  });

  test("largest remainders get the units that do not divide", () => {
    // 10 / 6 a share: 5, 3.33 and 1.67.
    const claims = [claim({ shares: 3 }), claim({ shares: 2 }), claim({ shares: 1 })];
    expect(divvy(10, claims)).toEqual([5, 3, 2]);
  });

  test("a claim without shares gets its reservation and nothing besides", () => {
    expect(divvy(100, [claim({ shares: 0, reservation: 10 }), claim()])).toEqual([10, 90]);
  });
});
