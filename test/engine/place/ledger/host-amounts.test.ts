import fc from "fast-check";
import { expect, test } from "vitest";
import { HostAmounts } from "../../../../engine/place/ledger/host-amounts.ts";

test("what is left without the largest is the sum of the others", () => {
  const amounts = fc.array(fc.integer({ min: 0, max: 2 ** 40 }), { maxLength: 12 });
  fc.assert(
    fc.property(amounts, fc.integer({ min: 0, max: 14 }), (given, lost) => {
      const left = given.toSorted((one, other) => other - one).slice(lost);
      const known = new HostAmounts(given);
      expect(known.count).toBe(given.length);
      expect(known.without(lost)).toBe(left.reduce((sum, each) => sum + each, 0));
    }),
  );
});
