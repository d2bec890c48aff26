import type { Address } from "../model/address.ts";
import type { JsonObject, JsonValue } from "../model/json.ts";
import { arrayAt, isJsonObject, member, numberAt, objectAt, stringAt } from "../model/json.ts";
import type { NamespaceDocuments, NamespaceSettings, Supervisor } from "./context.ts";
import type { Document } from "./document.ts";
import { textMap } from "./document.ts";
import type { LimitItem } from "./limit-range.ts";
import { readLimitItems } from "./limit-range.ts";
import type { QuantityReader } from "./quantities.ts";
import { readSizing, SIZING_DEFAULTS } from "./sizing.ts";

/** Namespaces that exist without being declared. */
export const BUILT_IN_NAMESPACES: ReadonlySet<string> = new Set([
  "default",
  "kube-system",
  "kube-public",
  "kube-node-lease",
  "vmware-system",
]);

export function groupNamespaces(
  plain: readonly Document[],
  supervised: readonly Document[],
): NamespaceDocuments[] {
  const supervisedByName = new Map(supervised.map((item) => [item.spec.name, item]));
  const plainByName = new Map(plain.map((item) => [item.spec.name, item]));
  const names = [...new Set([...plainByName.keys(), ...supervisedByName.keys()])].sort();
  return names.map((name) => ({
    name,
    plain: plainByName.get(name),
    supervised: supervisedByName.get(name),
  }));
}

const namesOf = (values: readonly JsonValue[], key: string): string[] =>
  values.flatMap((value) => {
    const name = isJsonObject(value) ? stringAt(value, key) : value;
    return typeof name === "string" ? [name] : [];
  });

function grants(spec: JsonObject, field: string, key: string): ReadonlySet<string> | undefined {
  return spec[field] === undefined ? undefined : new Set(namesOf(arrayAt(spec, field), key));
}

/** The container defaults of a SupervisorNamespace in the form of a LimitRange item. */
function defaultsAsLimitRange(spec: JsonObject): JsonObject | undefined {
  const defaults = spec["containerDefaults"];
  if (!isJsonObject(defaults)) return undefined;
  const { request, limit } = defaults;
  return {
    type: "Container",
    ...(isJsonObject(limit) ? { default: limit } : {}),
    ...(isJsonObject(request) ? { defaultRequest: request } : {}),
  };
}

export interface NamespaceInputs {
  readonly supervisors: ReadonlyMap<string, Supervisor>;
  readonly limitRanges: ReadonlyMap<string, readonly Document[]>;
  readonly providerDefault: string;
  readonly read: QuantityReader;
}

function limitItems(name: string, spec: JsonObject, inputs: NamespaceInputs): LimitItem[] {
  const declared = (inputs.limitRanges.get(name) ?? []).flatMap((document) =>
    readLimitItems(
      arrayAt(document.value, "spec", "limits"),
      `LimitRange "${document.spec.name}"`,
      inputs.read,
    ),
  );
  const defaults = defaultsAsLimitRange(spec);
  if (defaults === undefined) return declared;
  const origin = `containerDefaults of namespace "${name}"`;
  return [...declared, ...readLimitItems([defaults], origin, inputs.read)];
}

/** The Supervisor a namespace lives on: the one it names, or the only one there is. */
function supervisorOf(spec: JsonObject, inputs: NamespaceInputs): Supervisor | undefined {
  const asked = stringAt(spec, "supervisor");
  if (asked !== undefined) return inputs.supervisors.get(asked);
  return inputs.supervisors.size === 1 ? [...inputs.supervisors.values()][0] : undefined;
}

/** The namespace's segment: one that it names, or its own on the Supervisor (row W02). */
function segmentOf(
  documents: NamespaceDocuments,
  supervisor: Supervisor | undefined,
): Address | undefined {
  const named = stringAt(documents.supervised?.value, "spec", "network", "segment");
  if (named !== undefined) return `net/${named}`;
  return supervisor === undefined ? undefined : `net/ns-${documents.name}`;
}

const boundTo = ({ supervised, plain }: NamespaceDocuments): string | undefined =>
  supervised?.annotations["vpac.dev/provider"] ?? plain?.annotations["vpac.dev/provider"];

export function namespaceSettings(
  documents: NamespaceDocuments,
  inputs: NamespaceInputs,
): NamespaceSettings {
  const { name, plain, supervised } = documents;
  const spec = objectAt(supervised?.value, "spec");
  const document = supervised ?? plain;
  const supervisor = supervisorOf(spec, inputs);
  const above = supervisor?.sizing ?? SIZING_DEFAULTS;
  return {
    name,
    address: document?.address,
    supervisor,
    provider: boundTo(documents) ?? supervisor?.provider ?? inputs.providerDefault,
    sizing: readSizing(spec, above, inputs.read),
    pool: document === undefined ? undefined : `pool/${name}`,
    net: segmentOf(documents, supervisor),
    limitItems: limitItems(name, spec, inputs),
    storagePolicies: grants(spec, "storage", "policy"),
    vmClasses: grants(spec, "vmClasses", "name"),
    document: supervised,
    spec,
  };
}

