import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nearest, type RoughOrder } from "../../../../engine/place/basics/argmin-near.ts";
import { keepSmallest } from "../../../../engine/place/basics/argmin-select.ts";
import { SeededRandom } from "../../../../engine/place/basics/random.ts";
import { Supply } from "../../../../engine/place/ledger/supply.ts";

describe("keeping the smallest keys", () => {
  test("as many as asked are kept, none larger than one left out, and ties together", () => {
    const key = fc.oneof(fc.nat(20), fc.integer({ min: 0, max: 2 ** 50 }));
    fc.assert(
      fc.property(fc.array(key, { minLength: 1, maxLength: 80 }), fc.nat(90), (values, count) => {
        const hosts = Int32Array.from(values.keys());
        const length = keepSmallest(hosts, values.length, Float64Array.from(values), count);
        const kept = [...hosts.subarray(0, length)];
        expect(length).toBeGreaterThanOrEqual(Math.min(count, values.length));
        expect(kept).toEqual([...kept].sort((left, right) => left - right));
        const largest = Math.max(-1, ...kept.map((index) => values[index] ?? 0));
        values.forEach((value, index) => {
          if (!kept.includes(index)) expect(value).toBeGreaterThan(largest);
        });
      }),
    );
  });
});

describe("the nearest of many hosts", () => {
  /** An order by given numbers, which counts how many of them were worked out. */
  function orderOf(given: Float64Array): { readonly order: RoughOrder; read: number } {
    const counted = {
      read: 0,
      order: {
        roughly: (host: number): number => {
          counted.read++;
          return given[host] ?? 0;
        },
        isBeyond: (host: number, rough: number): boolean => (given[host] ?? 0) > rough,
      },
    };
    return counted;
  }

  test("as many as asked are found, with every host that ties, in host order", () => {
    const anyField = fc.record({
      size: fc.constantFrom(1, 7, 5000, 6000, 9000),
      kinds: fc.constantFrom(2, 100, 1_000_000),
      seed: fc.nat(),
      count: fc.oneof(fc.nat(300), fc.nat(9000)),
    });
    fc.assert(
      fc.property(anyField, ({ size, kinds, seed, count }) => {
        const random = new SeededRandom(seed);
        const given = new Float64Array(size).map(() => random.below(kinds));
        const all = new Int32Array(size).map((_none, host) => host);
        const hosts = all.filter((host) => host % 6 > 0);
        const near = new Int32Array(size);
        const { order } = orderOf(given);
        const found = nearest({ order, hosts, near, numbers: new Float64Array(size) }, count);
        const kept = near.subarray(0, found);
        expect(found).toBeGreaterThanOrEqual(Math.min(count, hosts.length));
        const last = kept.reduce((most, host) => Math.max(most, given[host] ?? 0), -1);
        expect(kept).toEqual(hosts.filter((host) => (given[host] ?? 0) <= last));
      }),
      { numRuns: 60 },
    );
  });

  test("where few of many are wanted, few are worked out", () => {
    const random = new SeededRandom(1);
    const given = new Float64Array(20_000).map(() => random.below(1_000_000));
    const counted = orderOf(given);
    const hosts = new Int32Array(given.length).map((_none, host) => host);
    const near = new Int32Array(given.length);
    const numbers = new Float64Array(given.length);
    expect(nearest({ order: counted.order, hosts, near, numbers }, 100)).toBeLessThan(500);
    expect(counted.read).toBeLessThan(2000);
  });
});

describe("the supply of a resource", () => {
  test("plenty is what every host has free, whatever was taken and given back", () => {
    const step = fc.record({ host: fc.nat(4), amount: fc.integer({ min: -30, max: 30 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.nat(120), (steps, wanted) => {
        const supply = new Supply(Float64Array.of(100, 80, 100, 60, 120));
        for (const { host, amount } of steps) {
          supply.take(host, amount);
          const hasAll = [...supply.whole.keys()].every((each) => supply.has(each, wanted));
          expect(supply.isPlenty(wanted)).toBe(hasAll);
        }
      }),
    );
  });
});
