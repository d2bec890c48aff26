import type { JsonObject, JsonPointer, JsonValue } from "../model/json.ts";
import { arrayAt, isJsonObject, member, numberAt, objectAt, stringAt } from "../model/json.ts";
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
  Toleration,
  Weighted,
} from "../model/scheduling.ts";
import { FREE_TERMS, NO_AFFINITY, NO_NODE_AFFINITY } from "../model/scheduling.ts";
import { EMPTY_TEXTS, type TextMap, textMap } from "./document.ts";
import { readExpression, readSelector } from "./selectors.ts";

/** The topology of a single host: what rules without a topology key speak of. */
export const HOST_TOPOLOGY = "kubernetes.io/hostname";

const REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";

const nodeTerm = (value: JsonValue | undefined): NodeSelectorTerm => ({
  matchExpressions: arrayAt(value, "matchExpressions").map(readExpression),
  matchFields: arrayAt(value, "matchFields").map(readExpression),
});

function readNodeAffinity(value: JsonObject): NodeAffinity {
  if (Object.keys(value).length === 0) return NO_NODE_AFFINITY;
  const required = value[REQUIRED];
  return {
    required: isJsonObject(required)
      ? arrayAt(required, "nodeSelectorTerms").map(nodeTerm)
      : undefined,
    preferred: arrayAt(value, PREFERRED).map((item) => ({
      weight: numberAt(item, "weight") ?? 1,
      term: nodeTerm(member(item, "preference")),
    })),
  };
}

/** Requirements that a workload shares the labels of this one under some keys, or does not. */
function byOwnLabels(
  keys: readonly JsonValue[],
  operator: "In" | "NotIn",
  labels: TextMap,
): readonly MatchExpression[] {
  return keys.flatMap((key): MatchExpression[] => {
    if (typeof key !== "string" || !Object.hasOwn(labels, key)) return [];
    return [{ key, operator, values: [labels[key] ?? ""] }];
  });
}

/** `matchLabelKeys` and `mismatchLabelKeys` narrow a selector; nothing narrows an absent one. */
function narrowedSelector(
  value: JsonValue | undefined,
  labels: TextMap,
): LabelSelector | undefined {
  const selector = readSelector(member(value, "labelSelector"));
  const more = [
    ...byOwnLabels(arrayAt(value, "matchLabelKeys"), "In", labels),
    ...byOwnLabels(arrayAt(value, "mismatchLabelKeys"), "NotIn", labels),
  ];
  if (selector === undefined || more.length === 0) return selector;
  return { ...selector, matchExpressions: [...selector.matchExpressions, ...more] };
}

/** Where a list of terms stands in the documents and in which namespace. */
interface TermOrigin {
  readonly namespace: string;
  /** Labels that narrow selectors; none where that was done when the object was stored. */
  readonly labels: TextMap;
  /** Address of the workload, for the name of the rule. */
  readonly owner: string;
  readonly path: JsonPointer;
}

function podTerm(
  value: JsonValue | undefined,
  rule: string,
  { namespace, labels }: TermOrigin,
): PodAffinityTerm {
  const namespaces = arrayAt(value, "namespaces").filter((item) => typeof item === "string");
  const namespaceSelector = readSelector(member(value, "namespaceSelector"));
  return {
    selector: narrowedSelector(value, labels),
    namespaces:
      namespaces.length === 0 && namespaceSelector === undefined ? [namespace] : namespaces,
    namespaceSelector,
    topologyKey: stringAt(value, "topologyKey") ?? HOST_TOPOLOGY,
    rule,
  };
}

