import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keepSmallest } from "../../../engine/place/argmin-select.ts";
import { Supply } from "../../../engine/place/supply.ts";

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
