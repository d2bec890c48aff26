import fc from "fast-check";
import { expect, test } from "vitest";
import type { PlacementResult } from "../../../../engine/model/placement.ts";
import { place } from "../../../../engine/place/place.ts";
import { anyWorld, worldAfter } from "../any-world.ts";

const waiting = ({ decisions }: PlacementResult): readonly string[] =>
  decisions.flatMap(({ key, chosen }) => (chosen === undefined ? [key] : []));

/** What would help is of no interest here, and takes longest. */
const LIMITS = { candidatesMax: 1, rejectedMax: 0, fixesMax: 0 };

test("once everything is done there is nothing left to do", () => {
  fc.assert(
    fc.property(anyWorld, (drawn) => {
      const given = { ...drawn, limits: LIMITS };
      const first = place(given);
      // What no order makes safe now may be safe once all else is done.
      fc.pre(first.findings.every(({ code }) => code !== "move-unordered"));
      fc.pre(first.decisions.every(({ gate }) => gate?.code !== "move-unordered"));
      const second = place(worldAfter(given, first));
      expect(second.moves).toEqual([]);
      expect(second.preempted).toEqual([]);
      expect(second.power).toEqual([]);
      // Who still waits may be asked in another order.
      expect(new Set(waiting(second))).toEqual(new Set(waiting(first)));
      expect(second.decisions.filter(({ chosen }) => chosen !== undefined)).toEqual([]);
    }),
    { numRuns: 400, seed: 20_261_123 },
  );
});

test("decisions are numbered in the order of their list, each once", () => {
  fc.assert(
    fc.property(anyWorld, (drawn) => {
      const { decisions } = place({ ...drawn, limits: LIMITS });
      expect(decisions.map(({ id }) => id)).toEqual(decisions.map((_, index) => `d-${index + 1}`));
    }),
    { numRuns: 100, seed: 20_261_123 },
  );
});
