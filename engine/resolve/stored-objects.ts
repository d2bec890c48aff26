/** Nodes and Pods as an API server keeps them, as the hosts and workloads of the placement core. */
import type { Amounts, Demand } from "../model/demand.ts";
import { type ExactList, roundedUp } from "../model/exact-quantity.ts";
import type { Host } from "../model/host.ts";
import type { JsonObject, JsonValue } from "../model/json.ts";
import { arrayAt, member, numberAt, objectAt, stringAt } from "../model/json.ts";
import type { SchedulingTerms, Taint } from "../model/scheduling.ts";
import { textMap } from "./document.ts";
import {
  exactLimits,
  exactList,
  exactQos,
  exactRequests,
  nonZeroBound,
  nonZeroWaiting,
  wishedRequests,
} from "./exact-amounts.ts";
import { podTerms } from "./scheduling.ts";
import { takenRequests } from "./taken-amounts.ts";

/** Frequency of a core that nobody states; only VMs with MHz are measured by it. */
const MHZ_DEFAULT = 2400;

/** What placement needs to know of a stored Pod. */
export interface StoredPod {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Node it is bound to; undefined while it waits. */
  readonly nodeName: string | undefined;
  readonly demand: Demand;
  readonly scheduling: SchedulingTerms;
  /** Told to stop (`metadata.deletionTimestamp`). */
  readonly isEnding?: true;
}

const LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
/** A name with a domain before it; those of quotas begin with `requests.` and are none. */
const EXTENDED = new RegExp(
  `^(?!requests\\.)${LABEL}(\\.${LABEL})*/([A-Za-z0-9][-\\w.]*)?[A-Za-z0-9]$`,
);

/** True for resources that upstream counts one by one, such as GPUs and huge pages. */
const isCounted = (name: string): boolean =>
  name.includes("kubernetes.io/") ||
  name.startsWith("hugepages-") ||
  name.startsWith("attachable-volumes-") ||
  EXTENDED.test(name);

function countedOf(list: ExactList): Readonly<Record<string, number>> {
  const counted = [...list].filter(([name]) => isCounted(name));
  return Object.fromEntries(counted.map(([name, amount]) => [name, roundedUp(amount, 1)]));
}

/** Reads a Pod; its machine is no larger than what it requests, as on a plain cluster. */
export function readStoredPod(pod: JsonValue): StoredPod {
  const spec = objectAt(pod, "spec");
  const name = stringAt(pod, "metadata", "name") ?? "";
  const namespace = stringAt(pod, "metadata", "namespace") ?? "";
  const nodeName = stringAt(spec, "nodeName");
  const labels = textMap(objectAt(pod, "metadata", "labels"));
  const owner = `pod/${namespace}/${name}`;
  return {
    name,
    namespace,
    labels,
    nodeName: nodeName === "" ? undefined : nodeName,
    demand: storedDemand(pod),
    ...(stringAt(pod, "metadata", "deletionTimestamp") === undefined ? {} : { isEnding: true }),
    scheduling: {
      ...withEmptyWishes(podTerms(spec, { namespace, owner, labels, isStored: true }), spec),
      priority: numberAt(spec, "priority") ?? 0,
      ...(stringAt(spec, "preemptionPolicy") === "Never" ? { preemptionPolicy: "Never" } : {}),
    },
  };
}

/** Upstream scores a stated but empty list of preferences, as 0, and skips an absent one. */
function withEmptyWishes(terms: SchedulingTerms, spec: JsonObject): SchedulingTerms {
  const preferred = member(
    spec,
    "affinity",
    "nodeAffinity",
    "preferredDuringSchedulingIgnoredDuringExecution",
  );
  if (!Array.isArray(preferred) || preferred.length > 0) return terms;
  const nothing = { weight: 0, term: { matchExpressions: [], matchFields: [] } };
  return { ...terms, nodeAffinity: { ...terms.nodeAffinity, preferred: [nothing] } };
}

const isEqual = (left: Amounts, right: Amounts): boolean =>
  left.cpuMillicores === right.cpuMillicores && left.memoryBytes === right.memoryBytes;

