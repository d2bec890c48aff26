/**
 * Goal 3: decisions of both fast ways against brute force, over the worlds that the tests make up,
 * each under every chooser and strategy, until BENCH_DECISIONS of them were compared with all their
 * reasons. BENCH_SEED continues elsewhere.
 */
import fc from "fast-check";
import type { PlacementProblem } from "../../../engine/model/placement.ts";
import { runPlacement } from "../../../engine/place/run.ts";
import { anyProblem } from "../../engine/place/arbitraries.ts";
import { goal, note, setExitCode } from "./goals.ts";

const DECISIONS = Number(process.env["BENCH_DECISIONS"] ?? 1_000_000);
const SEED = Number(process.env["BENCH_SEED"] ?? 1);
const WORLDS_AT_ONCE = 1000;

/** The world under every chooser and strategy; fixes are looked for in the same way by both. */
function variantsOf(given: PlacementProblem): readonly PlacementProblem[] {
  const limits = { ...given.limits, fixesMax: 0 };
  return (["drs", "kube"] as const).flatMap((chooser) =>
    (["LeastAllocated", "MostAllocated", "Balanced"] as const).map((scoring) => {
      const policies = given.policies.map((policy) => ({ ...policy, chooser, scoring }));
      return { ...given, limits, policies };
    }),
  );
}

const sample = (seed: number): readonly PlacementProblem[] =>
  fc.sample(anyProblem, { numRuns: WORLDS_AT_ONCE, seed }).flatMap(variantsOf);

let decided = 0;
let unlike = 0;
for (let round = 0; decided < DECISIONS; round++) {
  for (const problem of sample(SEED + round)) {
    const brute = JSON.stringify(runPlacement(problem, "brute"));
    const fast = (["fast", "bounds"] as const).map((search) => runPlacement(problem, search));
    decided += fast.reduce((sum, { decisions }) => sum + decisions.length, 0);
    unlike += fast.filter((result) => JSON.stringify(result) !== brute).length;
  }
  if (round % 10 === 9) note("decisions so far", String(decided));
}
note("decisions compared with brute force", String(decided));
goal({ what: "worlds in which anything differs", figure: unlike, atMost: 0, peer: "-" });
setExitCode();
