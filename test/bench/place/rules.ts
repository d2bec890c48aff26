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
import { BASIC, NAMESPACES, PERF_CASES, type PerfCase } from "./perf-cases.ts";
import { problemOf } from "./synthetic.ts";
import { WORST_CASES } from "./worst-cases.ts";

const REPEAT_MS = Number(process.env["BENCH_MS"] ?? 3000);
const RUNS_MIN = 6;
/** Of a run: smaller differences between two runs are chance. */
const TOLD_PART = 0.05;
const GOAL_PER_SECOND = 100_000;
const PART_OF_BASIC = 0.1;
/** After so many cases the basic one is measured again. */
const CASES_PER_BASIC = 4;
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

const countOf = (groups: readonly { readonly count: number }[]): number =>
  groups.reduce((sum, { count }) => sum + count, 0);

const rateOf = (each: PerfCase, { ms }: { readonly ms: number }): number =>
  (1000 * countOf(each.waiting)) / ms;

/** Prints the rate of a case, and returns it. */
function tellRate(each: PerfCase): number {
  const waiting = countOf(each.waiting);
  const found = measure(each);
  const figure = rateOf(each, found);
  const what = `${each.name}: ${countOf(each.hosts)} hosts, ${waiting} Pods, workloads/s`;
  const times = `${(figure / each.gate).toFixed(0)} x`;
  const peer = `${times} kube gate of ${each.gate}/s (API included)`;
  goal({ what, figure, atLeast: GOAL_PER_SECOND, peer });
  if (found.placed < waiting) note(`${each.name}: placed`, String(found.placed));
  return figure;
}

const isMeant = ({ name }: PerfCase): boolean => (process.env["BENCH_ONLY"] ?? name) === name;

/**
 * One measurement of the basic case scatters by half, as it is the small difference of two runs,
 * and it would be the only case with freshly compiled code: the others are held against the median
 * of several in between them.
 */
const basics: number[] = [];
const rates: (readonly [PerfCase, number])[] = [];
PERF_CASES.filter(isMeant).forEach((each, index) => {
  const figure = tellRate(each);
  if (each === BASIC) basics.push(figure);
  else rates.push([each, figure]);
  if (basics.length > 0 && index % CASES_PER_BASIC === CASES_PER_BASIC - 1) {
    basics.push(rateOf(BASIC, measure(BASIC)));
  }
});
basics.sort((left, right) => left - right);
const basic = basics[basics.length >> 1];
if (basic !== undefined) {
  const all = basics.map((each) => each.toFixed(0)).join(", ");
  note("basic: the median, workloads/s", `${basic.toFixed(0)} of ${all}`);
  for (const [each, figure] of rates) {
    const what = `${each.name}: part of the basic case`;
    const peer = `${(each.gate / BASIC.gate).toFixed(2)} of it at kube-scheduler`;
    goal({ what, figure: figure / basic, atLeast: PART_OF_BASIC, peer });
  }
}
for (const each of WORST_CASES) {
  if (!isMeant(each)) continue;
  const { ms, placed } = measure(each);
  const figure = ((1000 * placed) / ms).toFixed(0);
  note(`${each.name}: ${countOf(each.waiting)} Pods, workloads/s`, figure);
}
setExitCode();