const COUNT_RESOURCES: Readonly<Record<string, string>> = {
  pods: "pods",
  services: "services",
  configMaps: "configmaps",
  secrets: "secrets",
  persistentVolumeClaims: "persistentvolumeclaims",
  replicationControllers: "replicationcontrollers",
  deployments: "count/deployments.apps",
  daemonSets: "count/daemonsets.apps",
  replicaSets: "count/replicasets.apps",
  statefulSets: "count/statefulsets.apps",
  jobs: "count/jobs.batch",
  virtualMachines: "count/virtualmachines.vmoperator.vmware.com",
};

/** The limits and counts of a SupervisorNamespace in the form of a ResourceQuota (row V10). */
export function quotaOf(spec: JsonObject): JsonObject {
  const limits = objectAt(spec, "limits");
  const hard: Record<string, JsonValue> = {};
  if (limits["cpu"] !== undefined) hard["limits.cpu"] = limits["cpu"];
  if (limits["memory"] !== undefined) hard["limits.memory"] = limits["memory"];
  if (limits["storage"] !== undefined) hard["requests.storage"] = limits["storage"];
  for (const [field, count] of Object.entries(objectAt(spec, "counts"))) {
    if (count !== undefined) hard[COUNT_RESOURCES[field] ?? `count/${field.toLowerCase()}`] = count;
  }
  for (const grant of arrayAt(spec, "storage")) {
    const policy = stringAt(grant, "policy");
    const limit = member(grant, "limit");
    if (policy === undefined || limit === undefined) continue;
    hard[`${policy}.storageclass.storage.k8s.io/requests.storage`] = limit;
  }
  return hard;
}

const ROLES: Readonly<Record<string, string>> = { owner: "admin", edit: "edit", view: "view" };

function roleBinding(value: JsonValue): JsonObject[] {
  const group = stringAt(value, "group");
  const name = group ?? stringAt(value, "user") ?? stringAt(value, "subject");
  if (name === undefined) return [];
  const domain = stringAt(value, "domain");
  const role = stringAt(value, "role")?.toLowerCase() ?? "view";
  const isGroup = group !== undefined || stringAt(value, "subjectType") === "GROUP";
  return [
    {
      role: ROLES[role] ?? role,
      subject: domain === undefined ? name : `sso:${name}@${domain}`,
      subjectKind: isGroup ? "Group" : "User",
    },
  ];
}

/** What a namespace is compiled to for the platform (row V10); empty parts are left out. */
export function compileNamespace(documents: NamespaceDocuments): JsonObject {
  const { supervised, plain } = documents;
  const spec = objectAt(supervised?.value, "spec");
  const hard = quotaOf(spec);
  const defaults = defaultsAsLimitRange(spec);
  const bindings = arrayAt(spec, "access").flatMap(roleBinding);
  const classes = namesOf(arrayAt(spec, "storage"), "policy");
  const own = supervised === undefined ? objectAt(plain?.value, "spec") : spec;
  return {
    ...(Object.keys(own).length === 0 ? {} : { spec: own }),
    ...(Object.keys(hard).length === 0 ? {} : { resourceQuota: { hard } }),
    ...(defaults === undefined ? {} : { limitRange: { limits: [defaults] } }),
    ...(bindings.length === 0 ? {} : { roleBindings: bindings }),
    ...(classes.length === 0 ? {} : { storageClasses: classes }),
  };
}

const ADDRESSES_DEFAULT = 256;
/** Addresses of a segment that no workload can have: network, gateway, broadcast and one spare. */
const ADDRESSES_KEPT = 4;

/** Number of addresses a namespace's segment needs: room for as many Pods as it may hold. */
export function segmentSize(spec: JsonObject): number {
  const pods = numberAt(spec, "counts", "pods") ?? 0;
  let size = ADDRESSES_DEFAULT;
  while (size < pods + ADDRESSES_KEPT && size < 2 ** 24) size *= 2;
  return size;
}

/** Labels of both documents; the SupervisorNamespace wins. */
export function namespaceLabels(documents: NamespaceDocuments): Readonly<Record<string, string>> {
  return {
    ...documents.plain?.labels,
    ...documents.supervised?.labels,
    ...textMap({ "kubernetes.io/metadata.name": documents.name }),
  };
}
