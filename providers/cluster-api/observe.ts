import {
  type Inventory,
  type ObserveScope,
  ProviderError,
} from "../../engine/contract/provider.ts";
import { parseAddress } from "../../engine/model/address.ts";
import { compareText } from "../../engine/model/canonical.ts";
import { arrayAt, stringAt } from "../../engine/model/json.ts";
import type { ObservedObject } from "../../engine/model/observation.ts";
import { KubeError } from "./kube/errors.ts";
import type { KubeClient, KubeObject } from "./kube/types.ts";
import {
  attributesOf,
  digestOf,
  idOf,
  isBeingDeleted,
  LINEAGE_LABEL,
  revisionOf,
  tagOf,
  uidOf,
} from "./objects.ts";
import { missingRight, problemOf } from "./problems.ts";
import { isClusterOf, isPaused, kindKeyOf, outputsOf, unfinishedIn } from "./readiness.ts";
import { statusOf } from "./status.ts";
import { isRead, listedTypes, shortKind } from "./types.ts";
import { inParallel } from "./waiting.ts";

export interface Observing {
  readonly client: KubeClient;
  /** Name of the provider in the `Environment`. */
  readonly provider: string;
  readonly signal: AbortSignal;
  readonly parallelCalls: number;
}

/**
 * Reads everything of ours, and the names of others where they matter. Secrets are never read. A
 * type that cannot be read makes the answer incomplete.
 */
export async function observeAll(scope: ObserveScope, observing: Observing): Promise<Inventory> {
  const { client, signal, parallelCalls, provider } = observing;
  const catalogue = await client.resources({ signal }).catch(unreadable);
  const types = listedTypes(catalogue.resources);
  const lists = await inParallel(types, parallelCalls, (type) => read(type, observing));
  const marked = lists.flatMap(({ items }) => items);
  const found = [...marked, ...(await unmarked(scope, { types, marked }, observing))];
  const current = await inParallel(found, parallelCalls, (item) => asApplied(item, observing));
  const objects = observedObjects(current, provider);
  const missing = [
    ...catalogue.missing.filter(isRead).map((version) => `kinds of ${version}`),
    ...missingLists(lists, scope, objects),
  ];
  const asOf = digestOf(objects.flatMap(({ id, revision }) => [id, revision]));
  const isComplete = missing.length === 0;
  return {
    complete: isComplete,
    ...(isComplete ? {} : { missing }),
    ...(client.warnings.length === 0 ? {} : { warnings: client.warnings }),
    asOf,
    hosts: [],
    objects,
  };
}

type Listed = ReturnType<typeof listedTypes>[number];

/** What the engine asks about and what carries no mark: objects to adopt, or forgotten ones. */
async function unmarked(
  { ids }: ObserveScope,
  { types, marked }: { readonly types: readonly Listed[]; readonly marked: readonly KubeObject[] },
  observing: Observing,
): Promise<readonly KubeObject[]> {
  const seen = new Set(marked.flatMap((item) => [idOf(item), uidOf(item)]));
  const wanted = new Set(ids.filter((id) => !seen.has(id)));
  if (wanted.size === 0) return [];
  const rest = types.filter(({ reads }) => reads === "ours");
  const lists = await inParallel(rest, observing.parallelCalls, (type) =>
    read({ ...type, reads: "all" }, observing),
  );
  const items = lists.flatMap((list) => list.items);
  return items.filter((item) => wanted.has(idOf(item)) || wanted.has(uidOf(item)));
}

interface Answer {
  readonly items: readonly KubeObject[];
  /** Why the type could not be read. */
  readonly refused?: string;
  readonly isEssential: boolean;
}

async function read({ type, reads, isEssential }: Listed, observing: Observing): Promise<Answer> {
  const { client, signal } = observing;
  const selection = reads === "ours" ? { labelSelector: LINEAGE_LABEL } : {};
  try {
    const { items } = await client.list(type, { ...selection, signal });
    return { items, isEssential };
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    const { type: problem, message } = problemOf(error);
    if (error.kind === "unknownKind") return { items: [], isEssential };
    if (problem === "forbidden" && error.kind === "forbidden") {
      const { resource, group } = type;
      const user = error.refusal?.user;
      const right = { user, verb: "list", resource, group, namespace: undefined };
      return { items: [], isEssential, refused: missingRight(right) };
    }
    if (isOfAll(error)) throw new ProviderError(problemOf(error));
    return { items: [], isEssential, refused: `${type.resource}: ${message}` };
  }
}

