/**
 * Goal 3: decisions of both fast ways against brute force, over the worlds that the tests make up,
 * whole plans under every chooser and strategy and single decisions over up to 70 hosts by turns,
 * until BENCH_DECISIONS of them were compared with all their reasons. BENCH_SEED continues
 * elsewhere.
 */
import fc from "fast-check";
import type { PlacementProblem } from "../../../engine/model/placement.ts";
import { runPlacement } from "../../../engine/place/run.ts";
import { anyProblem } from "../../engine/place/arbitraries.ts";
import { decisionsOf } from "../../engine/place/many-hosts.ts";
import { goal, note, setExitCode } from "./goals.ts";

const DECISIONS = Number(process.env["BENCH_DECISIONS"] ?? 1_000_000);
const SEED = Number(process.env["BENCH_SEED"] ?? 1);
const WORLDS_AT_ONCE = 1000;
const HOSTS_MAX = 70;

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
let single = 0;
let singleUnlike = 0;

/** Single decisions in worlds of up to 70 hosts, by bounds; as many as of whole plans. */
function decideSingly(seed: number): void {
  for (let at = 0; single < decided; at++) {
    for (const { bounds, brute } of decisionsOf(seed * WORLDS_AT_ONCE + at, 1 + (at % HOSTS_MAX))) {
      single++;
      if (JSON.stringify(bounds) !== JSON.stringify(brute)) singleUnlike++;
    }
  }
}

for (let round = 0; decided + single < DECISIONS; round++) {
  for (const problem of sample(SEED + round)) {
    const brute = JSON.stringify(runPlacement(problem, "brute"));
    const fast = (["fast", "bounds"] as const).map((search) => runPlacement(problem, search));
    decided += fast.reduce((sum, { decisions }) => sum + decisions.length, 0);
    unlike += fast.filter((result) => JSON.stringify(result) !== brute).length;
  }
  decideSingly(SEED + round);
  if (round % 10 === 9) note("decisions so far", String(decided + single));
}
note("decisions of plans compared with brute force", String(decided));
goal({ what: "plans in which anything differs", figure: unlike, atMost: 0, peer: "-" });
note("single decisions compared with brute force", String(single));
goal({ what: "single decisions that differ", figure: singleUnlike, atMost: 0, peer: "-" });
setExitCode();