function storedDemand(pod: JsonValue): Demand {
  const spec = objectAt(pod, "spec");
  const wished = wishedRequests(spec);
  const isBound = (stringAt(spec, "nodeName") ?? "") !== "";
  const taken = isBound ? takenRequests(pod) : wished;
  const requests = exactRequests(taken);
  const limits = exactLimits(spec);
  const [bound, waiting] = [nonZeroBound(taken), nonZeroWaiting(wished)];
  const amounts = {
    cpuMillicores: roundedUp(requests.get("cpu"), 1000),
    memoryBytes: roundedUp(requests.get("memory"), 1),
  };
  return {
    request: {
      ...amounts,
      ephemeralStorageBytes: roundedUp(requests.get("ephemeral-storage"), 1),
      extended: countedOf(requests),
      nonZero: bound,
      ...(isEqual(bound, waiting) ? {} : { nonZeroWaiting: waiting }),
    },
    limit: {
      ...(limits.has("cpu") ? { cpuMillicores: roundedUp(limits.get("cpu"), 1000) } : {}),
      ...(limits.has("memory") ? { memoryBytes: roundedUp(limits.get("memory"), 1) } : {}),
    },
    size: { ...amounts, vcpus: Math.max(1, Math.ceil(amounts.cpuMillicores / 1000)) },
    reservation: amounts,
    overheadBytes: 0,
    shares: "normal",
    qos: exactQos(spec),
  };
}

const conditionOf = (node: JsonValue, type: string): string | undefined => {
  const found = arrayAt(node, "status", "conditions").find(
    (condition) => stringAt(condition, "type") === type,
  );
  return found === undefined ? undefined : stringAt(found, "status");
};

const EFFECTS: readonly Taint["effect"][] = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

/** Taints of a node; one of an effect that nobody knows has none. */
function taintsOf(spec: JsonObject): Taint[] {
  return arrayAt(spec, "taints").flatMap((taint): Taint[] => {
    const effect = EFFECTS.find((known) => known === stringAt(taint, "effect"));
    if (effect === undefined) return [];
    return [{ key: stringAt(taint, "key") ?? "", value: stringAt(taint, "value") ?? "", effect }];
  });
}

function amountsOf(list: ExactList): Host["capacity"] {
  return {
    cpuMillicores: roundedUp(list.get("cpu"), 1000),
    memoryBytes: roundedUp(list.get("memory"), 1),
    ephemeralStorageBytes: roundedUp(list.get("ephemeral-storage"), 1),
  };
}

/** Reads a Node as a host of the provider; one whose kubelet is silent is disconnected. */
export function readStoredNode(node: JsonValue, provider: string): Host {
  const spec = objectAt(node, "spec");
  const allocatable = exactList(member(node, "status", "allocatable"));
  const capacity = exactList(member(node, "status", "capacity"));
  const images = arrayAt(node, "status", "images").flatMap((image) => {
    const names = arrayAt(image, "names").filter((name) => typeof name === "string");
    const bytes = numberAt(image, "sizeBytes") ?? 0;
    return names.map((name): readonly [string, number] => [name, bytes]);
  });
  const isReady = (conditionOf(node, "Ready") ?? "True") === "True";
  return {
    name: stringAt(node, "metadata", "name") ?? "",
    provider,
    cluster: "default",
    connection: isReady ? "connected" : "disconnected",
    unschedulable: spec["unschedulable"] === true,
    memoryPressure: conditionOf(node, "MemoryPressure") === "True",
    labels: textMap(objectAt(node, "metadata", "labels")),
    taints: taintsOf(spec),
    cpuMhz: MHZ_DEFAULT,
    capacity: amountsOf(capacity.size === 0 ? allocatable : capacity),
    allocatable: {
      ...amountsOf(allocatable),
      pods: roundedUp(allocatable.get("pods"), 1),
      extended: countedOf(allocatable),
    },
    active: { cpuMillicores: 0, memoryBytes: 0 },
    numa: [],
    runtimes: ["vmx", "crx"],
    datastores: [],
    networks: [],
    images: images.map(([name]) => name),
    imageBytes: Object.fromEntries(images),
    planned: false,
  };
}
