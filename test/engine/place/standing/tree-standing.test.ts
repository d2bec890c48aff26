import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { NearStanding } from "../../../../engine/place/standing/near-standing.ts";
import { TreeStanding } from "../../../../engine/place/standing/tree-standing.ts";
import { decisionsOf, STEPS } from "../many-hosts.ts";

vi.setConfig({ testTimeout: 120_000 });

const WORLDS = 150;

/** Few hosts are looked at one by one; others lie in several blocks, which are cut and merged. */
const anyHostCount = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 70 }) },
  { weight: 1, arbitrary: fc.integer({ min: 200, max: 600 }) },
);

describe("a standing by bounds", () => {
  test("says what brute force says, whatever comes and goes, in as many blocks as it has", () => {
    let [decided, searched, near] = [0, 0, 0];
    fc.assert(
      fc.property(fc.integer(), anyHostCount, fc.boolean(), (seed, hostCount, areAlike) => {
        for (const { standing, bounds, brute } of decisionsOf(seed, hostCount, areAlike)) {
          expect(bounds).toEqual(brute);
          decided++;
          if (standing instanceof TreeStanding) searched++;
          if (standing instanceof NearStanding) near++;
        }
      }),
      { numRuns: WORLDS, seed: 5 },
    );
    expect(decided).toBe(WORLDS * STEPS);
    expect(searched).toBeGreaterThan(decided / 2);
    expect(near).toBeGreaterThan(decided / 10);
  });
});
