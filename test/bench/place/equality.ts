/**
 * Goal 3: decisions of both fast ways against brute force, over the worlds that the tests make up,
 * whole plans under every chooser and strategy and single decisions over up to 600 hosts by turns,
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
/** One world in so many has more hosts than are looked at one by one. */
const LARGE_ONE_IN = 8;
const LARGE_MIN = 200;
const LARGE_MAX = 600;

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

const hostsOf = (world: number): number =>
  world % LARGE_ONE_IN === 0
    ? LARGE_MIN + ((7 * world) % (LARGE_MAX - LARGE_MIN))
    : 1 + (world % HOSTS_MAX);

/** Single decisions by bounds, in half of the worlds over equal hosts; as many as of plans. */
function decideSingly(seed: number): void {
  for (let at = 0; single < decided; at++) {
    const areAlike = (at >> 3) % 2 === 1;
    const given = [seed * WORLDS_AT_ONCE + at, hostsOf(at), areAlike] as const;
    for (const { bounds, brute } of decisionsOf(...given)) {
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