/** Reads one side of an affinity; the field names differ between Pods and VMs. */
function readAffinity(
  value: JsonObject,
  fields: { readonly required: string; readonly preferred: string },
  origin: TermOrigin,
): PodAffinity {
  if (Object.keys(value).length === 0) return NO_AFFINITY;
  const rule = (field: string, index: number): string =>
    `${origin.owner}${origin.path}/${field}/${index}`;
  const preferred = (item: JsonValue, index: number): Weighted<PodAffinityTerm> => {
    const inner = member(item, "podAffinityTerm") ?? item;
    const term = podTerm(inner, rule(fields.preferred, index), origin);
    return { weight: numberAt(item, "weight") ?? 100, term };
  };
  return {
    required: arrayAt(value, fields.required).map((item, index) =>
      podTerm(item, rule(fields.required, index), origin),
    ),
    preferred: arrayAt(value, fields.preferred).map(preferred),
  };
}

const OPERATORS: readonly Toleration["operator"][] = ["Exists", "Equal", "Gt", "Lt"];
const EFFECTS: readonly Toleration["effect"][] = [
  "",
  "NoSchedule",
  "PreferNoSchedule",
  "NoExecute",
];

/** Reads a toleration; one of an operator or effect that nobody knows tolerates nothing. */
function readToleration(value: JsonValue): Toleration[] {
  const named = stringAt(value, "operator") ?? "";
  const operator = OPERATORS.find((known) => known === (named === "" ? "Equal" : named));
  const effect = EFFECTS.find((known) => known === (stringAt(value, "effect") ?? ""));
  if (operator === undefined || effect === undefined) return [];
  return [
    {
      key: stringAt(value, "key") ?? "",
      operator,
      value: stringAt(value, "value") ?? String(numberAt(value, "value") ?? ""),
      effect,
    },
  ];
}

type Policy = SpreadConstraint["nodeAffinityPolicy"];

/** Reads a constraint; one of an action that nobody knows asks for nothing. */
function readSpread(value: JsonValue, labels: TextMap): SpreadConstraint[] {
  const action = stringAt(value, "whenUnsatisfiable") ?? "DoNotSchedule";
  if (action !== "DoNotSchedule" && action !== "ScheduleAnyway") return [];
  const policyOf = (field: string, otherwise: Policy): Policy =>
    (stringAt(value, field) ?? otherwise) === "Honor" ? "Honor" : "Ignore";
  return [
    {
      maxSkew: numberAt(value, "maxSkew") ?? 1,
      topologyKey: stringAt(value, "topologyKey") ?? HOST_TOPOLOGY,
      whenUnsatisfiable: action,
      selector: narrowedSelector(value, labels),
      minDomains: numberAt(value, "minDomains"),
      nodeAffinityPolicy: policyOf("nodeAffinityPolicy", "Honor"),
      nodeTaintsPolicy: policyOf("nodeTaintsPolicy", "Ignore"),
    },
  ];
}

function readPorts(spec: JsonObject): HostPort[] {
  const ports: HostPort[] = [];
  // Sidecars run as long as the Pod does; other init containers are gone before it takes room.
  const sidecars = arrayAt(spec, "initContainers").filter(
    (container) => stringAt(container, "restartPolicy") === "Always",
  );
  for (const container of [...sidecars, ...arrayAt(spec, "containers")]) {
    for (const port of arrayAt(container, "ports")) {
      const number = numberAt(port, "hostPort");
      if (number === undefined || number === 0) continue;
      const protocol = stringAt(port, "protocol") ?? "";
      ports.push({
        hostIp: stringAt(port, "hostIP") ?? "",
        protocol: protocol === "" ? "TCP" : protocol,
        port: number,
      });
    }
  }
  return ports;
}

/** Every image that a host would have to pull, one entry for each use, named or not. */
const imagesOf = (spec: JsonObject): string[] => [
  ...[...arrayAt(spec, "initContainers"), ...arrayAt(spec, "containers")].map(
    (container) => stringAt(container, "image") ?? "",
  ),
  ...arrayAt(spec, "volumes").flatMap((volume) =>
    isJsonObject(member(volume, "image")) ? [stringAt(volume, "image", "reference") ?? ""] : [],
  ),
];

