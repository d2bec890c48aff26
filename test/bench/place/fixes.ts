/**
 * Goal 13: what reasons cost, and whether every fix helps. BENCH_SIZES may name other sizes, as
 * hosts x workloads; BENCH_PROBLEMS the number of random problems, of which 2000 have some 15 000
 * workloads without a host and take a quarter of an hour. Scope: the decision alone, on
 * one thread; the same batch is placed with and without reasons, in turns.
 */
import fc from "fast-check";
import type { PlacementProblem } from "../../../engine/model/placement.ts";
import { place } from "../../../engine/place/place.ts";
import { troubledProblem } from "../../engine/place/rescue/arbitraries.ts";
import { checkFixes } from "../../engine/place/rescue/fix-checker.ts";
import { strainedProblem } from "../../engine/place/rescue/strained.ts";
import { goal, note, setExitCode } from "./goals.ts";
import { LEAN_LIMITS, problemOf, syntheticHosts, syntheticWorkloads } from "./synthetic.ts";

const SIZES = (process.env["BENCH_SIZES"] ?? "64x8000 1000x10000 10000x100000")
  .split(" ")
  .map((size) => size.split("x").map(Number) as [number, number]);
const PROBLEMS = Number(process.env["BENCH_PROBLEMS"] ?? 2000);
const RUN_MS = Number(process.env["BENCH_MS"] ?? 8000);
const SEED = 13;
/** Problems that are made at once. */
const PORTION = 100;
const NO_REASONS = { candidatesMax: 0, rejectedMax: 0, fixesMax: 0 };

function cpuMs(given: PlacementProblem): number {
  const start = process.cpuUsage();
  place(given);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

/** Best of many, in turns, so that a busy machine slows both alike. */
function compare(name: string, given: PlacementProblem): void {
  const bare = { ...given, limits: NO_REASONS };
  let [withReasons, without] = [Infinity, Infinity];
  for (const end = performance.now() + RUN_MS; performance.now() < end; ) {
    without = Math.min(without, cpuMs(bare));
    withReasons = Math.min(withReasons, cpuMs(given));
  }
  note(
    `${name}: CPU time without and with reasons, ms`,
    `${without.toFixed(1)}, ${withReasons.toFixed(1)}`,
  );
  goal({
    what: `${name}: reasons cost, %`,
    figure: 100 * (withReasons / without - 1),
    atMost: 10,
    peer: "none publishes it",
  });
}

for (const [hostCount, workloadCount] of SIZES) {
  const hosts = syntheticHosts(hostCount);
  const workloads = syntheticWorkloads(hosts, workloadCount, 1);
  compare(`${hostCount} x ${workloadCount}`, problemOf(hosts, workloads));
  // One in a hundred wants what no host has.
  const picky = workloads.map((workload, index) => {
    const nodeSelector = { disk: "none" };
    return index % 100 === 0
      ? { ...workload, scheduling: { ...workload.scheduling, nodeSelector } }
      : workload;
  });
  compare(`${hostCount} x ${workloadCount}, 1 % unplaced`, problemOf(hosts, picky));
}
note("reasons asked for", `${LEAN_LIMITS.candidatesMax} candidates, ${LEAN_LIMITS.fixesMax} fixes`);

const anyTrouble = fc.oneof(troubledProblem, strainedProblem);
const sums = { problems: 0, unplaced: 0, fixes: 0, faults: 0 };
for (; sums.problems < PROBLEMS; sums.problems += PORTION) {
  const seed = SEED + sums.problems;
  for (const problem of fc.sample(anyTrouble, { numRuns: PORTION, seed })) {
    const { unplaced, fixes, faults } = checkFixes(problem);
    sums.unplaced += unplaced;
    sums.fixes += fixes;
    sums.faults += faults.length;
    for (const fault of faults) note(`seed ${seed}`, fault);
  }
}
note("random problems, unplaced workloads", `${sums.problems}, ${sums.unplaced}`);
note("fixes made and placed again", String(sums.fixes));
goal({
  what: "fixes that are missing, do not help or ask for too much",
  figure: sums.faults,
  atMost: 0,
  peer: "none has verified fixes",
});
setExitCode();
