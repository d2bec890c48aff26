/** A cluster as `kubectl get nodes,pods -A -o json` prints it, as a reading of the world. */
import { compareText } from "./model/canonical.ts";
import type { Host } from "./model/host.ts";
import { arrayAt, isJsonObject, type JsonValue, member, stringAt } from "./model/json.ts";
import type { Observation, ObservedObject } from "./model/observation.ts";
import type { SchedulingTerms } from "./model/scheduling.ts";
import { sizingAttributes } from "./resolve/demand.ts";
import { readStoredNode, readStoredPod, type StoredPod } from "./resolve/stored-objects.ts";

/** Namespaces that every cluster has. */
const NAMESPACES = ["default", "kube-node-lease", "kube-public", "kube-system"];
const ENDED = new Set(["Succeeded", "Failed"]);

/** True for a list as kubectl prints it, and for a single object: a reading has neither member. */
export const isKubernetes = (value: JsonValue | undefined): boolean =>
  isJsonObject(value) &&
  stringAt(value, "kind") !== undefined &&
  (stringAt(value, "apiVersion") !== undefined || Array.isArray(value["items"]));

/**
 * The world that a List without faults describes: Nodes are hosts, bound Pods are foreign objects
 * that take room. It belongs to no provider yet.
 */
export function readCluster(list: JsonValue): Omit<Observation, "digest"> {
  const items = arrayAt(list, "items");
  const ofKind = (kind: string): readonly JsonValue[] =>
    items.filter((item) => stringAt(item, "kind") === kind);
  const hosts = ofKind("Node").map((node): Host => readStoredNode(node, ""));
  const pods = ofKind("Pod").filter((pod) => !ENDED.has(stringAt(pod, "status", "phase") ?? ""));
  const known: Known = new Map();
  const found = pods.map((pod) => podObject(pod, known));
  const objects = [...namespacesOf(ofKind("Namespace"), pods), ...found];
  return {
    readings: [{ provider: "", complete: true, asOf: "", error: undefined }],
    hosts: hosts.sort((left, right) => compareText(left.name, right.name)),
    objects: objects.sort((left, right) => compareText(left.id, right.id)),
  };
}

const FOREIGN = {
  provider: "",
  revision: "",
  tag: undefined,
  host: undefined,
  power: undefined,
  active: undefined,
  status: {},
} as const;

/** Namespaces that are listed, and those that a Pod shows to be there. */
function namespacesOf(
  listed: readonly JsonValue[],
  pods: readonly JsonValue[],
): readonly ObservedObject[] {
  const labels = new Map<string, JsonValue>();
  for (const name of NAMESPACES) labels.set(name, {});
  for (const pod of pods) labels.set(stringAt(pod, "metadata", "namespace") ?? "", {});
  for (const item of listed) {
    const name = stringAt(item, "metadata", "name") ?? "";
    labels.set(name, member(item, "metadata", "labels") ?? {});
  }
  return [...labels].map(([name, given]) => ({
    ...FOREIGN,
    id: `ns/${name}`,
    kind: "ns",
    namespace: undefined,
    name,
    attributes: { metadata: { labels: given } },
  }));
}

/** What placement compares of a Pod, and what those of one template have in common. */
type Terms = Pick<StoredPod, "namespace" | "labels" | "demand" | "scheduling">;
type Known = Map<string, Terms>;

/** The terms of the first Pod with the same ones: placement knows replicas by them at once. */
function shared({ namespace, labels, demand, scheduling }: Terms, known: Known): Terms {
  const terms = { namespace, labels, demand, scheduling };
  const text = JSON.stringify(terms);
  const first = known.get(text) ?? terms;
  known.set(text, first);
  return first;
}

function podObject(pod: JsonValue, known: Known): ObservedObject {
  const stored = readStoredPod(pod);
  const { name, namespace, nodeName, isEnding } = stored;
  const isOfNode = nodeName !== undefined && isOwnedBy(pod, "DaemonSet", "Node");
  const nodeAffinity = isOfNode
    ? onlyOn(nodeName, stored.scheduling.nodeAffinity)
    : stored.scheduling.nodeAffinity;
  // The node it was bound to is where it is, and no wish of its own.
  const own = { ...stored.scheduling, nodeName: undefined, nodeAffinity };
  const { labels, demand, scheduling } = shared({ ...stored, scheduling: own }, known);
  return {
    ...FOREIGN,
    id: `pod/${namespace}/${name}`,
    kind: "pod",
    namespace,
    name,
    attributes: {
      metadata: { labels },
      spec: member(pod, "spec") ?? {},
      sizing: sizingAttributes(demand),
    },
    revision: stringAt(pod, "metadata", "resourceVersion") ?? "",
    host: nodeName,
    power: "on",
    terms: {
      demand,
      scheduling,
      isReplaced: isEnding !== true && isReplaced(pod),
      ...(isEnding === undefined ? {} : { isEnding }),
    },
  };
}

/** Pods of a Node itself and of a DaemonSet belong to their Node; bare ones are never made anew. */
const isReplaced = (pod: JsonValue): boolean =>
  controllersOf(pod).length > 0 && !isOwnedBy(pod, "DaemonSet", "Node");

const isOwnedBy = (pod: JsonValue, ...kinds: readonly string[]): boolean =>
  controllersOf(pod).some((kind) => kinds.includes(kind));

const controllersOf = (pod: JsonValue): readonly string[] =>
  arrayAt(pod, "metadata", "ownerReferences")
    .filter((owner) => member(owner, "controller") === true)
    .map((owner) => stringAt(owner, "kind") ?? "");

/** As DaemonSets bind their Pods; those of a Node itself are bound without saying so. */
const onlyOn = (
  node: string,
  affinity: SchedulingTerms["nodeAffinity"],
): SchedulingTerms["nodeAffinity"] => ({
  ...affinity,
  required: [
    {
      matchExpressions: [],
      matchFields: [{ key: "metadata.name", operator: "In", values: [node] }],
    },
  ],
});

/** A reading that belongs to no provider, as one of the given provider. */
export function ofProvider(observation: Observation, provider: string): Observation {
  const bound = <Item extends { readonly provider: string }>(item: Item): Item =>
    item.provider === "" ? { ...item, provider } : item;
  return {
    ...observation,
    readings: observation.readings.map(bound),
    hosts: observation.hosts.map(bound),
    objects: observation.objects.map(bound),
  };
}