const listOf = <Item>(
  value: readonly JsonValue[],
  read: (item: JsonValue) => Item | readonly Item[],
): readonly Item[] => (value.length === 0 ? [] : value.flatMap(read));

/** Whose terms are read. */
interface TermOwner {
  readonly namespace: string;
  /** Address, for the names of rules. */
  readonly owner: string;
  readonly labels: TextMap;
  /** A server has narrowed the selectors of its affinity by its labels already. */
  readonly isStored?: true;
}

/** Scheduling terms of a Pod's spec; priority, cluster and reach are added by the caller. */
export function podTerms(
  spec: JsonObject,
  { namespace, owner, labels, isStored }: TermOwner,
): SchedulingTerms {
  const fields = { required: REQUIRED, preferred: PREFERRED };
  const origin = (name: string): TermOrigin => ({
    namespace,
    labels: isStored === true ? EMPTY_TEXTS : labels,
    owner,
    path: `/spec/affinity/${name}`,
  });
  const affinity = objectAt(spec, "affinity");
  return {
    ...FREE_TERMS,
    nodeName: stringAt(spec, "nodeName"),
    nodeSelector: textMap(objectAt(spec, "nodeSelector")),
    nodeAffinity: readNodeAffinity(objectAt(affinity, "nodeAffinity")),
    podAffinity: readAffinity(objectAt(affinity, "podAffinity"), fields, origin("podAffinity")),
    podAntiAffinity: readAffinity(
      objectAt(affinity, "podAntiAffinity"),
      fields,
      origin("podAntiAffinity"),
    ),
    tolerations: listOf(arrayAt(spec, "tolerations"), readToleration),
    spread: listOf(arrayAt(spec, "topologySpreadConstraints"), (value) =>
      readSpread(value, labels),
    ),
    ports: readPorts(spec),
    images: imagesOf(spec),
    runtime: "crx",
  };
}

const VM_FIELDS = {
  required: "requiredDuringSchedulingPreferredDuringExecution",
  preferred: "preferredDuringSchedulingPreferredDuringExecution",
};

/** Adds terms under the shorter field names that vm-operator used before. */
function vmAffinity(value: JsonObject, origin: TermOrigin): PodAffinity {
  const now = readAffinity(value, VM_FIELDS, origin);
  const upstream = readAffinity(value, { required: REQUIRED, preferred: PREFERRED }, origin);
  if (upstream === NO_AFFINITY || upstream.required.length + upstream.preferred.length === 0) {
    return now;
  }
  return {
    required: [...now.required, ...upstream.required],
    preferred: [...now.preferred, ...upstream.preferred],
  };
}

const ZONE_LABEL = "topology.kubernetes.io/zone";

/** True for a VirtualMachine that `vmTerms` has nothing to say about. */
export const isFreeVm = (document: JsonObject): boolean =>
  member(document, "spec", "affinity") === undefined &&
  stringAt(document, "metadata", "labels", ZONE_LABEL) === undefined;

/** Scheduling terms of a VirtualMachine: its affinity, and the zone it is bound to by label. */
export function vmTerms(document: JsonObject, namespace: string, owner: string): SchedulingTerms {
  const affinity = objectAt(document, "spec", "affinity");
  const origin = (name: string): TermOrigin => ({
    namespace,
    labels: EMPTY_TEXTS,
    owner,
    path: `/spec/affinity/${name}`,
  });
  const zone = stringAt(document, "metadata", "labels", ZONE_LABEL);
  return {
    ...FREE_TERMS,
    nodeSelector: zone === undefined ? EMPTY_TEXTS : { [ZONE_LABEL]: zone },
    podAffinity: vmAffinity(objectAt(affinity, "vmAffinity"), origin("vmAffinity")),
    podAntiAffinity: vmAffinity(objectAt(affinity, "vmAntiAffinity"), origin("vmAntiAffinity")),
  };
}
