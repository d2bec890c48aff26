import type { Amounts, Demand } from "../../../engine/model/demand.ts";
import type {
  Admission,
  MigrationLimits,
  PlacementPolicy,
  PoolLimits,
  PowerPolicy,
} from "../../../engine/model/desired.ts";
import type { Host, NumaNode } from "../../../engine/model/host.ts";
import { isJsonObject } from "../../../engine/model/json.ts";
import type {
  BalanceWish,
  DisruptionAllowance,
  NamespaceLabels,
  PlacementLimits,
  PlacementProblem,
  PlacementWorkload,
} from "../../../engine/model/placement.ts";
import type { PowerLeave } from "../../../engine/model/power-leave.ts";
import type {
  HostPort,
  LabelSelector,
  MatchExpression,
  NodeAffinity,
  NodeSelectorTerm,
  PodAffinity,
  PodAffinityTerm,
  SchedulingTerms,
  SpreadConstraint,
  Taint,
  Toleration,
  Weighted,
} from "../../../engine/model/scheduling.ts";
import type { MeasuredUsage } from "../../../engine/model/usage.ts";
import {
  either,
  flag,
  list,
  mapOf,
  members,
  natural,
  oneOf,
  optional,
  type Shape,
  text,
} from "../../../engine/plan/shape.ts";

/** A shape for every member that the type has: what the model gains has to be told here as well. */
type Shapes<Type> = Readonly<Record<Type extends unknown ? keyof Type : never, Shape>>;

/** Exactly these members; others are refused. */
const only = <Type>(shapes: Shapes<Type>): Shape => members(shapes);

/** At least these members; others pass unread, as what was observed may carry more. */
const having =
  <Type>(shapes: Shapes<Type>): Shape =>
  (value) => {
    if (!isJsonObject(value)) return "";
    for (const [key, shape] of Object.entries<Shape>(shapes)) {
      const wrong = shape(Object.hasOwn(value, key) ? value[key] : undefined);
      if (wrong !== undefined) return `/${key}${wrong}`;
    }
    return undefined;
  };

const within =
  (least: number, most: number): Shape =>
  (value) =>
    Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most ? undefined : "";

