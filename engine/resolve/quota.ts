import type { Address } from "../model/address.ts";
import { compareAddress } from "../model/address.ts";
import type { Demand } from "../model/demand.ts";
import type { JsonPointer, JsonValue } from "../model/json.ts";
import { arrayAt, member, objectAt, pointerOf, stringAt } from "../model/json.ts";
import { CODES } from "./codes.ts";
import type { Context, NamespaceSettings } from "./context.ts";
import type { Document } from "./document.ts";
import { named, problemAt } from "./document.ts";
import type { Draft } from "./draft.ts";
import { KEYS } from "./kind-keys.ts";
import { quotaOf } from "./namespaces.ts";
import { formatAmount, isCpu } from "./quantities.ts";

/** One bound on a sum over a namespace. */
interface Bound {
  readonly document: Document;
  readonly pointer: JsonPointer;
  /** `pods`, `requests.cpu`, `count/deployments.apps` …, or `pool.cpu` for a pool's limit. */
  readonly name: string;
  readonly limit: number;
  readonly scopes: readonly JsonValue[];
  /** True for quotas that demand a stated amount of every Pod. */
  readonly demandsStatement: boolean;
}

type Amount = number | undefined;

const CLASS_STORAGE = ".storageclass.storage.k8s.io/";

const POD_AMOUNTS: Readonly<Record<string, (demand: Demand) => Amount>> = {
  pods: () => 1,
  "count/pods": () => 1,
  cpu: ({ request }) => request.cpuMillicores,
  "requests.cpu": ({ request }) => request.cpuMillicores,
  memory: ({ request }) => request.memoryBytes,
  "requests.memory": ({ request }) => request.memoryBytes,
  "limits.cpu": ({ limit }) => limit.cpuMillicores,
  "limits.memory": ({ limit }) => limit.memoryBytes,
  "ephemeral-storage": ({ request }) => request.ephemeralStorageBytes,
  "requests.ephemeral-storage": ({ request }) => request.ephemeralStorageBytes,
};

function podAmount(draft: Draft, name: string): Amount {
  const demand = draft.workload?.demand;
  if (demand === undefined) return undefined;
  const known = POD_AMOUNTS[name];
  return known === undefined
    ? demand.request.extended[name.replace(/^requests\./, "")]
    : known(demand);
}

function claimAmount(draft: Draft, name: string, context: Context): Amount {
  const spec = objectAt(draft.attributes, "spec");
  const bytes = context.read.bytes(member(spec, "resources", "requests", "storage")) ?? 0;
  if (name === "requests.storage") return bytes;
  const at = name.indexOf(CLASS_STORAGE);
  if (at < 0 || stringAt(spec, "storageClassName") !== name.slice(0, at)) return undefined;
  return name.endsWith("/requests.storage") ? bytes : 1;
}

/** Names under which a resource is counted as one: `services`, `count/deployments.apps`. */
function countNames(draft: Draft): string[] {
  const [group, kind] = draft.kindKey.split("/");
  const lower = (kind ?? "").toLowerCase();
  const plural = lower.endsWith("y") ? `${lower.slice(0, -1)}ies` : `${lower}s`;
  return group === "core" || group === ""
    ? [plural, `count/${plural}`]
    : [`count/${plural}.${group}`];
}

/** What a pool's limit counts: reservations of everything that runs in it (row N01). */
function poolAmount(draft: Draft, name: string): Amount {
  const { workload } = draft;
  if (workload === undefined || !workload.poweredOn) return undefined;
  const { reservation, overheadBytes } = workload.demand;
  if (name === "pool.cpu") return reservation.cpuMillicores;
  return reservation.memoryBytes === 0 ? 0 : reservation.memoryBytes + overheadBytes;
}

function amountOf(draft: Draft, bound: Bound, context: Context): Amount {
  if (bound.name.startsWith("pool.")) return poolAmount(draft, bound.name);
  if (draft.kind === "pod") return podAmount(draft, bound.name);
  if (countNames(draft).includes(bound.name)) return 1;
  return draft.kind === "vol" ? claimAmount(draft, bound.name, context) : undefined;
}

function boundsOfQuota(document: Document, context: Context): Bound[] {
  const hard = objectAt(document.value, "spec", "hard");
  const scopes = arrayAt(document.value, "spec", "scopes");
  return Object.entries(context.read.list(hard)).map(([name, limit]) => ({
    document,
    pointer: pointerOf("spec", "hard", name),
    name,
    limit,
    scopes,
    demandsStatement: true,
  }));
}

