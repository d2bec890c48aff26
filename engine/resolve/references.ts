import type { Reference } from "../contract/kind.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { suggest } from "../diagnostics/suggest.ts";
import type { Address } from "../model/address.ts";
import { formatAddress, parseAddress } from "../model/address.ts";
import type { JsonPointer, JsonValue } from "../model/json.ts";
import { isJsonArray, isJsonObject, pointerOf, pointerToken, stringAt } from "../model/json.ts";
import { CODES } from "./codes.ts";
import type { Context } from "./context.ts";
import type { Document } from "./document.ts";
import { named, problemAt } from "./document.ts";
import type { Draft } from "./draft.ts";
import { KEYS } from "./kind-keys.ts";
import { BUILT_IN_NAMESPACES } from "./namespaces.ts";
import { policyByClass } from "./storage.ts";
import { BUILT_IN_CLASSES } from "./vm-classes.ts";

const DEPENDS_ON = "vpac.dev/depends-on";
/** Things that exist on every platform under these addresses' kinds and names. */
const BUILT_IN: Readonly<Record<string, ReadonlySet<string>>> = {
  ns: BUILT_IN_NAMESPACES,
  virtualmachineclass: new Set(BUILT_IN_CLASSES.keys()),
  clusterclass: new Set(["tanzukubernetescluster"]),
  priorityclass: new Set(["system-cluster-critical", "system-node-critical"]),
  serviceaccount: new Set(["default"]),
};
/** Namespaces of the platform that others may refer into. */
const isSystemNamespace = (name: string): boolean =>
  name.startsWith("vmware-system") || name.startsWith("kube-");
/** Binding roles and traffic across namespaces is what these groups are for. */
const FREE_GROUPS = new Set(["rbac.authorization.k8s.io", "networking.k8s.io"]);

/**
 * A reference that no document satisfies. It is no problem yet: an observed object may satisfy
 * it. When none does, the diagnostic is told.
 */
export interface MissingReference {
  readonly from: Address;
  /** Addresses that would satisfy it; any one is enough. */
  readonly wanted: readonly Address[];
  readonly diagnostic: Diagnostic;
}

type Drafts = ReadonlyMap<Address, Draft>;

/** The short kind a reference means; undefined when it means no kind in particular. */
function shortOf(reference: Reference, context: Context): string | undefined {
  if (reference.kind === "") return undefined;
  if (!reference.kind.includes("/")) return reference.kind;
  return context.kinds.byKey(reference.kind)?.short;
}

/**
 * Addresses that would satisfy the reference: with and without the namespace. A storage class is
 * a policy under any of its names, or a StorageClass of its own.
 */
function wantedAddresses(
  reference: Reference,
  policies: ReadonlyMap<string, string>,
  context: Context,
): Address[] {
  const { namespace, name } = reference;
  const wanted: Address[] = [];
  const kind = shortOf(reference, context);
  if (kind !== undefined) {
    if (namespace !== undefined) wanted.push(`${kind}/${namespace}/${name}`);
    wanted.push(`${kind}/${name}`);
  }
  if (reference.kind === "policy") {
    wanted.push(`policy/${policies.get(name) ?? name}`, `storageclass/${name}`);
  }
  return wanted;
}

const isBuiltIn = (reference: Reference, context: Context): boolean =>
  BUILT_IN[shortOf(reference, context) ?? ""]?.has(reference.name) === true;

/** The other namespace that a reference reaches into; undefined when it stays at home. */
function foreignNamespace(
  document: Document,
  reference: Reference,
  found: Draft | undefined,
): string | undefined {
  const own = document.spec.namespace;
  if (own === undefined) return undefined;
  const { namespace } = reference;
  const isAllowed =
    namespace === undefined || isSystemNamespace(namespace) || FREE_GROUPS.has(document.kind.group);
  if (!isAllowed && namespace !== own) return namespace;
  // A namespace's own segment and pool are for its workloads alone.
  const owner = found?.owner;
  return owner?.startsWith("ns/") === true && owner !== `ns/${own}` ? owner.slice(3) : undefined;
}

/** Adds members named like a reference (`classRef`) that say which namespace they mean. */
function addNamespaced(value: JsonValue | undefined, at: JsonPointer, found: Reference[]): void {
  if (isJsonArray(value)) {
    value.forEach((item, index) => addNamespaced(item, `${at}/${index}`, found));
    return;
  }
  if (!isJsonObject(value)) return;
  for (const key of Object.keys(value)) {
    const item = value[key];
    // Most members are plain: no pointer is made for those.
    if (typeof item !== "object" || item === null) continue;
    const pointer = `${at}/${pointerToken(key)}`;
    const namespace = /ref(erence)?$/i.test(key) ? stringAt(item, "namespace") : undefined;
    if (namespace === undefined) {
      addNamespaced(item, pointer, found);
      continue;
    }
    const name = stringAt(item, "name") ?? "";
    found.push({ pointer, kind: "", namespace, name, missing: "warn", order: false });
  }
}

function foreignProblem(document: Document, reference: Reference, context: Context): void {
  context.report(
    problemAt(CODES.referenceCrossNamespace, document, {
      pointer: reference.pointer,
      detail:
        `${named(document)} refers to "${reference.name}" in namespace ` +
        `"${reference.namespace ?? ""}"; namespaces are isolated from each other.`,
      help: [`declare "${reference.name}" in namespace "${document.spec.namespace ?? ""}"`],
    }),
  );
}

