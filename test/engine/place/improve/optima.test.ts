import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { reachPeak } from "../../../../engine/place/improve/reach-peak.ts";
import { settlePlacement } from "../../../../engine/place/run.ts";
import {
  faultOf,
  makeInstance,
  problemOfInstance,
  type Proven,
} from "../../../bench/place/optima-instances.ts";

const PROVEN = JSON.parse(
  readFileSync(new URL("../../../bench/place/optima.json", import.meta.url), "utf8"),
) as readonly Proven[];
const SMALL = PROVEN.filter(({ hosts, seed }) => hosts === 8 && seed <= 10);

test.for(SMALL)("8 hosts, seed $seed: $moves moves, as proven", (stored) => {
  const instance = makeInstance(stored);
  expect(instance.targetPpm).toBe(stored.targetPpm);
  const problem = problemOfInstance(instance);
  const moves = reachPeak(problem, settlePlacement(problem, "fast"), stored.targetPpm) ?? [];
  expect(faultOf(instance, moves)).toBeUndefined();
  // Fewer would mean that the proof is wrong, or the checker.
  expect(moves.length).toBeGreaterThanOrEqual(stored.moves);
  expect(moves.length).toBeLessThanOrEqual(stored.moves + 1);
});

test("an instance starts with all rules kept and some hosts above the target", () => {
  for (const stored of SMALL) {
    const instance = makeInstance(stored);
    expect(faultOf({ ...instance, targetPpm: 10_000_000 }, [])).toBeUndefined();
    expect(faultOf(instance, [])).toMatch(/above the target/);
  }
});
