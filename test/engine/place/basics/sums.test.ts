import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Sums } from "../../../../engine/place/basics/sums.ts";

const DOMAINS = 300;

describe("sums by domain", () => {
  const anyChanges = fc.array(
    fc.tuple(fc.nat({ max: DOMAINS - 1 }), fc.integer({ min: -9, max: 9 })),
    { maxLength: 40 },
  );

  test("they say what a number for each domain would", () => {
    fc.assert(
      fc.property(anyChanges, (changes) => {
        const sums = new Sums(DOMAINS);
        const plain = new Int32Array(DOMAINS);
        for (const [domain, amount] of changes) {
          sums.add(domain, amount);
          plain[domain] = (plain[domain] ?? 0) + amount;
        }
        expect(Array.from(plain, (_number, domain) => sums.at(domain))).toEqual([...plain]);
        expect(sums.total).toBe(plain.reduce((sum, number) => sum + number, 0));
        expect(sums.at(-1)).toBe(0);
        expect(sums.domains()).toEqual([...plain.keys()].filter((domain) => plain[domain] !== 0));
      }),
    );
  });

  test("a copy goes its own way", () => {
    const sums = new Sums(DOMAINS);
    sums.add(7, 2);
    const copy = sums.copy();
    copy.add(7, 1);
    copy.add(200, 1);
    expect([sums.at(7), sums.at(200), sums.total]).toEqual([2, 0, 2]);
    expect([copy.at(7), copy.at(200), copy.total]).toEqual([3, 1, 4]);
  });
});
