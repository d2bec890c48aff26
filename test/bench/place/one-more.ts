/**
 * Goal 11: everything runs, and one workload more comes. BENCH_SIZES may name another size, as
 * hosts x workloads. Scope: the answer of a session that is open; opening it and the whole of
 * `place` over the same world are shown beside. Some answers are compared with those of `place`.
 */
import type { PlacementWorkload } from "../../../engine/model/placement.ts";
import { place } from "../../../engine/place/place.ts";
import { openSession } from "../../../engine/place/session.ts";
import { goal, note, setExitCode } from "./goals.ts";
import { problemOf, syntheticHosts, syntheticWorkloads } from "./synthetic.ts";

const SIZES = (process.env["BENCH_SIZES"] ?? "10000x100000").split(" ");
const NEWCOMERS = 400;
/** The first ones also compile. */
const WARM = 50;
const COMPARED = 3;

function measure(hostCount: number, workloadCount: number): void {
  const hosts = syntheticHosts(hostCount);
  const all = syntheticWorkloads(hosts, workloadCount + NEWCOMERS, 1);
  // Seats are dealt out in turn: what matters here is that every host is in use.
  let kept: readonly PlacementWorkload[] = all
    .slice(NEWCOMERS)
    .map((each, index) => ({ ...each, at: hosts[index % hostCount]?.name, wish: "keep" }));
  const name = `${hostCount} x ${workloadCount}`;
  const opening = performance.now();
  const session = openSession(problemOf(hosts, kept));
  note(`${name}: opening a session, ms`, (performance.now() - opening).toFixed(0));
  const times: number[] = [];
  let unlike = 0;
  all.slice(0, NEWCOMERS).forEach((workload, index) => {
    const start = performance.now();
    const decision = session.add(workload);
    times.push(performance.now() - start);
    if (index < COMPARED) {
      const { decisions, moves } = place(problemOf(hosts, [...kept, workload]));
      const isAlike = JSON.stringify(decisions) === JSON.stringify([decision]);
      if (!isAlike || moves.length > 0) unlike++;
    }
    kept = [...kept, { ...workload, at: decision.chosen, wish: "keep" }];
  });
  const sorted = times.slice(WARM).toSorted((left, right) => left - right);
  const at = (part: number): number => sorted[Math.floor(part * (sorted.length - 1))] ?? 0;
  goal({ what: `${name}: one more, p50, ms`, figure: at(0.5), atMost: 5, peer: "-" });
  goal({ what: `${name}: one more, p99, ms`, figure: at(0.99), atMost: 5, peer: "-" });
  goal({ what: `${name}: answers unlike those of place`, figure: unlike, atMost: 0, peer: "-" });
}

for (const size of SIZES) {
  const [hosts = 0, workloads = 0] = size.split("x").map(Number);
  measure(hosts, workloads);
}
setExitCode();
