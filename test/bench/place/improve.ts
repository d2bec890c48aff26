/**
 * Goals 4 and 8: a whole pass over a skewed cluster (repair, relieve, even out), and how few moves
 * it takes to even out the largest vSphere cluster, against full steepest descent. Scope: the
 * search for moves on a settled ledger, rules asked, messages written; CPU time of one thread. The
 * notes tell what the whole plan takes: settling, this pass, the proof that another finds nothing,
 * happiness, and the order of the moves.
 */
import type { PlacementProblem } from "../../../engine/model/placement.ts";
import { improve } from "../../../engine/place/improve/improve.ts";
import { place } from "../../../engine/place/place.ts";
import { settlePlacement } from "../../../engine/place/run.ts";
import { goal, note, setExitCode } from "./goals.ts";
import { clusterOf, deviationsOf, fullestToEmptiest, steepestDescent } from "./improve-peers.ts";
import { skewedProblem } from "./skewed.ts";

const EVEN = 0.005;
const DRS = "DRS period 60 000 ms";

interface Pass {
  readonly ms: number;
  readonly moves: number;
  /** Standard deviations of CPU and memory use over the hosts afterwards. */
  readonly deviations: readonly [number, number];
}

function passOver(problem: PlacementProblem, runs: number): Pass {
  const settled = settlePlacement(problem, "fast");
  const mark = settled.ledger.mark();
  let ms = Infinity;
  let moves: ReturnType<typeof improve>["moves"] = [];
  for (let run = 0; run < runs; run++) {
    settled.ledger.rollback(mark);
    const start = process.cpuUsage();
    moves = improve(problem, settled).moves;
    const { user, system } = process.cpuUsage(start);
    ms = Math.min(ms, (user + system) / 1000);
  }
  return { ms, moves: moves.length, deviations: deviationsOf(clusterAfter(problem, moves)) };
}

/** CPU time of everything that a plan for balance takes, the best of some runs. */
function wholePlanMs(problem: PlacementProblem, runs: number): number {
  let ms = Infinity;
  for (let run = 0; run < runs; run++) {
    const start = process.cpuUsage();
    place(problem);
    const { user, system } = process.cpuUsage(start);
    ms = Math.min(ms, (user + system) / 1000);
  }
  return ms;
}

function clusterAfter(
  problem: PlacementProblem,
  moves: readonly { readonly key: string; readonly to: string }[],
): ReturnType<typeof clusterOf> {
  const goals = new Map(moves.map(({ key, to }) => [key, to]));
  const workloads = problem.workloads.map((each) => ({
    ...each,
    at: goals.get(each.key) ?? each.at,
  }));
  return clusterOf({ ...problem, workloads });
}

function measurePass(hosts: number, workloads: number, limit: { ms: number; runs: number }): void {
  const given = skewedProblem(hosts, workloads);
  const before = deviationsOf(clusterOf(given));
  const balance = { threshold: 3, movesMax: undefined, goal: "spread" } as const;
  const { ms, moves, deviations } = passOver({ ...given, balance }, limit.runs);
  const name = `${hosts} x ${workloads}`;
  goal({ what: `${name}: full pass, ms`, figure: ms, atMost: limit.ms, peer: DRS });
  note(`${name}: whole plan, ms`, wholePlanMs({ ...given, balance }, limit.runs).toFixed(1));
  note(`${name}: moves`, String(moves));
  note(`${name}: deviation of cpu`, `${before[0].toFixed(3)} -> ${deviations[0].toFixed(4)}`);
  note(`${name}: deviation of memory`, `${before[1].toFixed(3)} -> ${deviations[1].toFixed(4)}`);
}

function measureMoves(): void {
  const given = skewedProblem(64, 8000);
  const ours = passOver(given, 40);
  const steepest = clusterOf(given);
  const start = process.cpuUsage();
  const steepestMoves = steepestDescent(steepest, EVEN);
  const { user } = process.cpuUsage(start);
  const [steepestCpu, steepestMemory] = deviationsOf(steepest);
  const crude = clusterOf(given);
  const crudeMoves = fullestToEmptiest(crude);
  const crudest = Math.max(...deviationsOf(crude));
  goal({
    what: "64 x 8000 evened out: larger deviation",
    figure: Math.max(...ours.deviations),
    atMost: EVEN,
    peer: `steepest descent ${steepestCpu.toFixed(4)} / ${steepestMemory.toFixed(4)}`,
  });
  goal({
    what: "64 x 8000 evened out: moves",
    figure: ours.moves,
    atMost: steepestMoves,
    peer: `steepest descent ${steepestMoves}`,
  });
  goal({
    what: "64 x 8000 evened out: times as fast",
    figure: user / 1000 / ours.ms,
    atLeast: 100,
    peer: `steepest descent ${(user / 1000).toFixed(0)} ms, here ${ours.ms.toFixed(1)} ms`,
  });
  goal({
    what: "64 x 8000 evened out: times as even",
    figure: crudest / Math.max(...ours.deviations),
    atLeast: 25,
    peer: `fullest to emptiest ${crudest.toFixed(3)} with ${crudeMoves} moves`,
  });
}

// The first dozens also compile; whole batches of this size are run for as long.
measurePass(64, 8000, { ms: 10, runs: 400 });
measurePass(10_000, 100_000, { ms: 1000, runs: 3 });
measureMoves();
setExitCode();
