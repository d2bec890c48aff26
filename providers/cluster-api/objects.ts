import { createHash } from "node:crypto";
import type { Intent } from "../../engine/contract/provider.ts";
import { type Address, parseAddress } from "../../engine/model/address.ts";
import { canonicalJson } from "../../engine/model/canonical.ts";
import { type JsonObject, type JsonValue, objectAt, stringAt } from "../../engine/model/json.ts";
import type { OwnershipTag } from "../../engine/model/observation.ts";
import type { KubeObject, ObjectRef } from "./kube/types.ts";

/** Label of everything of one lineage: what `kubectl get -l` and our own lists select by. */
export const LINEAGE_LABEL = "vpac.dev/lineage";

const OWN_PREFIX = "vpac.dev/";
const ID = "vpac.dev/id";
const ADDRESS = "vpac.dev/address";
const FENCE = "vpac.dev/fence";
const INTENT = "vpac.dev/intent";

/** Metadata that servers and their clients keep for themselves, on objects of any kind. */
const SERVER_KEYS: readonly string[] = [
  "kubernetes.io/metadata.name",
  "kubectl.kubernetes.io/",
  "deployment.kubernetes.io/",
  "machinedeployment.clusters.x-k8s.io/",
];

/** Members of attributes that steer the engine and are no fields of a Kubernetes object. */
const ENGINE_KEYS: readonly string[] = ["guest", "power", "sizing"];

const CORE_PREFIX = "core/";
const SUPERVISOR_NAMESPACE = "vpac.dev/SupervisorNamespace";

/** What identifies an object of a call: an intent, a permit or a write to be reviewed. */
export type Named = Pick<Intent, "kindKey" | "apiVersion" | "namespace" | "name">;

/** The object of a call on the server. A supervisor namespace is a plain Namespace there. */
export function refOf({ kindKey, apiVersion, namespace, name }: Named): ObjectRef {
  if (kindKey === SUPERVISOR_NAMESPACE) return { apiVersion: "v1", kind: "Namespace", name };
  const kind = kindKey.slice(kindKey.indexOf("/") + 1);
  const isCore = kindKey.startsWith(CORE_PREFIX);
  return { apiVersion: isCore ? "v1" : apiVersion, kind, namespace, name };
}

/** The object as we want it, without our mark: what `kubectl apply` would be given. */
export function bareObject(wish: Named & { readonly attributes: JsonObject }): KubeObject {
  const { apiVersion, kind, namespace, name } = refOf(wish);
  const metadata = objectAt(wish.attributes, "metadata");
  const fields = wish.kindKey === SUPERVISOR_NAMESPACE ? {} : fieldsOf(wish.attributes);
  return {
    apiVersion,
    kind,
    metadata: { ...metadata, name, ...(namespace === undefined ? {} : { namespace }) },
    ...fields,
  };
}

/** The object as we want it, with our mark on it. */
export function wishedObject(intent: Intent): KubeObject {
  const bare = bareObject(intent);
  const metadata = objectAt(bare, "metadata");
  const { lineage, address, fence, intent: intentId } = intent.tag;
  const mark = {
    [ID]: intent.objectId,
    [ADDRESS]: address,
    [FENCE]: String(fence),
    [INTENT]: intentId,
  };
  return {
    ...bare,
    metadata: {
      ...metadata,
      labels: { ...objectAt(metadata, "labels"), [LINEAGE_LABEL]: lineage },
      annotations: { ...objectAt(metadata, "annotations"), ...mark },
    },
  };
}

/**
 * A version that no object has. The server compares it when the object exists and ignores it when
 * not: so an apply makes a new object, and never merges into one that came in between.
 */
const NO_VERSION = "1";

/** For an apply that is a `conflict` where there is an object of that name. */
export const asNew = (object: KubeObject): KubeObject => ({
  ...object,
  metadata: { ...objectAt(object, "metadata"), resourceVersion: NO_VERSION },
});

