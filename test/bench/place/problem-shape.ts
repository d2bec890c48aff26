import type { Demand } from "../../../engine/model/demand.ts";
import type {
  Admission,
  MigrationLimits,
  PlacementPolicy,
  PoolLimits,
  PowerPolicy,
} from "../../../engine/model/desired.ts";
import type { Host, NumaNode } from "../../../engine/model/host.ts";
import type {
  BalanceWish,
  DisruptionAllowance,
  NamespaceLabels,
  PlacementLimits,
  PlacementProblem,
  PlacementWorkload,
} from "../../../engine/model/placement.ts";
import type { PowerLeave } from "../../../engine/model/power-leave.ts";
import type { Taint } from "../../../engine/model/scheduling.ts";
import type { MeasuredUsage } from "../../../engine/model/usage.ts";
import {
  either,
  flag,
  list,
  mapOf,
  natural,
  oneOf,
  optional,
  type Shape,
  text,
} from "../../../engine/plan/shape.ts";
import { scheduling } from "./scheduling-shape.ts";
import { amounts, effect, having, labels, level, only, positive, texts } from "./typed-shapes.ts";

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
