import { describe, expect, test } from "vitest";
import type { Demand } from "../../../../engine/model/demand.ts";
import {
  areSameParts,
  demandParts,
  extendedText,
} from "../../../../engine/place/classes/demand-text.ts";
import { demand } from "../builders.ts";

const base = demand({ cpu: 100, memory: 200 });
const { request } = base;
const asks = (more: Partial<Demand["request"]>): Demand => ({
  ...base,
  request: { ...request, ...more },
});
const amounts = { cpuMillicores: 7, memoryBytes: 8 };

describe("the text of a demand", () => {
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
    const parts = demandParts(other);
    expect(areSameParts(parts, demandParts(base))).toBe(false);
    expect(others.filter(([, each]) => areSameParts(demandParts(each), parts))).toHaveLength(1);
  });

  test("is the same in whatever order members come", () => {
    const reversed = Object.fromEntries(Object.entries(base).toReversed()) as unknown as Demand;
    expect(demandParts(reversed)).toEqual(demandParts(base));
  });

  test("leaves extended resources to a text of their own, in the order of their names", () => {
    const one = asks({ extended: { "a/x": 1, "b/y": 2 } });
    const same = asks({ extended: { "b/y": 2, "a/x": 1 } });
    expect(demandParts(one)).toEqual(demandParts(base));
    expect(extendedText(one)).toBe(extendedText(same));
    expect(extendedText(one)).not.toBe(extendedText(asks({ extended: { "a/x": 2, "b/y": 1 } })));
    expect(extendedText(base)).toBe("");
  });
});
