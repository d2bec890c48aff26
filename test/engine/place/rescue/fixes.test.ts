import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { troubledProblem } from "./arbitraries.ts";
import { checkFixes } from "./fix-checker.ts";

/** Properties take a while on a busy machine; none of them waits for anything. */
vi.setConfig({ testTimeout: 300_000 });

describe("whoever has no host is told what would help", () => {
  test("everyone has a fix, every fix gives a host, and no edit of it can be left out", () => {
    fc.assert(
      fc.property(troubledProblem, (given) => {
        expect(checkFixes(given).faults).toEqual([]);
      }),
      { numRuns: 25, seed: 13 },
    );
  });
});
