import { isJsonObject } from "../../../engine/model/json.ts";
import {
  finite,
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

/** As `members`, but other members pass: what is not named here is taken as it is. */
const having =
  (shapes: Readonly<Record<string, Shape>>): Shape =>
  (value) => {
    if (!isJsonObject(value)) return "";
    for (const [key, shape] of Object.entries(shapes)) {
      const wrong = shape(value[key]);
      if (wrong !== undefined) return `/${key}${wrong}`;
    }
    return undefined;
  };

const amounts = having({ cpuMillicores: natural, memoryBytes: natural });
const labels = mapOf(text);
const texts = list(text);
const effect = oneOf("NoSchedule", "PreferNoSchedule", "NoExecute");

const expression = members({
  key: text,
  operator: oneOf("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"),
  values: texts,
});
const selector = members({ matchLabels: labels, matchExpressions: list(expression) });
const nodeTerm = members({ matchExpressions: list(expression), matchFields: list(expression) });
const podTerm = members({
  selector: optional(selector),
  namespaces: texts,
  namespaceSelector: optional(selector),
  topologyKey: text,
  rule: text,
});
const weighted = (term: Shape): Shape => list(members({ weight: finite, term }));
const podAffinity = members({ required: list(podTerm), preferred: weighted(podTerm) });
const toleration = members({
  key: text,
  operator: oneOf("Exists", "Equal", "Gt", "Lt"),
  value: text,
  effect: oneOf("", "NoSchedule", "PreferNoSchedule", "NoExecute"),
});
const spread = members({
  maxSkew: natural,
  topologyKey: text,
  whenUnsatisfiable: oneOf("DoNotSchedule", "ScheduleAnyway"),
  selector: optional(selector),
  minDomains: optional(natural),
  nodeAffinityPolicy: oneOf("Honor", "Ignore"),
  nodeTaintsPolicy: oneOf("Honor", "Ignore"),
});
const port = members({ hostIp: text, protocol: oneOf("TCP", "UDP", "SCTP"), port: natural });
const scheduling = members({
  nodeName: optional(text),
  nodeSelector: optional(labels),
  nodeAffinity: optional(
    members({ required: optional(list(nodeTerm)), preferred: weighted(nodeTerm) }),
  ),
  podAffinity: optional(podAffinity),
  podAntiAffinity: optional(podAffinity),
  tolerations: optional(list(toleration)),
  spread: optional(list(spread)),
  ports: optional(list(port)),
  images: optional(texts),
  priority: optional(finite),
  runtime: optional(oneOf("crx", "vmx")),
  datastores: optional(texts),
  networks: optional(texts),
  cluster: optional(text),
});

const host = having({
  name: text,
  provider: optional(text),
  cluster: optional(text),
  connection: optional(oneOf("connected", "maintenance", "disconnected", "standby")),
  unschedulable: optional(flag),
  memoryPressure: optional(flag),
  labels: optional(labels),
  taints: optional(list(members({ key: text, value: text, effect }))),
  cpuMhz: optional(natural),
  capacity: amounts,
  allocatable: optional(amounts),
  active: optional(amounts),
  numa: optional(list(members({ cpus: list(natural), memoryBytes: natural }))),
  runtimes: optional(list(oneOf("crx", "vmx"))),
  datastores: optional(texts),
  networks: optional(texts),
  images: optional(texts),
  imageBytes: optional(mapOf(natural)),
});

const request = having({
  cpuMillicores: natural,
  memoryBytes: natural,
  ephemeralStorageBytes: optional(natural),
  extended: optional(mapOf(natural)),
  nonZero: optional(amounts),
});
const demand = having({
  size: amounts,
  reservation: optional(amounts),
  request: optional(request),
  overheadBytes: optional(natural),
  qos: optional(oneOf("BestEffort", "Burstable", "Guaranteed")),
});
const workload = having({
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
  poweredOn: optional(flag),
  isMovable: optional(flag),
  isBalanced: optional(flag),
  isPreemptible: optional(flag),
  gang: optional(text),
  threshold: optional(natural),
  copyBytes: optional(natural),
  recentMoves: optional(natural),
});

const admission = having({
  kind: oneOf("capacity", "percentage", "slots", "dedicated", "simulation"),
  cpuPercent: optional(natural),
  memoryPercent: optional(natural),
  cpuMillicores: optional(natural),
  memoryBytes: optional(natural),
  hosts: optional(texts),
});
const power = members({
  targetPercent: natural,
  bandPercent: natural,
  hostsMin: natural,
  isAutomatic: optional(flag),
});

const policy = members({
  cluster: optional(text),
  scoring: oneOf("LeastAllocated", "MostAllocated", "Balanced"),
  chooser: oneOf("drs", "kube"),
  hostFailuresToTolerate: natural,
  admission: optional(admission),
  cpuOvercommitPercentMax: optional(natural),
  power: optional(power),
});
const pool = having({
  address: text,
  parent: optional(text),
  cpuMillicoresLimit: optional(natural),
  memoryBytesLimit: optional(natural),
  reservation: optional(amounts),
  isExpandable: optional(flag),
  hasScalableShares: optional(flag),
  cluster: optional(text),
});
const balance = members({
  threshold: natural,
  movesMax: optional(natural),
  goal: oneOf("spread", "pack"),
});
const disruption = members({ group: text, maxUnavailable: natural });
const migration = members({ movesPerHostMax: natural, movesPerDatastoreMax: natural });

/** A placement problem as JSON; what may be absent is optional here. */
export const problemShape: Shape = members({
  hosts: list(host),
  workloads: list(workload),
  leaving: optional(list(workload)),
  namespaces: optional(list(members({ name: text, labels }))),
  pools: optional(list(pool)),
  policies: optional(list(policy)),
  balance: optional(balance),
  disruption: optional(list(disruption)),
  migration: optional(migration),
  power: optional(members({ onNeed: texts, onLoad: texts })),
  seed: optional(natural),
  limits: optional(
    members({
      candidatesMax: optional(natural),
      rejectedMax: optional(natural),
      fixesMax: optional(natural),
    }),
  ),
});
