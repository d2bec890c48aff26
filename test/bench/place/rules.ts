/**
 * Goal 2: the rule cases of kube-scheduler's scheduler_perf as ledgers, reasons on: its hosts
 * (4 CPUs, 32 GiB), its Pods (100m, 500 MiB) and the gate of its own CI beside each. Scope: the
 * decision alone, where the gates include the API server. BENCH_ONLY names one case.
 */
import type { PlacementWorkload } from "../../../engine/model/placement.ts";
import type { PodAffinityTerm, SpreadConstraint } from "../../../engine/model/scheduling.ts";
import { place } from "../../../engine/place/place.ts";
import { demand, GIB, host, MIB, pod, terms } from "../../engine/place/builders.ts";
import { goal, setExitCode } from "./goals.ts";
import { problemOf } from "./synthetic.ts";

const HOSTS = Number(process.env["BENCH_HOSTS"] ?? 5000);
const REPEAT_MS = 4000;
const GOAL_PER_SECOND = 100_000;
const HOSTNAME = "kubernetes.io/hostname";

type Terms = Parameters<typeof terms>[0];

interface Case {
  readonly name: string;
  /** Pods that run before the measured ones come; they have the same terms. */
  readonly running: number;
  readonly waiting: number;
  readonly gate: number;
  readonly zones: number;
  readonly terms: Terms;
}

const term = (topologyKey: string): PodAffinityTerm => ({
  selector: { matchLabels: { color: "blue" }, matchExpressions: [] },
  namespaces: [],
  namespaceSelector: undefined,
  topologyKey,
  rule: "color",
});

const spreadOver = (
  topologyKey: string,
  maxSkew: number,
  whenUnsatisfiable: SpreadConstraint["whenUnsatisfiable"],
): SpreadConstraint => ({
  maxSkew,
  topologyKey,
  whenUnsatisfiable,
  selector: { matchLabels: { color: "blue" }, matchExpressions: [] },
  minDomains: undefined,
  nodeAffinityPolicy: "Honor",
  nodeTaintsPolicy: "Ignore",
});

const required = (topologyKey: string): { readonly required: readonly PodAffinityTerm[] } => ({
  required: [term(topologyKey)],
});
const preferred = (topologyKey: string) =>
  ({ required: [], preferred: [{ weight: 1, term: term(topologyKey) }] }) as const;
const inZones = {
  matchExpressions: [{ key: "zone", operator: "In", values: ["z0", "z1"] }],
  matchFields: [],
} as const;

const CASES: readonly Case[] = [
  entry("basic", 1000, 10_000, { gate: 680 }),
  entry("anti-affinity", 1000, 2000, {
    gate: 60,
    terms: { podAntiAffinity: { ...required(HOSTNAME), preferred: [] } },
  }),
  entry("affinity", 5000, 5000, {
    gate: 35,
    zones: 1,
    terms: { podAffinity: { ...required("zone"), preferred: [] } },
  }),
  entry("preferred affinity", 5000, 5000, {
    gate: 90,
    terms: { podAffinity: preferred(HOSTNAME) },
  }),
  entry("preferred anti-affinity", 5000, 5000, {
    gate: 90,
    terms: { podAntiAffinity: preferred(HOSTNAME) },
  }),
  entry("node affinity", 5000, 10_000, {
    gate: 220,
    terms: { nodeAffinity: { required: [inZones], preferred: [] } },
  }),
  entry("spread", 5000, 5000, {
    gate: 460,
    terms: { spread: [spreadOver("zone", 5, "DoNotSchedule")] },
  }),
  entry("preferred spread", 5000, 5000, {
    gate: 340,
    terms: { spread: [spreadOver("zone", 5, "ScheduleAnyway")] },
  }),
  entry("default spread", 5000, 50_000, {
    gate: 160,
    terms: {
      spread: [spreadOver(HOSTNAME, 3, "ScheduleAnyway"), spreadOver("zone", 5, "ScheduleAnyway")],
    },
  }),
];

function entry(
  name: string,
  running: number,
  waiting: number,
  given: { readonly gate: number; readonly zones?: number; readonly terms?: Terms },
): Case {
  return { name, running, waiting, gate: given.gate, zones: given.zones ?? 3, terms: given.terms };
}

/**
 * CPU time in ms without what the Pods that run already cost; each of the two is the best of some
 * runs, as the first ones also compile. Slow cases are run once.
 */
function measure({ running, waiting, zones, terms: given }: Case): number {
  const hosts = Array.from({ length: HOSTS }, (_item, index) => {
    const capacity = {
      cpuMillicores: 4000,
      memoryBytes: 32 * GIB,
      ephemeralStorageBytes: 100 * GIB,
    };
    const name = `h${String(index).padStart(5, "0")}`;
    return host(name, { capacity, labels: { zone: `z${index % zones}` } });
  });
  const model = pod("model", {
    labels: { color: "blue" },
    demand: demand({ cpu: 100, memory: 500 * MIB }),
    scheduling: terms(given),
  });
  const pods = Array.from({ length: running + waiting }, (_item, index): PlacementWorkload => {
    const key = `pod/shop/p${String(index).padStart(6, "0")}`;
    return index < running
      ? { ...model, key, at: hosts[index % HOSTS]?.name, wish: "keep" }
      : { ...model, key };
  });
  const time = (workloads: readonly PlacementWorkload[]): number => {
    const start = process.cpuUsage();
    place(problemOf(hosts, workloads));
    return process.cpuUsage(start).user / 1000;
  };
  const seated = pods.slice(0, running);
  const end = performance.now() + REPEAT_MS;
  let all = time(pods);
  let rest = time(seated);
  while (performance.now() < end) {
    all = Math.min(all, time(pods));
    rest = Math.min(rest, time(seated));
  }
  return Math.max(0.001, all - rest);
}

let basic = 0;
for (const each of CASES) {
  if ((process.env["BENCH_ONLY"] ?? each.name) !== each.name) continue;
  const perSecond = (1000 * each.waiting) / measure(each);
  if (each.name === "basic") basic = perSecond;
  const peer = `kube gate ${each.gate}/s (API included)`;
  const what = `${each.name}: ${HOSTS} hosts, ${each.waiting} Pods, workloads/s`;
  goal({ what, figure: perSecond, atLeast: GOAL_PER_SECOND, peer });
  if (basic > 0) {
    goal({
      what: `${each.name}: part of the basic case`,
      figure: perSecond / basic,
      atLeast: 0.1,
      peer: `${(each.gate / 680).toFixed(2)} of it at kube-scheduler`,
    });
  }
}
setExitCode();
