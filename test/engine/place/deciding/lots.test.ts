import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  firstOfEach,
  Lots,
  type Resource,
  tradesWithin,
} from "../../../../engine/place/deciding/lots.ts";

interface Guest {
  readonly cpuMillicores: number;
  readonly memoryBytes: number;
}

const lotsOf = (guests: readonly Guest[], countMax: 1 | 2): Lots<Guest> =>
  new Lots(guests, countMax, (guest) => guest);

/** What a lot takes. */
function amountOf(lots: Lots<Guest>, place: number, resource: Resource): number {
  const name = resource === "cpu" ? "cpuMillicores" : "memoryBytes";
  return lots.at(place).reduce((sum, guest) => sum + guest[name], 0);
}

describe("lots of a host", () => {
  const [one, two, three] = [1, 2, 4].map((size) => ({ cpuMillicores: size, memoryBytes: size }));

  test("are nobody, each alone, and each with every later one", () => {
    const guests = [one, two, three] as Guest[];
    const namesOf = (countMax: 1 | 2): unknown => {
      const lots = lotsOf(guests, countMax);
      return Array.from(lots.amounts.cpu, (_cpu, place) => lots.at(place));
    };
    expect(namesOf(1)).toEqual([[], [one], [two], [three]]);
    expect(namesOf(2)).toEqual([[], [one], [one, two], [one, three], [two], [two, three], [three]]);
  });

  test("are tried with as many alike as may go together", () => {
    const guests = ["a1", "b1", "a2", "a3", "b2", "a4", "c1"];
    const kindOf = (guest: string): unknown => guest[0];
    expect(firstOfEach(guests, 1, kindOf)).toEqual(["a1", "b1", "c1"]);
    expect(firstOfEach(guests, 2, kindOf)).toEqual(["a1", "b1", "a2", "b2", "c1"]);
  });

  const anyGuests = fc.array(fc.record({ cpuMillicores: fc.nat(9), memoryBytes: fc.nat(9) }), {
    maxLength: 5,
  });
  const anyRange = fc.record({ least: fc.integer({ min: -9, max: 9 }), width: fc.nat(12) });
  const anyCase = fc.record({
    given: anyGuests,
    taken: anyGuests,
    countMax: fc.constantFrom(1 as const, 2 as const),
    resource: fc.constantFrom("cpu" as const, "memory" as const),
    cpu: anyRange,
    memory: anyRange,
  });

  test("are traded in all ways that move as much as has to be moved, in their order", () => {
    fc.assert(
      fc.property(anyCase, (each) => {
        const given = lotsOf(each.given, each.countMax);
        const taken = lotsOf(each.taken, each.countMax);
        const range = {
          cpu: { least: each.cpu.least, most: each.cpu.least + each.cpu.width },
          memory: { least: each.memory.least, most: each.memory.least + each.memory.width },
        };
        const isIn = (resource: Resource, over: number, back: number): boolean => {
          const moved = amountOf(given, over, resource) - amountOf(taken, back, resource);
          return moved >= range[resource].least && moved <= range[resource].most;
        };
        const all = [...given.amounts.cpu.keys()].flatMap((over) =>
          [...taken.amounts.cpu.keys()].map((back) => [over, back] as const),
        );
        expect(tradesWithin({ given, taken }, range, each.resource)).toEqual(
          all.filter(([over, back]) => isIn("cpu", over, back) && isIn("memory", over, back)),
        );
      }),
    );
  });
});
