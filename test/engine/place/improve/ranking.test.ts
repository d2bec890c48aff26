import fc from "fast-check";
import { expect, test } from "vitest";
import { Ranking } from "../../../../engine/place/improve/ranking.ts";

const HOSTS = 3;
const host = fc.integer({ min: 0, max: HOSTS - 1 });
const drawn = fc.record({
  sizes: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 6 }),
  units: fc.array(fc.record({ host, kind: fc.nat() }), { minLength: 1, maxLength: 20 }),
  moves: fc.array(fc.record({ unit: fc.nat(), to: host }), { maxLength: 20 }),
});

test("a ranking has everybody of a host, the largest first, whoever moves", () => {
  fc.assert(
    fc.property(drawn, ({ sizes, units, moves }) => {
      const at = Int32Array.from(units, (unit) => unit.host);
      const kinds = Int32Array.from(units, ({ kind }) => kind % sizes.length);
      const members = Array.from({ length: HOSTS }, () => []);
      const ranking = new Ranking({ at, members }, { of: kinds }, Float64Array.from(sizes));
      for (const move of moves) {
        const unit = move.unit % units.length;
        const from = at[unit] ?? 0;
        at[unit] = move.to;
        ranking.move(unit, from, move.to);
      }
      for (let each = 0; each < HOSTS; each++) {
        const found = ranking.of(each);
        const own = [...at.keys()].filter((unit) => at[unit] === each);
        expect(found.toSorted((one, other) => one - other)).toEqual(own);
        const listed = found.map((unit) => sizes[kinds[unit] ?? 0] ?? 0);
        expect(listed).toEqual(listed.toSorted((one, other) => other - one));
      }
    }),
    { seed: 20_261_123 },
  );
});
