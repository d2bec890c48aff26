/**
 * Goal 3: one decision over hosts that are in use already. BENCH_SIZES may name another size, as
 * hosts x workloads. `decision` is a class that is known, with what others placed since; `new
 * class` is the first of its kind.
 */
import type { PlacementWorkload } from "../../../engine/model/placement.ts";
import { Explainer } from "../../../engine/place/explain.ts";
import { Ledger } from "../../../engine/place/ledger.ts";
import { settle } from "../../../engine/place/seating.ts";
import { type Opening, type Standing, standingOf } from "../../../engine/place/standing.ts";
import { Workspace } from "../../../engine/place/plain-standing.ts";
import { HostVerdictCache } from "../../../engine/place/verdict.ts";
import { goal, setExitCode } from "./goals.ts";
import { LEAN_LIMITS, problemOf, syntheticHosts, syntheticWorkloads } from "./synthetic.ts";

const SIZES = (process.env["BENCH_SIZES"] ?? "10000x100000").split(" ");
const DECISIONS = 5000;
const CLASSES = 16;
const NEW_CLASSES = 40;

function measure(hostCount: number, workloadCount: number): void {
  const hosts = syntheticHosts(hostCount);
  const all = syntheticWorkloads(hosts, workloadCount, 1);
  // Seats are dealt out in turn: what matters here is that every host is in use.
  const kept = all
    .slice(1)
    .map((each, index) => ({ ...each, at: hosts[index % hostCount]?.name, wish: "keep" as const }));
  const name = `${hostCount} x ${workloadCount}`;
  decisions(name, kept, hosts);
}

function decisions(
  name: string,
  kept: readonly PlacementWorkload[],
  hosts: ReturnType<typeof syntheticHosts>,
): void {
  const ledger = new Ledger(problemOf(hosts, kept));
  settle(kept, { ledger, placed: new Map() });
  const cache = new HostVerdictCache();
  const classes = ledger.classes.all();
  const fresh: number[] = [];
  const open = (index: number, room: Partial<Opening> = {}): Standing => {
    const workloadClass = classes[(index * 37) % classes.length];
    if (workloadClass === undefined) throw new Error("no class");
    return standingOf(workloadClass, ledger, { cache, search: "fast", ...room });
  };
  // As in a run: what is asked about once uses the room of the one before.
  const passing = { changes: 1, space: new Workspace(hosts.length) };
  for (let index = 0; index < NEW_CLASSES; index++) {
    let standing: Standing | undefined;
    const time = timed(() => {
      standing = open(index, passing);
      standing.top(2);
    });
    fresh.push(time);
    standing?.close?.();
  }
  const standings = Array.from({ length: CLASSES }, (_item, index) => open(index));
  const explainers = standings.map((each) => new Explainer(each, LEAN_LIMITS));
  const times = Array.from({ length: DECISIONS }, (_item, index) => {
    const standing = standings[(index * 7) % CLASSES];
    const explainer = explainers[(index * 7) % CLASSES];
    return timed(() => {
      standing?.sync();
      const [host] = standing?.top(2) ?? [];
      explainer?.rejections();
      if (standing === undefined || host === undefined) return;
      ledger.add(standing.applicant.workloadClass, host, 1);
    });
  });
  show(`${name}: decision with reasons`, times);
  show(`${name}: decision of a new class`, fresh);
}

function show(what: string, micros: number[]): void {
  const sorted = micros.toSorted((left, right) => left - right);
  const at = (part: number): number => sorted[Math.floor(part * (sorted.length - 1))] ?? 0;
  goal({ what: `${what}, p50, us`, figure: at(0.5), atMost: 50, peer: "Protean: a few ms" });
  goal({ what: `${what}, p99, us`, figure: at(0.99), atMost: 50, peer: "Protean: a few ms" });
}

/** Microseconds that something took. */
function timed(action: () => unknown): number {
  const start = process.hrtime.bigint();
  action();
  return Number(process.hrtime.bigint() - start) / 1000;
}

for (const size of SIZES) {
  const [hosts = 0, workloads = 0] = size.split("x").map(Number);
  measure(hosts, workloads);
}
setExitCode();