const POOL_NAMES: Readonly<Record<string, string>> = {
  "limits.cpu": "pool.cpu",
  "limits.memory": "pool.memory",
};

/** Bounds of a SupervisorNamespace: its pool's limits, its counts, its storage grants. */
function boundsOfNamespace(settings: NamespaceSettings, context: Context): Bound[] {
  const { document } = settings;
  if (document === undefined) return [];
  return Object.entries(context.read.list(quotaOf(settings.spec))).map(([name, limit]) => ({
    document,
    pointer: "/spec",
    name: POOL_NAMES[name] ?? name,
    limit,
    scopes: [],
    demandsStatement: false,
  }));
}

function isInScope(draft: Draft, bound: Bound): boolean {
  const isBestEffort = draft.workload?.demand.qos === "BestEffort";
  if (bound.scopes.includes("BestEffort")) return isBestEffort;
  return !(bound.scopes.includes("NotBestEffort") && isBestEffort);
}

const LIMIT_NAMES = new Set(["limits.cpu", "limits.memory"]);
const REQUEST_NAMES = new Set(["cpu", "memory", "requests.cpu", "requests.memory"]);

function isUnstated(draft: Draft, bound: Bound, amount: Amount): boolean {
  if (!bound.demandsStatement || draft.kind !== "pod") return false;
  if (LIMIT_NAMES.has(bound.name)) return amount === undefined;
  return REQUEST_NAMES.has(bound.name) && (amount ?? 0) === 0;
}

const shortName = (bound: Bound): string => bound.name.replace(/^pool\./, "reserved ");

function reportExcess(
  draft: Draft,
  bound: Bound,
  sum: { used: number; asked: number },
  context: Context,
): void {
  const name = isCpu(bound.name) || bound.name === "pool.cpu" ? "cpu" : "memory";
  const isCount = !/cpu|memory|storage/.test(bound.name);
  const show = (amount: number): string => (isCount ? String(amount) : formatAmount(name, amount));
  const { used, asked } = sum;
  const needed = used + asked;
  const excess = show(needed - bound.limit);
  context.report(
    problemAt(CODES.quotaExceeded, draft.document, {
      detail:
        `${draft.address} is over the ${shortName(bound)} of ${named(bound.document)}: ` +
        `${show(used)} used + ${show(asked)} asked > ${show(bound.limit)}.`,
      help: [`raise the limit to at least ${show(needed)}, or ask for ${excess} less`],
      related: [
        {
          message: "the limit is set here",
          source: {
            path: bound.document.spec.source.path,
            document: bound.document.spec.source.index,
            pointer: bound.pointer,
          },
        },
      ],
    }),
  );
}

function checkBound(bound: Bound, drafts: readonly Draft[], context: Context): void {
  let used = 0;
  for (const draft of drafts) {
    if (!isInScope(draft, bound)) continue;
    const asked = amountOf(draft, bound, context);
    if (isUnstated(draft, bound, asked)) {
      const where = named(bound.document);
      const detail = `${draft.address} states no ${bound.name}, which ${where} limits.`;
      context.report(problemAt(CODES.quotaUnstated, draft.document, { detail }));
    }
    if (asked === undefined) continue;
    if (used + asked > bound.limit) reportExcess(draft, bound, { used, asked }, context);
    else used += asked;
  }
}

/**
 * Sums every namespace in address order against its quotas (row N03). A resource that does not fit
 * is told with the arithmetic and does not count, so that each message stands alone.
 */
export function checkQuotas(drafts: ReadonlyMap<Address, Draft>, context: Context): void {
  const bounds = new Map<string, Bound[]>();
  const add = (namespace: string, items: readonly Bound[]): void => {
    if (items.length > 0) bounds.set(namespace, [...(bounds.get(namespace) ?? []), ...items]);
  };
  for (const document of context.documentsOf(KEYS.resourceQuota)) {
    add(document.spec.namespace ?? "default", boundsOfQuota(document, context));
  }
  for (const { settings } of context.namespacePlans) {
    add(settings.name, boundsOfNamespace(settings, context));
  }
  if (bounds.size === 0) return;
  const members = new Map<string, Draft[]>();
  for (const draft of drafts.values()) {
    if (draft.namespace === undefined || !bounds.has(draft.namespace)) continue;
    const list = members.get(draft.namespace);
    if (list === undefined) members.set(draft.namespace, [draft]);
    else list.push(draft);
  }
  for (const [namespace, list] of members) {
    list.sort((left, right) => compareAddress(left.address, right.address));
    for (const bound of bounds.get(namespace) ?? []) checkBound(bound, list, context);
  }
}
