import type { Kind } from "../contract/kind.ts";
import type { Address } from "../model/address.ts";
import { formatAddress } from "../model/address.ts";
import type { Behaviour, ChangeRules, DesiredResource } from "../model/desired.ts";
import type { JsonObject } from "../model/json.ts";
import { stringAt } from "../model/json.ts";
import type { Document, TextMap } from "./document.ts";
import { sourceOf } from "./document.ts";

/** A resource in the making: edges and rules are added until the graph is complete. */
export interface Draft
  extends Omit<
    DesiredResource,
    "dependsOn" | "workload" | "attributes" | "rules" | "owner" | "behaviour" | "takesFrom"
  > {
  attributes: JsonObject;
  rules: ChangeRules;
  workload: DesiredResource["workload"];
  dependsOn: Address[];
  owner: Address | undefined;
  behaviour: Behaviour;
  takesFrom?: readonly Address[];
  /** The document it is, or was generated from. */
  readonly document: Document;
}

/** Behaviour of a resource without annotations. */
export const PLAIN_BEHAVIOUR: Behaviour = Object.freeze({
  preventDestroy: false,
  adopt: undefined,
  paused: false,
  allowPowerOff: "always",
  balance: true,
});

/** Rules for generated resources that have no kind of their own: everything changes in place. */
export const LIVE_RULES: ChangeRules = Object.freeze({
  timing: [],
  lists: [],
  sensitive: [],
  replaceOrder: "delete-first",
});

/** Kinds that only vpac makes; they cannot be declared. */
const GENERATED_KINDS: Readonly<Record<string, string>> = {
  pool: "ResourcePool",
  project: "RegistryProject",
  spherelet: "Spherelet",
};
const GENERATED_GROUP = "vpac.dev";
const GENERATED_VERSION = `${GENERATED_GROUP}/v1alpha1`;

/** Timing of the computed size; rules of the kind for the same paths win. */
const SIZING_TIMING: ChangeRules["timing"] = [
  { path: "/sizing", timing: "live" },
  { path: "/sizing/vcpus", timing: "power-off" },
  { path: "/sizing/cpuMillicores", timing: "live" },
  { path: "/sizing/memoryBytes", timing: "power-off" },
  { path: "/power", timing: "live" },
];

/** Rules of workloads of a kind, the computed size included; the kind's own rules come last. */
export function workloadRules(rules: ChangeRules): ChangeRules {
  return { ...rules, timing: [...SIZING_TIMING, ...rules.timing] };
}

const OWN_PREFIX = "vpac.dev/";
/** Annotations that servers and clients keep for themselves: status, never compared. */
const FOREIGN_PREFIXES = ["vmware-system-", "kubectl.kubernetes.io/", "deployment.kubernetes.io/"];

function keptAnnotations(annotations: TextMap): TextMap | undefined {
  const keys = Object.keys(annotations);
  const kept = keys.filter(
    (key) =>
      !key.startsWith(OWN_PREFIX) && !FOREIGN_PREFIXES.some((prefix) => key.startsWith(prefix)),
  );
  if (kept.length === 0) return undefined;
  if (kept.length === keys.length) return annotations;
  return Object.fromEntries(kept.map((key) => [key, annotations[key] ?? ""]));
}

/** `metadata` as a provider holds it: labels and annotations that are not instructions to vpac. */
export function metadataAttributes(labels: TextMap, annotations: TextMap): JsonObject {
  const kept = keptAnnotations(annotations);
  const hasLabels = Object.keys(labels).length > 0;
  if (!hasLabels && kept === undefined) return {};
  return {
    metadata: {
      ...(hasLabels ? { labels } : {}),
      ...(kept === undefined ? {} : { annotations: kept }),
    },
  };
}

/** What a provider is asked to hold for a document: everything but identity and status. */
export function documentAttributes(document: Document): JsonObject {
  const {
    apiVersion: _version,
    kind: _kind,
    metadata: _metadata,
    status: _status,
    ...rest
  } = document.value;
  return { ...metadataAttributes(document.labels, document.annotations), ...rest };
}

/** A resource that is declared by a document. */
export function declaredDraft(document: Document, provider: string, behaviour: Behaviour): Draft {
  const { spec, kind } = document;
  return {
    document,
    address: document.address,
    kindKey: kind.key,
    apiVersion: stringAt(document.value, "apiVersion") ?? spec.apiVersion,
    kind: kind.short,
    namespace: spec.namespace,
    name: spec.name,
    provider,
    attributes: documentAttributes(document),
    rules: kind.rules,
    dependsOn: [],
    owner: undefined,
    workload: undefined,
    host: undefined,
    behaviour,
    source: sourceOf(document),
    readOnly: spec.readOnly,
  };
}

/** The apiVersion that objects of a kind are written in. */
function newestVersion(kind: Kind): string {
  const version = kind.versions[0] ?? "v1";
  return kind.group === "" || kind.group === "core" ? version : `${kind.group}/${version}`;
}

export interface ChildParts {
  /** Kind it is an instance of; undefined for kinds that only vpac makes. */
  readonly kind: Kind | undefined;
  readonly short: string;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly attributes: JsonObject;
}

/** A resource generated from another one; it waits for its owner. */
export function childDraft(owner: Draft, parts: ChildParts): Draft {
  const { kind, short, namespace, name, attributes } = parts;
  return {
    document: owner.document,
    address: formatAddress({ kind: short, namespace, name }),
    kindKey: kind?.key ?? `${GENERATED_GROUP}/${GENERATED_KINDS[short] ?? short}`,
    apiVersion: kind === undefined ? GENERATED_VERSION : newestVersion(kind),
    kind: short,
    namespace,
    name,
    provider: owner.provider,
    attributes,
    rules: kind?.rules ?? LIVE_RULES,
    dependsOn: [owner.address],
    owner: owner.address,
    workload: undefined,
    host: undefined,
    behaviour: { ...owner.behaviour, adopt: undefined },
    source: owner.source,
    readOnly: owner.readOnly,
  };
}

interface PartOfCluster {
  readonly apiVersion: string;
  /** Kind as the platform writes it. */
  readonly kind: string;
  readonly name: string;
  readonly attributes: JsonObject;
  readonly origins: NonNullable<DesiredResource["origins"]>;
}

/** A part of a platform's own kind, in the namespace of its owner, which does not wait for it. */
export function partDraft(owner: Draft, part: PartOfCluster): Draft {
  const { apiVersion, kind, name, attributes, origins } = part;
  const short = kind.toLowerCase();
  const [group = ""] = apiVersion.split("/");
  return {
    ...owner,
    address: formatAddress({ kind: short, namespace: owner.namespace, name }),
    kindKey: `${group}/${kind}`,
    apiVersion,
    kind: short,
    name,
    attributes,
    rules: LIVE_RULES,
    dependsOn: [],
    owner: owner.address,
    behaviour: { ...owner.behaviour, adopt: undefined },
    origins,
  };
}
