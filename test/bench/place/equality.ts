/**
 * Goal 3: decisions of the fast ways against brute force, over the worlds that the tests make up,
 * until BENCH_DECISIONS of them were compared with all their reasons. BENCH_SEED continues elsewhere.
 */
import fc from "fast-check";
import { runPlacement } from "../../../engine/place/run.ts";
import { anyProblem } from "../../engine/place/arbitraries.ts";
import { goal, note, setExitCode } from "./goals.ts";

const DECISIONS = Number(process.env["BENCH_DECISIONS"] ?? 1_000_000);
const SEED = Number(process.env["BENCH_SEED"] ?? 1);
const WORLDS_AT_ONCE = 1000;

let decided = 0;
let unlike = 0;
for (let round = 0; decided < DECISIONS; round++) {
  for (const given of fc.sample(anyProblem, { numRuns: WORLDS_AT_ONCE, seed: SEED + round })) {
    // Fixes are looked for in the same way by both.
    const problem = { ...given, limits: { ...given.limits, fixesMax: 0 } };
    const fast = runPlacement(problem, "fast");
    const brute = runPlacement(problem, "brute");
    decided += fast.decisions.length;
    if (JSON.stringify(fast) !== JSON.stringify(brute)) unlike++;
  }
}
note("decisions compared with brute force", String(decided));
goal({ what: "worlds in which anything differs", figure: unlike, atMost: 0, peer: "-" });
setExitCode();