const whole = within(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
const positive = within(1, Number.MAX_SAFE_INTEGER);
const level = within(1, 5);

const amounts = having<Amounts>({ cpuMillicores: natural, memoryBytes: natural });
const labels = mapOf(text);
const texts = list(text);
const effect = oneOf("NoSchedule", "PreferNoSchedule", "NoExecute");

const expression = only<MatchExpression>({
  key: text,
  operator: oneOf("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"),
  values: texts,
});
const selector = only<LabelSelector>({
  matchLabels: labels,
  matchExpressions: list(expression),
});
const nodeTerm = only<NodeSelectorTerm>({
  matchExpressions: list(expression),
  matchFields: list(expression),
});
const podTerm = only<PodAffinityTerm>({
  selector: optional(selector),
  namespaces: texts,
  namespaceSelector: optional(selector),
  topologyKey: text,
  rule: text,
});
const weighted = (term: Shape): Shape => list(only<Weighted<unknown>>({ weight: whole, term }));
const podAffinity = only<PodAffinity>({ required: list(podTerm), preferred: weighted(podTerm) });
const toleration = only<Toleration>({
  key: text,
  operator: oneOf("Exists", "Equal", "Gt", "Lt"),
  value: text,
  effect: oneOf("", "NoSchedule", "PreferNoSchedule", "NoExecute"),
});
const spread = only<SpreadConstraint>({
  maxSkew: positive,
  topologyKey: text,
  whenUnsatisfiable: oneOf("DoNotSchedule", "ScheduleAnyway"),
  selector: optional(selector),
  minDomains: optional(positive),
  nodeAffinityPolicy: oneOf("Honor", "Ignore"),
  nodeTaintsPolicy: oneOf("Honor", "Ignore"),
});
const port = only<HostPort>({
  hostIp: text,
  protocol: oneOf("TCP", "UDP", "SCTP"),
  port: within(1, 65_535),
});
const scheduling = only<SchedulingTerms>({
  nodeName: optional(text),
  nodeSelector: optional(labels),
  nodeAffinity: optional(
    only<NodeAffinity>({ required: optional(list(nodeTerm)), preferred: weighted(nodeTerm) }),
  ),
  podAffinity: optional(podAffinity),
  podAntiAffinity: optional(podAffinity),
  tolerations: optional(list(toleration)),
  spread: optional(list(spread)),
  ports: optional(list(port)),
  images: optional(texts),
  priority: optional(whole),
  preemptionPolicy: optional(oneOf("Never")),
  runtime: optional(oneOf("crx", "vmx")),
  datastores: optional(texts),
  networks: optional(texts),
  cluster: optional(text),
});

const ephemeralStorageBytes = optional(natural);
const extended = optional(mapOf(natural));

const host = having<Host>({
  name: text,
  provider: optional(text),
  cluster: optional(text),
  connection: optional(oneOf("connected", "maintenance", "disconnected", "standby")),
  unschedulable: optional(flag),
  memoryPressure: optional(flag),
  labels: optional(labels),
  taints: optional(list(only<Taint>({ key: text, value: text, effect }))),
  cpuMhz: optional(natural),
  capacity: having<Host["capacity"]>({
    cpuMillicores: natural,
    memoryBytes: natural,
    ephemeralStorageBytes,
  }),
  allocatable: optional(
    having<Host["allocatable"]>({
      cpuMillicores: natural,
      memoryBytes: natural,
      ephemeralStorageBytes,
      pods: optional(natural),
      extended,
    }),
  ),
  active: optional(amounts),
  numa: optional(list(only<NumaNode>({ cpus: list(natural), memoryBytes: natural }))),
  runtimes: optional(list(oneOf("crx", "vmx"))),
  datastores: optional(texts),
  networks: optional(texts),
  images: optional(texts),
  imageBytes: optional(mapOf(natural)),
  planned: optional(flag),
});

const request = having<Demand["request"]>({
  cpuMillicores: natural,
  memoryBytes: natural,
  ephemeralStorageBytes,
  extended,
  nonZero: optional(amounts),
  nonZeroWaiting: optional(amounts),
});
const shares = optional(either(oneOf("low", "normal", "high"), natural));
const demand = having<Demand>({
  size: having<Demand["size"]>({
    cpuMillicores: natural,
    memoryBytes: natural,
    vcpus: optional(natural),
  }),
  reservation: optional(amounts),
  limit: optional(
    having<Demand["limit"]>({ cpuMillicores: optional(natural), memoryBytes: optional(natural) }),
  ),
  request: optional(request),
  overheadBytes: optional(natural),
  shares,
  isDedicated: optional(flag),
  qos: optional(oneOf("BestEffort", "Burstable", "Guaranteed")),
});
const usage = having<MeasuredUsage>({
  consumedBytes: optional(natural),
  grantedBytes: optional(natural),
  forecast: optional(amounts),
});
const workload = having<PlacementWorkload>({
  key: text,
  namespace: optional(text),
  labels: optional(labels),
  demand,
  scheduling: optional(scheduling),
  at: optional(text),
  wish: optional(oneOf("place", "keep", "repair")),
  pinHost: optional(text),
  pool: optional(text),
  group: optional(text),
  provider: optional(text),
  active: optional(amounts),
  usage: optional(usage),
  poweredOn: optional(flag),
  isEnding: optional(flag),
  isMovable: optional(flag),
  isBalanced: optional(flag),
  isPreemptible: optional(flag),
  gang: optional(text),
  threshold: optional(level),
  copyBytes: optional(natural),
  recentMoves: optional(natural),
});

const admission = having<Admission>({
  kind: oneOf("capacity", "percentage", "slots", "dedicated", "simulation"),
  cpuPercent: optional(natural),
  memoryPercent: optional(natural),
  cpuMillicores: optional(natural),
  memoryBytes: optional(natural),
  hosts: optional(texts),
});
const power = only<PowerPolicy>({
  targetPercent: natural,
  bandPercent: natural,
  hostsMin: natural,
  isAutomatic: optional(flag),
});

const policy = only<PlacementPolicy>({
  cluster: optional(text),
  scoring: oneOf("LeastAllocated", "MostAllocated", "Balanced"),
  chooser: oneOf("drs", "kube"),
  hostFailuresToTolerate: natural,
  admission: optional(admission),
  degradationPercentMax: optional(natural),
  cpuOvercommitPercentMax: optional(natural),
  demand: optional(oneOf("active", "consumed", "granted", "forecast")),
  power: optional(power),
});
const pool = having<Omit<PoolLimits, "source">>({
  address: text,
  parent: optional(text),
  cpuMillicoresLimit: optional(natural),
  memoryBytesLimit: optional(natural),
  reservation: optional(amounts),
  isExpandable: optional(flag),
  hasScalableShares: optional(flag),
  cluster: optional(text),
  shares,
});
const balance = only<BalanceWish>({
  threshold: level,
  movesMax: optional(natural),
  goal: oneOf("spread", "pack"),
});
const disruption = only<DisruptionAllowance>({ group: text, maxUnavailable: natural });
const migration = only<MigrationLimits>({
  movesPerHostMax: positive,
  movesPerDatastoreMax: positive,
});

/** A placement problem as JSON; what may be absent is optional here. */
export const problemShape: Shape = only<PlacementProblem>({
  hosts: list(host),
  workloads: list(workload),
  leaving: optional(list(workload)),
  namespaces: optional(list(only<NamespaceLabels>({ name: text, labels }))),
  pools: optional(list(pool)),
  policies: optional(list(policy)),
  balance: optional(balance),
  disruption: optional(list(disruption)),
  migration: optional(migration),
  power: optional(only<PowerLeave>({ onNeed: texts, onLoad: texts })),
  seed: optional(natural),
  limits: optional(
    only<PlacementLimits>({
      candidatesMax: optional(natural),
      rejectedMax: optional(natural),
      fixesMax: optional(natural),
    }),
  ),
});
