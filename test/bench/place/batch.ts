/**
 * Goals 1, 4 and 6: whole batches of the synthetic model through `place`, reasons on. BENCH_SIZES
 * may name other sizes, as hosts x workloads. Scope: the decision alone, on one thread.
 */
import { Ledger } from "../../../engine/place/ledger.ts";
import { peakBound } from "../../../engine/place/bounds.ts";
import type { PlacementProblem, PlacementResult } from "../../../engine/model/placement.ts";
import { place } from "../../../engine/place/place.ts";
import { goal, note, setExitCode } from "./goals.ts";
import { problemOf, syntheticHosts, syntheticWorkloads } from "./synthetic.ts";

const SIZES = (process.env["BENCH_SIZES"] ?? "64x8000 1000x10000 10000x100000 10000x1000000")
  .split(" ")
  .map((size) => size.split("x").map(Number) as [number, number]);
const RUNS = Number(process.env["BENCH_RUNS"] ?? 3);
const MILLION = 1_000_000;

function measure(hostCount: number, workloadCount: number): void {
  const hosts = syntheticHosts(hostCount);
  const given = problemOf(hosts, syntheticWorkloads(hosts, workloadCount, 1));
  const name = `${hostCount} x ${workloadCount}`;
  let best = Number.POSITIVE_INFINITY;
  let peak = { reached: 0, bound: 0 };
  let placed = 0;
  let rss = process.memoryUsage().rss;
  for (let run = 0; run < RUNS; run++) {
    const start = process.cpuUsage();
    const result = place(given);
    const { user, system } = process.cpuUsage(start);
    best = Math.min(best, (user + system) / 1000);
    rss = Math.max(rss, process.memoryUsage().rss);
    peak = peakOf(given, result);
    placed = result.decisions.filter(({ chosen }) => chosen !== undefined).length;
  }
  const perSecond = (1000 * workloadCount) / best;
  note(`${name}: placed, workloads`, String(placed));
  if (workloadCount <= 8000 && hostCount <= 64) {
    goal({ what: `${name}: CPU time, ms`, figure: best, atMost: 5, peer: "DRS period 60 000 ms" });
  } else {
    goal({
      what: `${name}: workloads/s`,
      figure: perSecond,
      atLeast: MILLION,
      peer: "kube gate 810/s, Nomad 3 750/s (API included)",
    });
  }
  note(`${name}: CPU time, ms`, best.toFixed(0));
  goal({ what: `${name}: RSS, MB`, figure: rss / MILLION, atMost: 250, peer: "-" });
  goal({
    what: `${name}: peak above its bound, %`,
    figure: 100 * (peak.reached / peak.bound - 1),
    atMost: 0.1,
    peer: `none publishes it; ${(peak.reached / 1e4).toFixed(2)} % >= ${(peak.bound / 1e4).toFixed(2)} %`,
  });
}

/** Load of the fullest host after the plan and what no plan can be below, in ppm. */
function peakOf(
  given: PlacementProblem,
  result: PlacementResult,
): { readonly reached: number; readonly bound: number } {
  const ledger = new Ledger(given);
  let reached = 0;
  result.hosts.forEach(({ after }, index) => {
    const { cpuMillicores, memoryBytes } = after.active;
    ledger.loadCpu[index] = cpuMillicores;
    ledger.loadMemory[index] = memoryBytes;
    reached = Math.max(
      reached,
      (MILLION * cpuMillicores) / (ledger.capacityCpu[index] ?? 0),
      (MILLION * memoryBytes) / (ledger.capacityMemory[index] ?? 0),
    );
  });
  return { reached, bound: peakBound(ledger) };
}

for (const [hosts, workloads] of SIZES) measure(hosts, workloads);
setExitCode();
