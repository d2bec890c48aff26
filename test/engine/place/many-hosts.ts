import type { Host } from "../../../engine/model/host.ts";
import type { PlacementWorkload } from "../../../engine/model/placement.ts";
import type {
  PodAffinityTerm,
  SchedulingTerms,
  SpreadConstraint,
} from "../../../engine/model/scheduling.ts";
import type { Applicant } from "../../../engine/place/classes/applicant.ts";
import type { WorkloadClass } from "../../../engine/place/classes/classes.ts";
import { HostTree } from "../../../engine/place/standing/host-tree.ts";
import { Ledger } from "../../../engine/place/ledger/ledger.ts";
import { SeededRandom } from "../../../engine/place/basics/random.ts";
import { type Standing, standingOf } from "../../../engine/place/standing/standing.ts";
import { HostVerdictCache } from "../../../engine/place/judging/verdict.ts";
import { demand, GIB, host, MIB, pod, problem, terms } from "./builders.ts";

/** Decisions in one world. */
export const STEPS = 24;
const CLASSES = 12;
const APPS = ["web", "db", "ml"] as const;

const pick = <Value>(random: SeededRandom, values: readonly Value[]): Value =>
  values[random.below(values.length)] as Value;

/** Machines of few sizes, some of them without memory, closed, tainted or full of something. */
function machine(random: SeededRandom, index: number): Host {
  const capacity = {
    cpuMillicores: 1000 * pick(random, [2, 4, 4, 8]),
    memoryBytes: GIB * pick(random, [0, 4, 8, 8, 16]),
    ephemeralStorageBytes: GIB,
  };
  return host(`h${String(index).padStart(3, "0")}`, {
    capacity,
    allocatable: { ...capacity, pods: pick(random, [2, 110]), extended: {} },
    connection: pick(random, ["connected", "connected", "connected", "maintenance"] as const),
    // Some are in no bay, and no two in one.
    labels: { rack: `r${random.below(3)}`, ...(index % 5 > 0 ? { bay: `b${index}` } : {}) },
    taints: random.below(5) > 0 ? [] : [{ key: "k", value: "", effect: "NoSchedule" }],
    active: { cpuMillicores: 500 * random.below(4), memoryBytes: GIB * random.below(4) },
    datastores: random.below(4) > 0 ? ["ds"] : [],
  });
}

/** Near to, or far from, whoever is of an app, by host, bay or rack. */
function relation(random: SeededRandom): Pick<SchedulingTerms, "podAffinity" | "podAntiAffinity"> {
  const term = (): PodAffinityTerm => ({
    selector: { matchLabels: { app: pick(random, APPS) }, matchExpressions: [] },
    namespaces: [],
    namespaceSelector: undefined,
    topologyKey: pick(random, ["kubernetes.io/hostname", "kubernetes.io/hostname", "bay", "rack"]),
    rule: "rule",
  });
  const some = (): readonly PodAffinityTerm[] => (random.below(4) > 0 ? [] : [term()]);
  return {
    podAffinity: { required: some(), preferred: [] },
    podAntiAffinity: { required: some(), preferred: [] },
  };
}

/** Over racks, hosts or bays, which some hosts are in none of. */
function spreading(random: SeededRandom): readonly SpreadConstraint[] {
  if (random.below(5) > 0) return [];
  return [
    {
      topologyKey: pick(random, ["rack", "rack", "rack", "kubernetes.io/hostname", "bay"]),
      maxSkew: 1 + random.below(2),
      whenUnsatisfiable: "DoNotSchedule",
      selector: { matchLabels: { app: pick(random, APPS) }, matchExpressions: [] },
      minDomains: undefined,
      nodeAffinityPolicy: pick(random, ["Honor", "Ignore"] as const),
      nodeTaintsPolicy: pick(random, ["Honor", "Ignore"] as const),
    },
  ];
}

/** Some want nothing, some more than there is; a few ask for a rack or a datastore. */
function newcomer(random: SeededRandom, index: number): PlacementWorkload {
  const cpu = pick(random, [0, 100, 500, 1500, 5000]);
  const memory = pick(random, [0, 1, 300, 2000, 9000]) * MIB;
  const size = { cpuMillicores: cpu, memoryBytes: memory, vcpus: 1 };
  const part = random.below(3) / 2;
  return pod(`p${String(index)}`, {
    labels: { app: pick(random, APPS) },
    demand: demand({ cpu: cpu * part, memory: memory * part }, { size }),
    scheduling: terms({
      nodeSelector: random.below(4) > 0 ? {} : { rack: "r1" },
      tolerations:
        random.below(2) > 0 ? [] : [{ key: "k", operator: "Exists", value: "", effect: "" }],
      datastores: random.below(4) > 0 ? [] : ["ds"],
      ...relation(random),
      spread: spreading(random),
    }),
  });
}

/** What is said of a standing, to the last number. */
const saidOf = (standing: Standing): unknown => {
  const top = standing.top(3);
  const [first, second] = top;
  return {
    top,
    all: standing.top(1000),
    feasible: standing.feasible,
    counts: [...standing.reasonCounts],
    named: [0, 1, 4, 50].map((max) => standing.rejected(max)),
    ranks: top.map((each) => standing.rankOf(each)),
    difference: first === undefined || second === undefined || standing.difference(first, second),
  };
};

/** The same machine without what runs on it, as large as any other. */
const alike = (machineOf: Host): Host => {
  const capacity = { cpuMillicores: 4000, memoryBytes: 8 * GIB, ephemeralStorageBytes: GIB };
  const allocatable = { ...capacity, pods: 110, extended: {} };
  const active = { cpuMillicores: 0, memoryBytes: 0 };
  return { ...machineOf, capacity, allocatable, active };
};

/**
 * What bounds and brute force say of one decision after the other, as hosts fill and empty; all
 * hosts may begin alike.
 */
export function* decisionsOf(
  seed: number,
  hostCount: number,
  areAlike = false,
): Generator<{ readonly standing: Standing; readonly bounds: unknown; readonly brute: unknown }> {
  const random = new SeededRandom(seed);
  const machines = Array.from({ length: hostCount }, (_item, index) => machine(random, index));
  const hosts = areAlike ? machines.map(alike) : machines;
  const ledger = new Ledger(problem({ hosts }));
  const tree = new HostTree(ledger);
  const cache = new HostVerdictCache();
  const newcomers = Array.from({ length: CLASSES }, (_item, index) => newcomer(random, index));
  const classes = newcomers.map((each) => ledger.classes.classOf(each));
  const open = (each: WorkloadClass, applicant?: Applicant): Standing =>
    standingOf(each, ledger, { cache, search: "fast", tree: () => tree, applicant });
  const standings = classes.map((each) => open(each));
  for (let step = 0; step < STEPS; step++) {
    const index = random.below(CLASSES);
    const workloadClass = classes[index];
    if (workloadClass === undefined) throw new Error("no such class");
    const known = standings[index];
    known?.sync();
    const isLasting = known !== undefined && known.isLasting !== false;
    const standing = isLasting ? known : open(workloadClass, known?.applicant);
    standings[index] = standing;
    const brute = standingOf(workloadClass, ledger, { cache, search: "brute" });
    yield { standing, bounds: saidOf(standing), brute: saidOf(brute) };
    const mark = ledger.mark();
    const target = standing.top(1)[0] ?? random.below(hostCount);
    for (let time = random.below(4); time >= 0; time--) ledger.add(workloadClass, target, 1);
    if (random.below(4) === 0) ledger.rollback(mark);
  }
}