/** A merge patch that takes our tag off and leaves everything else, the id included. */
export function untagging(resourceVersion: string): JsonObject {
  return {
    metadata: {
      resourceVersion,
      labels: { [LINEAGE_LABEL]: null },
      annotations: { [ADDRESS]: null, [FENCE]: null, [INTENT]: null },
    },
  };
}

/**
 * Our mark, or that of another lineage. A copy of a marked object under another name, made with
 * `kubectl get -o yaml` or by a controller that copies annotations, is nobody's.
 */
export function tagOf(object: KubeObject): OwnershipTag | undefined {
  const metadata = objectAt(object, "metadata");
  const annotations = objectAt(metadata, "annotations");
  const lineage = stringAt(metadata, "labels", LINEAGE_LABEL);
  const address = stringAt(annotations, ADDRESS);
  const fence = stringAt(annotations, FENCE) ?? "";
  const intent = stringAt(annotations, INTENT);
  if (lineage === undefined || address === undefined || intent === undefined) return undefined;
  if (!/^\d{1,15}$/.test(fence) || !isOwnAddress(address, metadata)) return undefined;
  return { lineage, address: address as Address, fence: Number(fence), intent };
}

function isOwnAddress(address: string, metadata: JsonObject): boolean {
  const parts = parseAddress(address);
  const namespace = stringAt(metadata, "namespace");
  return (
    parts !== undefined &&
    parts.name === metadata["name"] &&
    (namespace === undefined || parts.namespace === namespace)
  );
}

/** The id we gave it, else the one the server did. */
export const idOf = (object: KubeObject): string =>
  stringAt(object, "metadata", "annotations", ID) ?? uidOf(object);

export const uidOf = (object: KubeObject): string => stringAt(object, "metadata", "uid") ?? "";

/** Moves with every write, those of status included; for preconditions only. */
export const versionOf = (object: KubeObject): string =>
  stringAt(object, "metadata", "resourceVersion") ?? "";

export const isBeingDeleted = (object: KubeObject): boolean =>
  stringAt(object, "metadata", "deletionTimestamp") !== undefined;

/** Everything but identity, our mark, status and what the server keeps for itself. */
export function attributesOf(object: KubeObject): JsonObject {
  const metadata = objectAt(object, "metadata");
  const labels = keptMetadata(objectAt(metadata, "labels"));
  const annotations = keptMetadata(objectAt(metadata, "annotations"));
  const kept = {
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
  };
  const { apiVersion: _version, kind, metadata: _metadata, status: _status, ...fields } = object;
  // The only field of a namespace is how the server takes it down.
  const held = kind === "Namespace" ? {} : fields;
  return { ...(Object.keys(kept).length === 0 ? {} : { metadata: kept }), ...held };
}

function fieldsOf(attributes: JsonObject): JsonObject {
  const entries = Object.entries(attributes).filter(
    ([key]) => key !== "metadata" && !ENGINE_KEYS.includes(key),
  );
  return Object.fromEntries(entries);
}

function keptMetadata(texts: JsonObject): JsonObject | undefined {
  const entries = Object.entries(texts).filter(
    ([key]) => !key.startsWith(OWN_PREFIX) && !SERVER_KEYS.some((prefix) => key.startsWith(prefix)),
  );
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/**
 * What a plan can depend on: fields, labels, annotations and the mark, not status. Controllers
 * report all the time; a plan must not be out of date for that.
 */
export function revisionOf(object: KubeObject): string {
  const { lineage = "", address = "", fence = 0, intent = "" } = tagOf(object) ?? {};
  const facts: JsonValue = [attributesOf(object), idOf(object), lineage, address, fence, intent];
  return digestOf(facts);
}

/** Enough of a SHA-256 that no two contents meet. */
export function digestOf(facts: JsonValue): string {
  return createHash("sha256").update(canonicalJson(facts)).digest("hex").slice(0, 32);
}

/** `cluster "shop/dev"`: how sentences name an object. */
export function nameOf({ kind, namespace, name }: ObjectRef): string {
  return `${kind} "${namespace === undefined ? name : `${namespace}/${name}`}"`;
}
