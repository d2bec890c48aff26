import fc from "fast-check";
import { expect, test } from "vitest";
import { place } from "../../../engine/place/place.ts";
import { anyWorld, worldAfter } from "./any-world.ts";

test("once everything is done there is nothing left to do", () => {
  fc.assert(
    fc.property(anyWorld, (given) => {
      const first = place(given);
      const second = place(worldAfter(given, first));
      const open = first.decisions.filter(({ chosen }) => chosen === undefined);
      expect(second.moves).toEqual([]);
      expect(second.preempted).toEqual([]);
      expect(second.power).toEqual([]);
      expect(second.decisions.map(({ key, chosen }) => [key, chosen])).toEqual(
        open.map(({ key }) => [key, undefined]),
      );
    }),
    { numRuns: 500 },
  );
});
