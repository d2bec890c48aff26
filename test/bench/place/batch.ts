/**
 * Goals 1, 4 and 6: whole batches of the synthetic model through `place`, reasons on. BENCH_SIZES
 * may name other sizes, as hosts x workloads. Scope: the decision alone, on one thread.
 */
import { spawnSync } from "node:child_process";
import { place } from "../../../engine/place/place.ts";
import { goal, note, setExitCode } from "./goals.ts";
import { problemOf, syntheticHosts, syntheticWorkloads } from "./synthetic.ts";

const SIZES = (process.env["BENCH_SIZES"] ?? "64x8000 1000x10000 10000x100000 10000x1000000")
  .split(" ")
  .map((size) => size.split("x").map(Number) as [number, number]);
/** Runs go on for so long, as the first ones also compile; there are two at least. */
const RUN_MS = Number(process.env["BENCH_MS"] ?? 6000);
const MILLION = 1_000_000;

function measure(hostCount: number, workloadCount: number): void {
  const hosts = syntheticHosts(hostCount);
  const given = problemOf(hosts, syntheticWorkloads(hosts, workloadCount, 1));
  const name = `${hostCount} x ${workloadCount}`;
  const times: number[] = [];
  let proof = { peakPpm: 0, boundPpm: 1 };
  let placed = 0;
  let rss = 0;
  for (const end = performance.now() + RUN_MS; times.length < 2 || performance.now() < end; ) {
    const start = process.cpuUsage();
    const result = place(given);
    // Decisions are put together when they are read: a plan reads every one of them.
    placed = 0;
    for (const { chosen } of result.decisions) if (chosen !== undefined) placed++;
    const { user, system } = process.cpuUsage(start);
    times.push((user + system) / 1000);
    // Of one plan: later runs leave to the garbage collector what a plan would give back.
    if (times.length === 1) rss = process.resourceUsage().maxRSS * 1024;
    proof = result.proof;
  }
  const best = Math.min(...times);
  const peak = { reached: proof.peakPpm, bound: proof.boundPpm };
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
  note(`${name}: CPU time, ms: first, best`, `${times[0]?.toFixed(0) ?? ""}, ${best.toFixed(1)}`);
  goal({ what: `${name}: peak RSS, MB`, figure: rss / MILLION, atMost: 250, peer: "-" });
  goal({
    what: `${name}: peak above its bound, %`,
    figure: 100 * (peak.reached / peak.bound - 1),
    atMost: 0.1,
    peer: `none publishes it; ${(peak.reached / 1e4).toFixed(2)} % >= ${(peak.bound / 1e4).toFixed(2)} %`,
  });
}

/** Each size in a process of its own: the memory that another one took is none of its plan's. */
function measureEach(): void {
  for (const size of SIZES) {
    const env = { ...process.env, BENCH_SIZES: size.join("x") };
    const { status } = spawnSync(process.execPath, process.argv.slice(1), {
      stdio: "inherit",
      env,
    });
    if (status !== 0) process.exitCode = 1;
  }
}

const [only] = SIZES;
if (SIZES.length > 1 || only === undefined) {
  measureEach();
} else {
  measure(...only);
  setExitCode();
}