/** Not about one type: nothing at all can be read. */
const isOfAll = ({ kind }: KubeError): boolean =>
  ["unreachable", "tls", "credential", "unauthorized", "cancelled"].includes(kind);

function unreadable(error: unknown): never {
  throw error instanceof KubeError ? new ProviderError(problemOf(error)) : error;
}

/**
 * Rights on plain kinds are often missing, and nothing is missed by that as long as everything the
 * engine asks about was found elsewhere.
 */
function missingLists(
  lists: readonly Answer[],
  { ids }: ObserveScope,
  objects: readonly ObservedObject[],
): readonly string[] {
  const seen = new Set(objects.map(({ id }) => id));
  const isAllFound = ids.every((id) => seen.has(id));
  return lists.flatMap(({ refused, isEssential }) =>
    refused === undefined || (!isEssential && isAllFound) ? [] : [refused],
  );
}

/** The object in the version it was applied in: other versions have other fields. */
async function asApplied(object: KubeObject, { client, signal }: Observing): Promise<KubeObject> {
  const version = appliedVersion(object);
  const kind = stringAt(object, "kind") ?? "";
  const isSame = version === undefined || version === object["apiVersion"];
  if (isSame || tagOf(object) === undefined) return object;
  const name = stringAt(object, "metadata", "name") ?? "";
  const namespace = stringAt(object, "metadata", "namespace");
  const ref = { apiVersion: version, kind, namespace, name };
  try {
    return (await client.get(ref, { signal })) ?? object;
  } catch (error) {
    // A version that is not served any more leaves the preferred one.
    if (error instanceof KubeError && error.kind === "unknownKind") return object;
    return unreadable(error);
  }
}

function appliedVersion(object: KubeObject): string | undefined {
  for (const entry of arrayAt(object, "metadata", "managedFields")) {
    const isOurs =
      stringAt(entry, "manager") === "vpac" && stringAt(entry, "operation") === "Apply";
    if (isOurs) return stringAt(entry, "apiVersion");
  }
  return undefined;
}

/** In order of their ids. A copy that carries the id of another object is known by its uid. */
function observedObjects(
  found: readonly KubeObject[],
  provider: string,
): readonly ObservedObject[] {
  const rightfulFirst = found.toSorted(
    (left, right) => Number(tagOf(left) === undefined) - Number(tagOf(right) === undefined),
  );
  const byId = new Map<string, ObservedObject>();
  const clusters = found.filter((object) => kindKeyOf(object) === "cluster.x-k8s.io/Cluster");
  for (const object of rightfulFirst) {
    const seen = observed(object, provider);
    const id = byId.has(seen.id) ? uidOf(object) : seen.id;
    const unfinished = seen.tag === undefined ? undefined : unfinishedOf(object, clusters);
    byId.set(id, { ...seen, id, ...(unfinished === undefined ? {} : { unfinished }) });
  }
  return [...byId.values()].toSorted((left, right) => compareText(left.id, right.id));
}

/** Nothing is under way where no Cluster is, where it is paused, and in what is being deleted. */
function unfinishedOf(object: KubeObject, clusters: readonly KubeObject[]): string | undefined {
  const unfinished = isBeingDeleted(object) ? undefined : unfinishedIn(object);
  if (unfinished === undefined) return undefined;
  const cluster = clusters.find((item) => item === object || isClusterOf(item, object));
  return cluster === undefined || isPaused(cluster) || isPaused(object) ? undefined : unfinished;
}

function observed(object: KubeObject, provider: string): ObservedObject {
  const tag = tagOf(object);
  const kind = parseAddress(tag?.address ?? "")?.kind;
  const outputs = outputsOf(object);
  return {
    id: idOf(object),
    provider,
    kind: kind ?? shortKind(stringAt(object, "kind") ?? ""),
    namespace: stringAt(object, "metadata", "namespace"),
    name: stringAt(object, "metadata", "name") ?? "",
    attributes: attributesOf(object),
    revision: revisionOf(object),
    tag,
    host: undefined,
    power: undefined,
    active: undefined,
    ...(outputs === undefined ? {} : { outputs }),
    status: statusOf(object),
  };
}