/** Names of declared resources of a kind, for suggestions; built when the first one is missing. */
function nameIndex(drafts: Drafts): (short: string) => readonly string[] {
  let index: Map<string, string[]> | undefined;
  return (short) => {
    if (index === undefined) {
      index = new Map();
      for (const draft of drafts.values()) {
        const list = index.get(draft.kind);
        if (list === undefined) index.set(draft.kind, [draft.name]);
        else list.push(draft.name);
      }
    }
    return [...(index.get(short) ?? []), ...(BUILT_IN[short] ?? [])];
  };
}

function missingReference(
  document: Document,
  reference: Reference,
  at: { readonly wanted: readonly Address[]; readonly known: readonly string[] },
): MissingReference {
  const [address] = at.wanted;
  const near = suggest(reference.name, at.known);
  return {
    from: document.address,
    wanted: at.wanted,
    diagnostic: problemAt(CODES.referenceMissing, document, {
      pointer: reference.pointer,
      severity: reference.missing === "error" ? "error" : "warning",
      detail: `${named(document)} refers to ${address ?? reference.name}, which does not exist.`,
      help: [
        near === undefined ? `declare ${address ?? reference.name}` : `did you mean "${near}"?`,
      ],
    }),
  };
}

function dependsOnAnnotation(draft: Draft, drafts: Drafts, context: Context): MissingReference[] {
  const { document } = draft;
  const text = document.annotations[DEPENDS_ON];
  if (text === undefined) return [];
  const pointer = pointerOf("metadata", "annotations", DEPENDS_ON);
  return text.split(",").flatMap((part) => {
    const item = part.trim();
    if (item === "") return [];
    const parts = parseAddress(item);
    if (parts === undefined) {
      const detail = `${named(document)} depends on "${item}", which is not an address.`;
      context.report(problemAt(CODES.dependsOnInvalid, document, { pointer, detail }));
      return [];
    }
    const address = formatAddress(parts);
    if (drafts.has(address)) {
      draft.dependsOn.push(address);
      return [];
    }
    const { kind, namespace, name } = parts;
    const reference: Reference = { pointer, kind, namespace, name, missing: "error", order: true };
    return [missingReference(document, reference, { wanted: [address], known: [] })];
  });
}

/** Edges nobody writes down: into the namespace, and onto its pool and segment. */
function impliedEdges(draft: Draft, drafts: Drafts, context: Context): void {
  if (draft.namespace === undefined) return;
  const { address, pool, net } = context.namespaceOf(draft.namespace);
  if (address === undefined) return;
  draft.dependsOn.push(address);
  if (draft.workload === undefined) return;
  if (pool !== undefined && drafts.has(pool)) draft.dependsOn.push(pool);
  if (net !== undefined && drafts.has(net)) draft.dependsOn.push(net);
}

/** Pods and what makes them cannot name a namespace in a reference; the others are searched. */
function allReferences(document: Document): readonly Reference[] {
  const { kind, value } = document;
  const own = kind.references(value);
  if (kind.key === KEYS.pod || kind.role === "controller" || kind.role === "host") return own;
  const found = [...own];
  addNamespaced(value["spec"], "/spec", found);
  return found;
}

interface Surroundings {
  readonly context: Context;
  readonly namesOf: (short: string) => readonly string[];
  /** Storage policies by every name that stands for them. */
  readonly policies: ReadonlyMap<string, string>;
}

/** Follows what a declared resource refers to; what is not there is returned. */
function documentReferences(draft: Draft, drafts: Drafts, at: Surroundings): MissingReference[] {
  const { document } = draft;
  const { context, namesOf, policies } = at;
  const missing: MissingReference[] = [];
  for (const reference of allReferences(document)) {
    const wanted = wantedAddresses(reference, policies, context);
    const found = wanted.find((address) => drafts.has(address));
    const foreign = foreignNamespace(document, reference, drafts.get(found ?? document.address));
    if (foreign !== undefined) {
      foreignProblem(document, { ...reference, namespace: foreign }, context);
    } else if (found !== undefined) {
      if (reference.order && found !== draft.address) draft.dependsOn.push(found);
    } else if (wanted.length > 0 && !isBuiltIn(reference, context)) {
      const short = shortOf(reference, context);
      const known = short === undefined ? [] : namesOf(short);
      missing.push(missingReference(document, reference, { wanted, known }));
    }
  }
  return missing;
}

/**
 * Adds all edges to the drafts and lists what is referred to but nowhere declared; observed
 * objects may still satisfy the list.
 */
export function linkReferences(drafts: Drafts, context: Context): MissingReference[] {
  const missing: MissingReference[] = [];
  const at = { context, namesOf: nameIndex(drafts), policies: policyByClass(context) };
  for (const draft of drafts.values()) {
    impliedEdges(draft, drafts, context);
    if (draft.owner !== undefined) continue;
    for (const item of dependsOnAnnotation(draft, drafts, context)) missing.push(item);
    for (const item of documentReferences(draft, drafts, at)) missing.push(item);
  }
  return missing;
}
