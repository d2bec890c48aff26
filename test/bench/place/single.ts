/**
 * Goal 3: one decision over hosts that are in use already, as `place` makes and logs it, with its
 * reasons. BENCH_SIZES may name another size, as hosts x workloads. `known class` has a desk, and
 * others placed something since; `new class` is the first of its kind, with sizes never seen, and
 * its class is made in the time shown; `new signature` asks besides for labels and tolerates
 * taints in a way that nobody did before. Then new classes come to as many hosts that are empty
 * and equal, where thousands are as good as the best. Each kind begins in a world of its own, and all
 * are made again in a run that is not timed, where some are compared with brute force.
 */
import type { Host } from "../../../engine/model/host.ts";
import type { PlacementWorkload } from "../../../engine/model/placement.ts";
import type { SchedulingTerms } from "../../../engine/model/scheduling.ts";
import type { WorkloadClass } from "../../../engine/place/classes/classes.ts";
import { PlacedDecision } from "../../../engine/place/deciding/placed-decision.ts";
import { Explainer } from "../../../engine/place/deciding/explain.ts";
import { openRun } from "../../../engine/place/run.ts";
import { SeededRandom } from "../../../engine/place/basics/random.ts";
import { settle } from "../../../engine/place/deciding/seating.ts";
import { standingOf } from "../../../engine/place/standing/standing.ts";
import { demand, MIB, pod, terms } from "../../engine/place/builders.ts";
import { goal, note, setExitCode } from "./goals.ts";
import { LEAN_LIMITS, problemOf, syntheticHosts, syntheticWorkloads } from "./synthetic.ts";

const SIZES = (process.env["BENCH_SIZES"] ?? "10000x100000").split(" ");
const DECISIONS = 50_000;
const CLASSES = 16;
const NEW_CLASSES = 5000;
/** One in so many is compared with brute force. */
const COMPARED = 100;
/** Decisions that are made before any is counted: they also compile; the slowest of them is shown. */
const WARM = 2000;

const RACKS = 125;
const DISKS = ["hdd", "nvme", "ssd"] as const;
const TEAMS = 10;

type Run = ReturnType<typeof openRun>;

function measure(hostCount: number, workloadCount: number): void {
  const hosts = syntheticHosts(hostCount).map(inUse);
  const all = syntheticWorkloads(hosts, workloadCount, 1);
  // Seats are dealt out in turn: what matters here is that every host is in use.
  const kept = all
    .slice(1)
    .map((each, index) => ({ ...each, at: hosts[index % hostCount]?.name, wish: "keep" as const }));
  const name = `${hostCount} x ${workloadCount}`;
  const begin = (): Run => {
    const run = openRun(problemOf(hosts, kept), "fast");
    settle(kept, { ledger: run.ledger, placed: run.register });
    run.desks.expectSingles();
    return run;
  };
  measureTwice(`${name}: known class`, DECISIONS, () => {
    const run = begin();
    return { run, prepare: knownClasses(run) };
  });
  for (const [what, termsOf] of [
    ["new class", () => terms()],
    ["new signature", anyTerms],
  ] as const) {
    measureTwice(`${name}: ${what}`, NEW_CLASSES, () => {
      const [run, random] = [begin(), new SeededRandom(3)];
      return { run, prepare: newClasses(run, () => anyWorkload(random, termsOf(random))) };
    });
  }
}

/** Hosts of one size that begin empty. */
function measureEqual(hostCount: number): void {
  const [first] = syntheticHosts(1);
  const hosts = syntheticHosts(hostCount)
    .map((host) => ({ ...host, ...first, name: host.name, labels: host.labels }))
    .map(inUse);
  measureTwice(`${hostCount} equal hosts: new class`, NEW_CLASSES, () => {
    const run = openRun(problemOf(hosts, []), "fast");
    run.desks.expectSingles();
    const random = new SeededRandom(3);
    return { run, prepare: newClasses(run, () => anyWorkload(random, terms())) };
  });
}

/** One kind of decisions, made one after the other in one run. */
interface Series {
  readonly run: Run;
  /** Gets the next decision ready; what it returns is what is timed. */
  readonly prepare: (index: number) => () => Outcome;
}

/**
 * Times the decisions one after the other, then makes them again in a run of their own and compares
 * some with brute force: whoever decides right after brute force finds all caches full of its work.
 */
function measureTwice(what: string, count: number, begin: () => Series): void {
  const timing = timed(begin(), count);
  show(what, timing, compared(begin(), timing.hosts));
}

/** Labels that selectors ask for, taints of teams on some, and a few in maintenance. */
const inUse = (host: Host, index: number): Host => ({
  ...host,
  labels: {
    ...host.labels,
    rack: `r${index % RACKS}`,
    disk: DISKS[index % DISKS.length] ?? "",
  },
  taints:
    index % 20 === 7
      ? [{ key: "team", value: `t${index % TEAMS}`, effect: "NoSchedule" as const }]
      : [],
  connection: index % 500 === 9 ? "maintenance" : "connected",
});

interface Timed {
  /** Of all decisions, those that also compile included. */
  readonly micros: readonly number[];
  /** The numbers of the hosts that were chosen, undefined where none was. */
  readonly hosts: readonly (number | undefined)[];
}

/** Decides about members of a few classes in turns. */
function knownClasses(run: Run): Series["prepare"] {
  const classes = run.ledger.classes.all();
  const known = Array.from({ length: CLASSES }, (_item, index) => classes[(index * 37) % 256]);
  return (index) => {
    const workloadClass = known[(index * 7) % CLASSES];
    if (workloadClass === undefined) throw new Error("no class");
    const workload = { ...workloadClass.sample, wish: "place" as const };
    return () => decide(run, workload, { workloadClass, isRecurring: true });
  };
}

