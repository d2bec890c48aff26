import type { Address } from "../model/address.ts";
import type { Amounts } from "../model/demand.ts";
import type { PoolLimits } from "../model/desired.ts";
import type { JsonObject } from "../model/json.ts";
import { member, objectAt, stringAt } from "../model/json.ts";
import { CODES } from "./codes.ts";
import type { Context, NamespaceDocuments, NamespacePlan, NamespaceSettings } from "./context.ts";
import type { Document } from "./document.ts";
import { named, problemAt, sourceOf } from "./document.ts";
import { KEYS } from "./kind-keys.ts";
import { formatAmount, type QuantityReader } from "./quantities.ts";

/** The resource pool of a namespace (row N01), and the pools that its policies make in it. */
export function poolsOf({ documents, settings }: NamespacePlan, context: Context): PoolLimits[] {
  const own = namespacePool(documents, settings, context.read);
  if (own === undefined) return [];
  return [own, ...childPools(own, settings.name, context)];
}

function namespacePool(
  documents: NamespaceDocuments,
  settings: NamespaceSettings,
  read: QuantityReader,
): PoolLimits | undefined {
  const document = documents.supervised ?? documents.plain;
  if (settings.pool === undefined || document === undefined) return undefined;
  const { spec, supervisor } = settings;
  const shares = spec["shares"];
  const isLevel = shares === "low" || shares === "normal" || shares === "high";
  return {
    address: settings.pool,
    parent: undefined,
    ...amountsOf(spec, read),
    ...(supervisor === undefined ? {} : { cluster: supervisor.cluster }),
    ...(scalesShares(supervisor?.document) ? { hasScalableShares: true } : {}),
    shares: isLevel || typeof shares === "number" ? shares : "normal",
    source: sourceOf(document, documents.supervised === undefined ? "" : "/spec/limits"),
  };
}

/** Shares of pools scale unless their Supervisor says otherwise (rows D20, N15). */
const scalesShares = (supervisor: Document | undefined): boolean =>
  supervisor !== undefined &&
  member(supervisor.value, "spec", "scheduling", "scaleShares") !== false;

type PoolAmounts = Pick<
  PoolLimits,
  "cpuMillicoresLimit" | "memoryBytesLimit" | "reservation" | "isExpandable"
>;

function amountsOf(spec: JsonObject, read: QuantityReader): PoolAmounts {
  const reservation: Amounts = {
    cpuMillicores: read.cpu(member(spec, "reservations", "cpu")) ?? 0,
    memoryBytes: read.bytes(member(spec, "reservations", "memory")) ?? 0,
  };
  const isKept = reservation.cpuMillicores > 0 || reservation.memoryBytes > 0;
  const isFixed = member(spec, "reservations", "expandable") === false;
  return {
    cpuMillicoresLimit: read.cpu(member(spec, "limits", "cpu")),
    memoryBytesLimit: read.bytes(member(spec, "limits", "memory")),
    ...(isKept ? { reservation } : {}),
    ...(isFixed ? { isExpandable: false } : {}),
  };
}

/** The pool that a VirtualMachineSetResourcePolicy makes, if it describes one. */
const policyPool = (namespace: string, policy: string): Address => `pool/${namespace}/${policy}`;

function childPools(parent: PoolLimits, namespace: string, context: Context): PoolLimits[] {
  return context
    .documentsOf(KEYS.resourcePolicy)
    .filter(({ spec, value }) => {
      const isHere = (spec.namespace ?? "default") === namespace;
      return isHere && member(value, "spec", "resourcePool") !== undefined;
    })
    .map(
      (document): PoolLimits => ({
        address: policyPool(namespace, document.spec.name),
        parent: parent.address,
        ...amountsOf(objectAt(document.value, "spec", "resourcePool"), context.read),
        ...(parent.hasScalableShares === true ? { hasScalableShares: true } : {}),
        shares: "normal",
        source: sourceOf(document, "/spec/resourcePool"),
      }),
    );
}

/** The pool of a VM: its resource policy's, else its namespace's. */
export function poolOfMachine(
  spec: JsonObject,
  namespace: string,
  context: Context,
): Address | undefined {
  const { pool } = context.namespaceOf(namespace);
  const policy =
    stringAt(spec, "reserved", "resourcePolicyName") ?? stringAt(spec, "resourcePolicyName");
  if (policy === undefined || pool === undefined) return pool;
  const address = policyPool(namespace, policy);
  return context.pools.some((known) => known.address === address) ? address : pool;
}

/** Refuses pools that keep more than they or the pools around them may have. */
export function checkPools(context: Context): void {
  const byAddress = new Map(context.pools.map((pool) => [pool.address, pool]));
  for (const plan of context.namespacePlans) {
    const document = plan.documents.supervised;
    const pool = plan.settings.pool === undefined ? undefined : byAddress.get(plan.settings.pool);
    if (document === undefined || pool === undefined) continue;
    checkReservation(pool, document, context);
    checkChildren(pool, document, context);
  }
}

const RESOURCES = [
  { name: "cpu", of: "cpuMillicores", limit: "cpuMillicoresLimit" },
  { name: "memory", of: "memoryBytes", limit: "memoryBytesLimit" },
] as const;

function checkReservation(pool: PoolLimits, document: Document, context: Context): void {
  for (const { name, of, limit } of RESOURCES) {
    const [kept, most] = [pool.reservation?.[of] ?? 0, pool[limit]];
    if (most === undefined || kept <= most) continue;
    const [keptText, mostText] = [formatAmount(name, kept), formatAmount(name, most)];
    context.report(
      problemAt(CODES.poolReservationTooLarge, document, {
        pointer: `/spec/reservations/${name}`,
        detail: `${named(document)} reserves ${keptText} of ${name}, and its limit is ${mostText}.`,
        help: [`reserve at most ${mostText}, or raise the limit to ${keptText}`],
      }),
    );
  }
}

function checkChildren(pool: PoolLimits, document: Document, context: Context): void {
  if (pool.isExpandable !== false) return;
  const children = context.pools.filter(({ parent }) => parent === pool.address);
  for (const { name, of } of RESOURCES) {
    const own = pool.reservation?.[of] ?? 0;
    const kept = children.reduce((sum, { reservation }) => sum + (reservation?.[of] ?? 0), 0);
    if (kept <= own) continue;
    const text = (amount: number): string => formatAmount(name, amount);
    context.report(
      problemAt(CODES.poolReservationTooLarge, document, {
        pointer: "/spec/reservations",
        detail:
          `The pools in ${named(document)} reserve ${text(kept)} of ${name}, and it has ` +
          `${text(own)} and does not expand.`,
        help: [`reserve ${text(kept)} for the namespace, or let it expand`],
      }),
    );
  }
}
