import fc from "fast-check";
import type { Host } from "../../../engine/model/host.ts";
import type { PlacementProblem, PlacementWorkload } from "../../../engine/model/placement.ts";
import type {
  LabelSelector,
  PodAffinityTerm,
  SchedulingTerms,
  SpreadConstraint,
  Taint,
} from "../../../engine/model/scheduling.ts";
import { demand, GIB, host, MIB, pod, policy, problem, terms } from "./builders.ts";

const HOSTNAME = "kubernetes.io/hostname";
const app = fc.constantFrom("web", "db", "ml");
const topologyKey = fc.constantFrom(HOSTNAME, "rack", "zone");

const selector: fc.Arbitrary<LabelSelector> = app.map((value) => ({
  matchLabels: { app: value },
  matchExpressions: [],
}));

const term: fc.Arbitrary<PodAffinityTerm> = fc.record({
  selector,
  namespaces: fc.constant([]),
  namespaceSelector: fc.constant(undefined),
  topologyKey,
  rule: fc.constantFrom("rule-a", "rule-b"),
});

const spread: fc.Arbitrary<SpreadConstraint> = fc.record({
  maxSkew: fc.integer({ min: 1, max: 2 }),
  topologyKey,
  whenUnsatisfiable: fc.constantFrom("DoNotSchedule", "ScheduleAnyway"),
  selector,
  minDomains: fc.constantFrom(undefined, undefined, 2),
  nodeAffinityPolicy: fc.constantFrom("Honor", "Ignore"),
  nodeTaintsPolicy: fc.constantFrom("Honor", "Ignore"),
});

const rarely = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value[]> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant<Value[]>([]) },
    { weight: 1, arbitrary: fc.array(value, { minLength: 1, maxLength: 2 }) },
  );

const weighted = <Value>(
  value: fc.Arbitrary<Value>,
): fc.Arbitrary<{ readonly weight: number; readonly term: Value }> =>
  fc.record({ weight: fc.constantFrom(1, 50, 100), term: value });

const scheduling: fc.Arbitrary<SchedulingTerms> = fc
  .record({
    required: rarely(term),
    apart: rarely(term),
    preferred: rarely(weighted(term)),
    spread: rarely(spread),
    nodeSelector: fc.constantFrom({}, {}, {}, { rack: "r0" }),
    isTolerant: fc.boolean(),
    port: fc.constantFrom(0, 0, 0, 80),
    priority: fc.constantFrom(0, 0, 10),
  })
  .map((given) =>
    terms({
      podAffinity: { required: given.required.slice(0, 1), preferred: given.preferred },
      podAntiAffinity: { required: given.apart, preferred: [] },
      spread: given.spread,
      nodeSelector: given.nodeSelector,
      tolerations: given.isTolerant
        ? [{ key: "k", operator: "Exists", value: "", effect: "" }]
        : [],
      ports: given.port === 0 ? [] : [{ hostIp: "", protocol: "TCP", port: given.port }],
      priority: given.priority,
    }),
  );

const taints: fc.Arbitrary<readonly Taint[]> = fc.constantFrom(
  [],
  [],
  [],
  [{ key: "k", value: "", effect: "NoSchedule" }],
  [{ key: "k", value: "", effect: "PreferNoSchedule" }],
);

const machine = (index: number): fc.Arbitrary<Host> =>
  fc
    .record({
      gib: fc.constantFrom(4, 8, 16),
      cpus: fc.constantFrom(4, 8),
      connection: fc.constantFrom("connected", "connected", "connected", "maintenance"),
      cluster: fc.constantFrom("c1", "c1", "c2"),
      rack: fc.constantFrom("r0", "r1", undefined),
      taints,
      activeGib: fc.constantFrom(0, 1, 3),
      pods: fc.constantFrom(4, 110),
      mhz: fc.constantFrom(2000, 3000),
    })
    .map((given) => {
      const capacity = {
        cpuMillicores: given.cpus * 1000,
        memoryBytes: given.gib * GIB,
        ephemeralStorageBytes: GIB,
      };
      return host(`h${String(index)}`, {
        capacity,
        allocatable: { ...capacity, pods: given.pods, extended: {} },
        connection: given.connection as Host["connection"],
        cluster: given.cluster,
        labels: {
          zone: `z${String(index % 2)}`,
          ...(given.rack === undefined ? {} : { rack: given.rack }),
        },
        taints: given.taints,
        active: { cpuMillicores: 100, memoryBytes: given.activeGib * GIB },
        cpuMhz: given.mhz,
      });
    });

const workload = (index: number, hosts: number): fc.Arbitrary<PlacementWorkload> =>
  fc
    .record({
      cpu: fc.constantFrom(0, 200, 1000),
      mib: fc.constantFrom(0, 256, 1024, 3000),
      label: app,
      scheduling,
      at: fc.integer({ min: 0, max: 3 * hosts }),
      wish: fc.constantFrom("keep", "keep", "repair"),
      isMeasured: fc.boolean(),
    })
    .map((given): PlacementWorkload => {
      const at = given.at < hosts ? `h${String(given.at)}` : undefined;
      const isPlaced = at !== undefined;
      return pod(`p${String(index).padStart(2, "0")}`, {
        labels: { app: given.label },
        demand: demand({ cpu: given.cpu, memory: given.mib * MIB, overhead: 20 * MIB }),
        scheduling: given.scheduling,
        at,
        wish: isPlaced ? (given.wish as "keep" | "repair") : "place",
        active:
          isPlaced && given.isMeasured ? { cpuMillicores: 50, memoryBytes: 64 * MIB } : undefined,
      });
    });

/** Small worlds in which every filter and score has something to say. */
export const anyProblem: fc.Arbitrary<PlacementProblem> = fc
  .integer({ min: 1, max: 6 })
  .chain((hostCount) =>
    fc.record({
      hosts: fc.tuple(...Array.from({ length: hostCount }, (_item, index) => machine(index))),
      workloads: fc
        .integer({ min: 1, max: 14 })
        .chain((count) =>
          fc.tuple(...Array.from({ length: count }, (_item, index) => workload(index, hostCount))),
        ),
      replicas: fc.integer({ min: 0, max: 8 }),
      chooser: fc.constantFrom("drs", "drs", "kube"),
      scoring: fc.constantFrom("LeastAllocated", "MostAllocated", "Balanced"),
      failures: fc.constantFrom(0, 0, 1),
    }),
  )
  .map(({ hosts, workloads, replicas, chooser, scoring, failures }) => {
    // Replicas share a class with the first newcomer, as those of a controller do.
    const model = workloads.find(({ wish }) => wish === "place");
    const copies =
      model === undefined
        ? []
        : Array.from({ length: replicas }, (_item, index) => ({
            ...model,
            key: `pod/shop/r${String(index)}`,
          }));
    return problem({
      hosts,
      workloads: [...workloads, ...copies],
      policies: [
        policy({
          chooser: chooser as "drs" | "kube",
          scoring: scoring as "LeastAllocated",
          hostFailuresToTolerate: failures,
        }),
      ],
      limits: { candidatesMax: 3, rejectedMax: 6, fixesMax: 2 },
    });
  });