/** Decides about workloads each of which is of a class of its own. */
const newClasses =
  (run: Run, next: () => PlacementWorkload): Series["prepare"] =>
  () => {
    const workload = next();
    const { classes } = run.ledger;
    return () => {
      const workloadClass = classes.merged(classes.classOf(workload));
      return decide(run, workload, { workloadClass, isRecurring: false });
    };
  };

interface Outcome {
  readonly workloadClass: WorkloadClass;
  readonly decision: ReturnType<ReturnType<Run["desks"]["of"]>["choose"]>;
}

function decide(
  { desks }: Run,
  workload: PlacementWorkload,
  known: { readonly workloadClass: WorkloadClass; readonly isRecurring: boolean },
): Outcome {
  const { workloadClass, isRecurring } = known;
  const desk = desks.of(workloadClass, { isRecurring, changes: 1 });
  const member = { workload, workloadClass, seat: undefined, mayStay: undefined };
  return { workloadClass, decision: desk.choose(member) };
}

/** Times decisions; each takes its room before the next. */
function timed({ run, prepare }: Series, count: number): Timed {
  const micros: number[] = [];
  const hosts: (number | undefined)[] = [];
  for (let index = 0; index < WARM + count; index++) {
    const action = prepare(index);
    const start = process.hrtime.bigint();
    const outcome = action();
    const time = Number(process.hrtime.bigint() - start) / 1000;
    micros.push(time);
    hosts.push(taken(run, outcome));
  }
  return { micros, hosts };
}

/** How many decisions differ from those that were timed, or, of some, from brute force. */
function compared({ run, prepare }: Series, hosts: Timed["hosts"]): number {
  let unlike = 0;
  for (let index = 0; index < hosts.length; index++) {
    const outcome = prepare(index)();
    const { decision, workloadClass } = outcome;
    const isChecked = index % COMPARED === 0;
    const isLike = !isChecked || isExact(run, workloadClass, decision);
    if (taken(run, outcome) !== hosts[index] || !isLike) unlike++;
  }
  return unlike;
}

/** The host that a decision chose, where its workload takes its room. */
function taken(run: Run, { decision, workloadClass }: Outcome): number | undefined {
  if (!(decision instanceof PlacedDecision)) return undefined;
  run.ledger.add(workloadClass, decision.host, 1);
  return decision.host;
}

/** True when brute force gives the same two hosts and the same reasons. */
function isExact(run: Run, workloadClass: WorkloadClass, decision: Outcome["decision"]): boolean {
  const { ledger, cache, log } = run;
  const brute = standingOf(workloadClass, ledger, { cache, search: "brute" });
  const explaining = { limits: LEAN_LIMITS, past: log.past, counts: [] };
  const { rejected, rejectedCounts } = new Explainer(brute, explaining).rejections();
  const hosts = brute.top(2).map((host) => ledger.hosts[host]?.name);
  const given = [
    decision.candidates.map(({ host }) => host),
    decision.rejected,
    decision.rejectedCounts,
  ];
  return JSON.stringify(given) === JSON.stringify([hosts, rejected, rejectedCounts]);
}

/** A Pod of amounts that nobody asked for before. */
function anyWorkload(random: SeededRandom, scheduling: SchedulingTerms): PlacementWorkload {
  const cpu = 100 + random.below(8000);
  const memory = (256 + random.below(32_768)) * MIB + random.below(MIB);
  const part = random.below(5) / 4;
  const kept = { cpu: Math.round(cpu * part), memory: Math.round(memory * part) };
  const size = { cpuMillicores: cpu, memoryBytes: memory, vcpus: Math.ceil(cpu / 1000) };
  return pod(`n${random.below(1e9)}`, {
    labels: { app: `n${random.below(1e9)}` },
    scheduling,
    demand: demand(kept, { size }),
  });
}

/** Terms that nobody had before: some racks, not those of others, perhaps a disk, some teams. */
function anyTerms(random: SeededRandom): SchedulingTerms {
  const racks = Array.from({ length: 1 + random.below(40) }, () => `r${random.below(RACKS)}`);
  const operator = random.below(2) === 0 ? ("In" as const) : ("NotIn" as const);
  const expression = { key: "rack", operator, values: racks };
  const disk = DISKS[random.below(6)];
  return terms({
    nodeSelector: disk === undefined ? {} : { disk },
    nodeAffinity: {
      required: [{ matchExpressions: [expression], matchFields: [] }],
      preferred: [],
    },
    tolerations: Array.from({ length: random.below(4) }, () => ({
      key: "team",
      operator: "Equal" as const,
      value: `t${random.below(TEAMS)}`,
      effect: "NoSchedule" as const,
    })),
  });
}

function show(what: string, { micros }: Timed, unlike: number): void {
  const sorted = micros.slice(WARM).toSorted((left, right) => left - right);
  const at = (part: number): number => sorted[Math.floor(part * (sorted.length - 1))] ?? 0;
  const tail = [at(0.999), at(1), Math.max(...micros.slice(0, WARM))];
  const peer = "Protean: a few ms";
  goal({ what: `${what}, p50, us`, figure: at(0.5), atMost: 50, peer });
  goal({ what: `${what}, p99, us`, figure: at(0.99), atMost: 50, peer });
  note(`${what}, p99.9, max, max of first ${WARM}, us`, tail.map(Math.round).join(" "));
  goal({ what: `${what}: answers unlike brute force`, figure: unlike, atMost: 0, peer: "-" });
}

for (const size of SIZES) {
  const [hosts = 0, workloads = 0] = size.split("x").map(Number);
  measure(hosts, workloads);
  measureEqual(hosts);
}
setExitCode();
