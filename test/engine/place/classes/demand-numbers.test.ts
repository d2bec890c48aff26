import { describe, expect, test } from "vitest";
import type { Demand } from "../../../../engine/model/demand.ts";
import { DemandNumbers } from "../../../../engine/place/classes/demand-numbers.ts";
import { extendedText } from "../../../../engine/place/classes/demand-text.ts";
import { demand } from "../builders.ts";

const base = demand({ cpu: 100, memory: 200 });
const { request } = base;
const asks = (more: Partial<Demand["request"]>): Demand => ({
  ...base,
  request: { ...request, ...more },
});
const amounts = { cpuMillicores: 7, memoryBytes: 8 };
const numbersOf = (...demands: readonly Demand[]): readonly number[] => {
  const numbers = new DemandNumbers();
  return demands.map((each) => numbers.of(each));
};

describe("the number of a demand", () => {
  const others: readonly (readonly [string, Demand])[] = [
    ["requested CPU", asks({ cpuMillicores: 7 })],
    ["requested memory", asks({ memoryBytes: 7 })],
    ["requested storage", asks({ ephemeralStorageBytes: 7 })],
    ["what scores count", asks({ nonZero: amounts })],
    ["what scores count while it waits", asks({ nonZeroWaiting: amounts })],
    ["a limit of CPU", { ...base, limit: { cpuMillicores: 7 } }],
    ["a limit of memory", { ...base, limit: { memoryBytes: 7 } }],
    ["the size", { ...base, size: { ...base.size, ...amounts } }],
    ["virtual CPUs", { ...base, size: { ...base.size, vcpus: 7 } }],
    ["the reservation", { ...base, reservation: amounts }],
    ["the overhead", { ...base, overheadBytes: 7 }],
    ["a level of shares", { ...base, shares: "high" }],
    ["a number of shares", { ...base, shares: 7 }],
    ["cores of its own", { ...base, isDedicated: true }],
    ["the class of service", { ...base, qos: "Guaranteed" }],
  ];

  test.for(others)("is another with another value of %s", ([, other]) => {
    const [own, ...all] = numbersOf(other, base, ...others.map(([, each]) => each));
    expect(all.filter((each) => each === own)).toHaveLength(1);
  });

  test("is the same in whatever order members come", () => {
    const reversed = Object.fromEntries(Object.entries(base).toReversed()) as unknown as Demand;
    expect(numbersOf(base, reversed)).toEqual([0, 0]);
  });

  test("is its own where many have the same amounts in other places", () => {
    const many = Array.from({ length: 600 }, (_item, index) =>
      asks({ cpuMillicores: index * 31, memoryBytes: 600 - index, ephemeralStorageBytes: -index }),
    );
    expect(numbersOf(...many, ...many)).toEqual([...many.keys(), ...many.keys()]);
  });

  test("leaves extended resources to a text of their own, in the order of their names", () => {
    const one = asks({ extended: { "a/x": 1, "b/y": 2 } });
    const same = asks({ extended: { "b/y": 2, "a/x": 1 } });
    expect(numbersOf(base, one, same)).toEqual([0, 0, 0]);
    expect(extendedText(one)).toBe(extendedText(same));
    expect(extendedText(one)).not.toBe(extendedText(asks({ extended: { "a/x": 2, "b/y": 1 } })));
    expect(extendedText(base)).toBe("");
    const lookalike = extendedText(asks({ extended: { "1 a 2 ": 1 } }));
    expect(extendedText(asks({ extended: { a: 2 } }))).not.toBe(lookalike);
    expect(extendedText(asks({ extended: { "": 1 } }))).not.toBe(extendedText(base));
  });
});
