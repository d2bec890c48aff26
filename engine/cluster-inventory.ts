/** A cluster as `kubectl get nodes,pods -A -o json` prints it, as a reading of the world. */
import { compareText } from "./model/canonical.ts";
import type { Host } from "./model/host.ts";
import { arrayAt, isJsonObject, type JsonValue, member, stringAt } from "./model/json.ts";
import type { Observation, ObservedObject } from "./model/observation.ts";
import { sizingAttributes } from "./resolve/demand.ts";
import { readStoredNode, readStoredPod } from "./resolve/stored-objects.ts";

/** Namespaces that every cluster has. */
const NAMESPACES = ["default", "kube-node-lease", "kube-public", "kube-system"];
const ENDED = new Set(["Succeeded", "Failed"]);

/** True for a v1 List, whatever it holds. */
export const isKubernetesList = (value: JsonValue | undefined): boolean =>
  isJsonObject(value) && stringAt(value, "kind")?.endsWith("List") === true;

/** What keeps a List from being a cluster, as a path and why; undefined when nothing does. */
export function faultOfList(list: JsonValue): string | undefined {
  const kind = stringAt(list, "kind");
  if (kind !== "List") return `/kind is ${kind ?? "missing"}, not List`;
  const names = new Set<string>();
  for (const [index, item] of arrayAt(list, "items").entries()) {
    const fault = faultOfItem(item);
    if (fault !== undefined) return `/items/${index}${fault}`;
    if (stringAt(item, "kind") !== "Node") continue;
    const name = stringAt(item, "metadata", "name") ?? "";
    if (names.has(name)) return `/items/${index}/metadata/name: Node ${name} is there twice`;
    names.add(name);
  }
  return names.size === 0 ? "/items holds no Node" : undefined;
}

function faultOfItem(item: JsonValue): string | undefined {
  const kind = stringAt(item, "kind");
  if (kind !== "Node" && kind !== "Pod" && kind !== "Namespace") {
    return `/kind is ${kind ?? "missing"}, not Node, Pod or Namespace`;
  }
  if (stringAt(item, "metadata", "name") === undefined) return "/metadata/name";
  if (kind === "Node") {
    const missing = ["cpu", "memory", "pods"].find(
      (name) => member(item, "status", "allocatable", name) === undefined,
    );
    return missing === undefined ? undefined : `/status/allocatable/${missing}`;
  }
  if (kind === "Namespace") return undefined;
  if (stringAt(item, "metadata", "namespace") === undefined) return "/metadata/namespace";
  return arrayAt(item, "spec", "containers").length === 0 ? "/spec/containers" : undefined;
}

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
  const objects = [...namespacesOf(ofKind("Namespace"), pods), ...pods.map(podObject)];
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

function podObject(pod: JsonValue): ObservedObject {
  const { name, namespace, nodeName, labels, demand, scheduling, isEnding } = readStoredPod(pod);
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
    // The node it was bound to is where it is, and no wish of its own.
    terms: {
      demand,
      scheduling: { ...scheduling, nodeName: undefined },
      isReplaced: isReplaced(pod),
      ...(isEnding === undefined ? {} : { isEnding }),
    },
  };
}

/** Pods of a Node itself and of a DaemonSet belong to their Node; bare ones are never made anew. */
const isReplaced = (pod: JsonValue): boolean =>
  arrayAt(pod, "metadata", "ownerReferences").some((owner) => {
    const kind = stringAt(owner, "kind");
    return member(owner, "controller") === true && kind !== "DaemonSet" && kind !== "Node";
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
