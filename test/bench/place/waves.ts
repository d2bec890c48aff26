/**
 * Goal 12: plans run step by step by a checker that shares nothing with the core, and how long the
 * moves of plans take against what no order of them can be below. BENCH_PLANS may name another
 * number of plans.
 */
import type { PlacementProblem, PlacementResult } from "../../../engine/model/placement.ts";
import { place } from "../../../engine/place/place.ts";
import { SeededRandom } from "../../../engine/place/basics/random.ts";
import { settlePlacement } from "../../../engine/place/run.ts";
import { orderMoves } from "../../../engine/place/waves/order-moves.ts";
import { execute, type Plan } from "../../engine/place/waves/execute.ts";
import { fewestRounds } from "../../engine/place/waves/fewest-rounds.ts";
import { copyTime, makespan, makespanBound } from "../../engine/place/waves/makespan.ts";
import { randomPlan } from "../../engine/place/waves/random-plans.ts";
import { goal, note, setExitCode } from "./goals.ts";
import { skewedProblem } from "./skewed.ts";
import { emptied, runningProblem } from "./waves-worlds.ts";

const PLANS = Number(process.env["BENCH_PLANS"] ?? 100_000);
/** Random ways in which each plan is run. */
const RUNS = 2;
const VIOLATIONS_SHOWN = 10;

/** As if all moves took equally long. */
const once = (): number => 1;

interface Tally {
  readonly what: string;
  readonly has: (plan: Plan) => boolean;
  count: number;
}

function fuzz(): void {
  const tallies = [
    tally("with moves", ({ moves }) => moves.length > 0),
    tally("with moves that wait for moves", ({ moves }) => moves.some((m) => m.after.length > 0)),
    tally("with stops on the way", ({ moves }) => moves.some((m) => m.reason === "bounce")),
    tally("that wait for what ends", ({ moves }) => moves.some((m) => m.afterGone !== undefined)),
    tally("with newcomers that wait", ({ arrivalWaits }) => arrivalWaits.length > 0),
    tally("with moves left out", ({ unordered }) => unordered.length > 0),
    tally("that part who belongs together", ({ parted }) => parted.length > 0),
  ];
  let violations = 0;
  let moves = 0;
  const lengths = { made: 0, bound: 0 };
  for (let seed = 0; seed < PLANS; seed++) {
    const plan = randomPlan(seed);
    moves += plan.order.moves.length;
    for (const each of tallies) if (each.has(plan)) each.count++;
    const found = Array.from({ length: RUNS }, (_item, run) =>
      execute(plan, new SeededRandom(RUNS * seed + run)),
    ).flat();
    violations += found.length;
    if (found.length > 0 && violations <= VIOLATIONS_SHOWN) {
      note(`seed ${seed}`, found[0] ?? "");
    }
    const made = makespan(plan.order.moves, plan.problem, once);
    lengths.made += made;
    lengths.bound += fewestRounds(plan, makespanBound(plan, once), made);
  }
  goal({
    what: `violations in ${PLANS} plans, each run ${RUNS} times`,
    figure: violations,
    atMost: 0,
    peer: "none publishes it",
  });
  for (const { what, count } of tallies) note(`plans ${what}`, String(count));
  note("moves", String(moves));
  const figure = lengths.made / lengths.bound;
  goal({ what: "crowded random plans: rounds over bound", figure, atMost: 1.1, peer: "-" });
}

const tally = (what: string, has: (order: Plan["order"]) => boolean): Tally => ({
  what,
  has: ({ order }) => has(order),
  count: 0,
});

/** Rounds and time of the moves of a plan against their bounds. */
function measure(name: string, problem: PlacementProblem, result: PlacementResult): void {
  const { moves } = result;
  note(`${name}: moves`, String(moves.length));
  const order = { moves, arrivalWaits: [], unordered: [], parted: [] };
  const { workloads: running } = problem;
  const plan: Plan = { problem, running, leaving: [], arriving: new Map(), order };
  const peer = "-";
  const rounds = makespan(moves, problem, once);
  const figure = rounds / makespanBound(plan, once);
  goal({ what: `${name}: ${rounds} rounds over bound`, figure, atMost: 1.1, peer });
  const time = copyTime(running);
  const copying = makespan(moves, problem, time) / makespanBound(plan, time);
  goal({ what: `${name}: copy time over bound`, figure: copying, atMost: 1.1, peer });
}

/** CPU time of the order alone, of moves that are there already. */
function timeOrder(name: string, problem: PlacementProblem, result: PlacementResult): void {
  const proposed = result.moves.map(({ wave: _wave, after: _after, ...move }) => move);
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 3; run++) {
    const settled = settlePlacement(problem, "fast");
    const start = process.cpuUsage();
    orderMoves(problem, settled, proposed);
    const { user, system } = process.cpuUsage(start);
    best = Math.min(best, (user + system) / 1000);
  }
  note(`${name}: CPU time of the order, ms`, best.toFixed(0));
}

const busy = runningProblem({ hostCount: 64, workloadCount: 8000, load: 0.6, groups: 0 });
const large = runningProblem({ hostCount: 5000, workloadCount: 30_000, load: 0.6, groups: 5000 });
const cases: readonly (readonly [string, PlacementProblem])[] = [
  ["3 of 64 hosts with 8000 emptied", emptied(busy, 3)],
  ["16 of 64 hosts with 8000 emptied", emptied(busy, 16)],
  ["2 racks of 5000 x 30000, 5000 groups emptied", emptied(large, 64)],
  ["64 x 8000 balanced", skewedProblem(64, 8000)],
];
for (const [name, problem] of cases) {
  const result = place(problem);
  if (result.moves.length === 0) continue;
  measure(name, problem, result);
  if (problem.balance === undefined) timeOrder(name, problem, result);
}
fuzz();
setExitCode();
