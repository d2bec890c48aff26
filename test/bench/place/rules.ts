/**
 * Goal 2: the rule cases of kube-scheduler's scheduler_perf as ledgers, reasons on, with the gate
 * of its own CI beside each. Scope: the decision alone, where the gates include the API server.
 * Then worse ones, of which nothing is asked. BENCH_ONLY names one case, BENCH_MS how long each is
 * repeated.
 */
import type { Host } from "../../../engine/model/host.ts";
import type { PlacementProblem, PlacementWorkload } from "../../../engine/model/placement.ts";
import { place } from "../../../engine/place/place.ts";
import { GIB, host } from "../../engine/place/builders.ts";
import { goal, note, setExitCode } from "./goals.ts";
import { NAMESPACES, PERF_CASES, type PerfCase } from "./perf-cases.ts";
import { problemOf } from "./synthetic.ts";
import { WORST_CASES } from "./worst-cases.ts";

const REPEAT_MS = Number(process.env["BENCH_MS"] ?? 3000);
const RUNS_MIN = 6;
/** Of a run: smaller differences between two runs are chance. */
const TOLD_PART = 0.05;
const GOAL_PER_SECOND = 100_000;
const PART_OF_BASIC = 0.1;
const CAPACITY = { cpuMillicores: 4000, memoryBytes: 32 * GIB, ephemeralStorageBytes: 100 * GIB };

const numbered = (prefix: string, index: number): string =>
  `${prefix}${String(index).padStart(6, "0")}`;

const hostsOf = ({ hosts }: PerfCase): readonly Host[] =>
  hosts.flatMap(({ count, zones, given }, part) =>
    Array.from({ length: count }, (_item, index) => {
      const zone = zones?.[index % zones.length];
      const labels = zone === undefined ? {} : { "topology.kubernetes.io/zone": zone };
      const { name, ...rest } = given?.(index) ?? {};
      return host(name ?? numbered(`h${String(part)}-`, index), {
        capacity: CAPACITY,
        labels,
        ...rest,
      });
    }),
  );

/** Pods of all groups; those that run take the hosts in turn. */
function podsOf(
  groups: PerfCase["running"],
  hosts: readonly Host[] | undefined,
): readonly PlacementWorkload[] {
  let next = 0;
  return groups.flatMap(({ count, model, namespaces = [] }, part) =>
    Array.from({ length: count }, (_item, index): PlacementWorkload => {
      const namespace = namespaces[index % namespaces.length] ?? "sched-0";
      const name = numbered(`${hosts === undefined ? "w" : "r"}${String(part)}-`, index);
      const waits = { ...model, key: `pod/${namespace}/${name}`, namespace };
      return hosts === undefined
        ? waits
        : { ...waits, at: hosts[next++ % hosts.length]?.name, wish: "keep" };
    }),
  );
}

/**
 * CPU time in ms without what the Pods that run already cost; each of the two is the best of some
 * runs, as the first ones also compile and a busy machine slows others. Less than a part of the
 * whole cannot be told from chance, and counts as that part: the rate is then one it has at least.
 */
function measure(each: PerfCase): { readonly ms: number; readonly placed: number } {
  const hosts = hostsOf(each);
  const running = podsOf(each.running, hosts);
  const waiting = podsOf(each.waiting, undefined);
  let placed = 0;
  const worldOf = (workloads: readonly PlacementWorkload[]): PlacementProblem => ({
    ...problemOf(hosts, workloads),
    namespaces: NAMESPACES,
  });
  const [whole, before] = [worldOf([...running, ...waiting]), worldOf(running)];
  const time = (problem: PlacementProblem): number => {
    const start = process.cpuUsage();
    const { decisions } = place(problem);
    const { user } = process.cpuUsage(start);
    if (problem === whole) placed = decisions.filter(({ chosen }) => chosen !== undefined).length;
    return user / 1000;
  };
  const end = performance.now() + REPEAT_MS;
  let [all, rest] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let run = 0; run < RUNS_MIN || performance.now() < end; run++) {
    all = Math.min(all, time(whole));
    rest = Math.min(rest, time(before));
  }
  return { ms: Math.max(all * TOLD_PART, all - rest), placed };
}

let basic = 0;
for (const each of PERF_CASES) {
  if ((process.env["BENCH_ONLY"] ?? each.name) !== each.name) continue;
  const { ms, placed } = measure(each);
  const waiting = each.waiting.reduce((sum, { count }) => sum + count, 0);
  const perSecond = (1000 * waiting) / ms;
  if (each.name === "basic") basic = perSecond;
  const hosts = each.hosts.reduce((sum, { count }) => sum + count, 0);
  const what = `${each.name}: ${hosts} hosts, ${waiting} Pods, workloads/s`;
  const times = `${(perSecond / each.gate).toFixed(0)} x`;
  const peer = `${times} kube gate of ${each.gate}/s (API included)`;
  goal({ what, figure: perSecond, atLeast: GOAL_PER_SECOND, peer });
  if (placed < waiting) note(`${each.name}: placed`, String(placed));
  if (basic === 0 || each.name === "basic") continue;
  const part = `${each.name}: part of the basic case`;
  const theirs = `${(each.gate / 680).toFixed(2)} of it at kube-scheduler`;
  goal({ what: part, figure: perSecond / basic, atLeast: PART_OF_BASIC, peer: theirs });
}
for (const each of WORST_CASES) {
  if ((process.env["BENCH_ONLY"] ?? each.name) !== each.name) continue;
  const waiting = each.waiting.reduce((sum, { count }) => sum + count, 0);
  const { ms, placed } = measure(each);
  const figure = ((1000 * placed) / ms).toFixed(0);
  note(`${each.name}: ${waiting} Pods, workloads/s`, figure);
}
setExitCode();
