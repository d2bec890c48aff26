/**
 * Goal 7: the fewest moves that bring every host to a target, with rules, against optima that HiGHS
 * has proven (optima.json, made by optima-solve.ts). Every plan is checked here before it counts.
 */
import { readFileSync } from "node:fs";
import { settlePlacement } from "../../../engine/place/run.ts";
import { reachPeak } from "../../../engine/place/improve/reach-peak.ts";
import { goal, note, setExitCode } from "./goals.ts";
import { faultOf, makeInstance, problemOfInstance, type Proven } from "./optima-instances.ts";

const PROVEN = JSON.parse(
  readFileSync(new URL("./optima.json", import.meta.url), "utf8"),
) as readonly Proven[];
const RATIO_MAX = 1.02;
const WORST_MAX = 2;
const COUNT_MIN = 200;

interface Tally {
  count: number;
  moves: number;
  optimum: number;
  worst: number;
  optimal: number;
  ms: number;
}

function measure(stored: Proven, tally: Tally): void {
  const instance = makeInstance(stored);
  if (instance.targetPpm !== stored.targetPpm) {
    throw new Error(`${instance.name} is not the one that was solved: run optima-solve.ts`);
  }
  const problem = problemOfInstance(instance);
  const settled = settlePlacement(problem, "fast");
  const start = performance.now();
  const moves = reachPeak(problem, settled, stored.targetPpm);
  tally.ms += performance.now() - start;
  const fault = moves === undefined ? "no plan" : faultOf(instance, moves);
  if (fault !== undefined) throw new Error(`${instance.name}: ${fault}`);
  const count = moves?.length ?? 0;
  tally.count++;
  tally.moves += count;
  tally.optimum += stored.moves;
  tally.worst = Math.max(tally.worst, count - stored.moves);
  if (count === stored.moves) tally.optimal++;
  else note(instance.name, `${count} moves, optimum ${stored.moves}`);
}

const emptyTally = (): Tally => ({ count: 0, moves: 0, optimum: 0, worst: 0, optimal: 0, ms: 0 });

function main(): void {
  const tallies = new Map<number, Tally>();
  let ratios = 0;
  for (const stored of PROVEN) {
    const tally = tallies.get(stored.hosts) ?? emptyTally();
    tallies.set(stored.hosts, tally);
    const before = tally.moves;
    measure(stored, tally);
    ratios += (tally.moves - before) / stored.moves;
  }
  let worst = 0;
  for (const [hosts, { count, moves, optimum, optimal, ms, worst: most }] of tallies) {
    worst = Math.max(worst, most);
    const parts = [`${optimal} of ${count} optimal`, `${moves} moves for ${optimum}`];
    note(
      `${hosts} hosts`,
      [...parts, `worst +${most}`, `${(ms / count).toFixed(0)} ms`].join(", "),
    );
  }
  const peer = "HiGHS, proven; none publishes it";
  goal({ what: "instances proven", figure: PROVEN.length, atLeast: COUNT_MIN, peer });
  goal({
    what: "moves over the proven optimum, mean",
    figure: ratios / PROVEN.length,
    atMost: RATIO_MAX,
    peer,
  });
  goal({ what: "moves above the optimum, worst", figure: worst, atMost: WORST_MAX, peer });
  setExitCode();
}

main();
