import type { JsonObject, JsonValue } from "../model/json.ts";
import { arrayAt, isJsonObject, numberAt, objectAt, stringAt } from "../model/json.ts";
import type { ChangeRules } from "../model/desired.ts";
import type { Context } from "./context.ts";
import { vmDemand } from "./demand.ts";
import type { Document } from "./document.ts";
import type { Draft } from "./draft.ts";
import { childDraft } from "./draft.ts";
import { KEYS } from "./kind-keys.ts";
import { checkClass, classOf } from "./machines.ts";
import { FREE_TERMS } from "../model/scheduling.ts";
import { apart } from "./supervisor.ts";
import { attachWorkload } from "./workload.ts";

/** A set of equal nodes of a guest cluster. */
interface GuestPool {
  readonly name: string;
  readonly replicas: number;
  readonly vmClass: string | undefined;
  readonly storageClass: string | undefined;
}

/** A guest cluster, whichever of the two APIs declares it (row T01). */
export interface GuestCluster {
  /** Kubernetes version without the vendor's suffix. */
  readonly version: string | undefined;
  readonly controlPlane: GuestPool;
  readonly pools: readonly GuestPool[];
  readonly podCidrs: readonly string[];
  readonly serviceCidrs: readonly string[];
  readonly serviceDomain: string;
}

const DOMAIN_DEFAULT = "cluster.local";
/** Label of the nodes of one cluster's control plane, and of one pool. */
const NODE_LABEL = "vpac.dev/node-group";

export const isGuestCluster = (kindKey: string): boolean =>
  kindKey === KEYS.tanzuCluster || kindKey === KEYS.cluster;

/** `v1.33.1` of `v1.33.1---vendor.1` or `1.33.1+vendor`. */
function plainVersion(text: string | undefined): string | undefined {
  const match = /^v?(\d{1,6}(?:\.\d{1,6}){0,2})/.exec(text ?? "");
  return match === null ? text : `v${match[1] ?? ""}`;
}

const cidrsOf = (network: JsonObject, name: string): string[] =>
  arrayAt(network, name, "cidrBlocks").filter((cidr) => typeof cidr === "string");

function tanzuPool(value: JsonValue | undefined, name: string): GuestPool {
  return {
    name,
    replicas: numberAt(value, "replicas") ?? numberAt(value, "count") ?? 1,
    vmClass: stringAt(value, "vmClass") ?? stringAt(value, "class"),
    storageClass: stringAt(value, "storageClass"),
  };
}

function fromTanzu(spec: JsonObject): GuestCluster {
  const topology = objectAt(spec, "topology");
  const network = objectAt(spec, "settings", "network");
  const pools = arrayAt(topology, "nodePools");
  const workers = topology["workers"];
  const version =
    stringAt(topology, "controlPlane", "tkr", "reference", "name") ??
    stringAt(spec, "distribution", "fullVersion") ??
    stringAt(spec, "distribution", "version");
  return {
    version: plainVersion(version),
    controlPlane: tanzuPool(topology["controlPlane"], "cp"),
    pools: [
      ...(workers === undefined ? [] : [tanzuPool(workers, "workers")]),
      ...pools.map((pool, index) => tanzuPool(pool, stringAt(pool, "name") ?? `pool-${index}`)),
    ],
    podCidrs: cidrsOf(network, "pods"),
    serviceCidrs: cidrsOf(network, "services"),
    serviceDomain: stringAt(network, "serviceDomain") ?? DOMAIN_DEFAULT,
  };
}

/** Text variables of a ClusterClass by name. */
function variablesOf(list: readonly JsonValue[]): Record<string, string> {
  const values: Record<string, string> = {};
  for (const item of list) {
    const [name, value] = [stringAt(item, "name"), stringAt(item, "value")];
    if (name !== undefined && value !== undefined) values[name] = value;
  }
  return values;
}

function fromTopology(spec: JsonObject): GuestCluster {
  const topology = objectAt(spec, "topology");
  const common = variablesOf(arrayAt(topology, "variables"));
  const pool = (value: JsonValue | undefined, name: string): GuestPool => {
    const own = { ...common, ...variablesOf(arrayAt(value, "variables", "overrides")) };
    return {
      name,
      replicas: numberAt(value, "replicas") ?? 1,
      vmClass: own["vmClass"],
      storageClass: own["storageClass"],
    };
  };
  const network = objectAt(spec, "clusterNetwork");
  const workers = objectAt(topology, "workers");
  const sets = [...arrayAt(workers, "machineDeployments"), ...arrayAt(workers, "machinePools")];
  return {
    version: plainVersion(stringAt(topology, "version")),
    controlPlane: pool(topology["controlPlane"], "cp"),
    pools: sets.map((set, index) => pool(set, stringAt(set, "name") ?? `pool-${index}`)),
    podCidrs: cidrsOf(network, "pods"),
    serviceCidrs: cidrsOf(network, "services"),
    serviceDomain: stringAt(network, "serviceDomain") ?? DOMAIN_DEFAULT,
  };
}

/** The one internal model of both cluster APIs. */
export function readGuestCluster(document: Document): GuestCluster {
  const spec = objectAt(document.value, "spec");
  return document.kind.key === KEYS.tanzuCluster ? fromTanzu(spec) : fromTopology(spec);
}

interface Nodes {
  readonly owner: Draft;
  readonly document: Document;
  readonly cluster: GuestCluster;
  readonly rules: ChangeRules;
}

function nodeAttributes(nodes: Nodes, pool: GuestPool, label: string): JsonObject {
  const { cluster, document } = nodes;
  return {
    metadata: { labels: { [NODE_LABEL]: label } },
    spec: {
      ...(pool.vmClass === undefined ? {} : { className: pool.vmClass }),
      ...(pool.storageClass === undefined ? {} : { storageClass: pool.storageClass }),
      imageName: `kubernetes-node-${cluster.version ?? "latest"}`,
      powerState: "PoweredOn",
      guestCluster: document.spec.name,
      role: pool === cluster.controlPlane ? "control-plane" : "worker",
    },
  };
}

function addPool(
  nodes: Nodes,
  pool: GuestPool,
  first: Draft | undefined,
  context: Context,
): Draft[] {
  const { owner, document } = nodes;
  const namespace = document.spec.namespace ?? "default";
  const settings = context.namespaceOf(namespace);
  checkClass(pool.vmClass, document, context);
  const { size, requests } = classOf(pool.vmClass, namespace, context);
  const reservation = {
    cpuMillicores: requests["cpu"] ?? 0,
    memoryBytes: requests["memory"] ?? 0,
  };
  const demand = vmDemand({ size, reservation, limit: {} });
  const label = `${document.spec.name}-${pool.name}`;
  const rule = `${document.address}/${pool.name}-apart`;
  const attributes = nodeAttributes(nodes, pool, label);
  const drafts: Draft[] = [];
  for (let index = 0; index < pool.replicas; index++) {
    const name = `${label}-${index}`;
    const kind = context.kinds.byKey(KEYS.virtualMachine);
    const draft = childDraft(owner, { kind, short: "vm", namespace, name, attributes });
    draft.rules = nodes.rules;
    if (first !== undefined) draft.dependsOn.push(first.address);
    attachWorkload(draft, {
      demand,
      scheduling: {
        ...FREE_TERMS,
        cluster: settings.supervisor?.cluster,
        podAntiAffinity: apart({ label: NODE_LABEL, value: label, rule, namespace }, false),
      },
      pinHost: undefined,
      poweredOn: true,
      pool: settings.pool,
      group: `${owner.address}/${pool.name}`,
      rolloutWave: index,
      lifetime: "long",
    });
    drafts.push(draft);
    context.add(draft);
  }
  context.disruption.push({
    group: `${owner.address}/${pool.name}`,
    maxUnavailable: 0,
    maxSurge: 1,
  });
  return drafts;
}

/** New node first, then the old one goes: a roll-out never has fewer nodes than asked for. */
function nodeRules(context: Context): ChangeRules {
  const rules = context.rulesOf(KEYS.virtualMachine);
  return {
    ...rules,
    timing: [...rules.timing, { path: "/spec/imageName", timing: "replace" }],
    replaceOrder: "create-first",
  };
}

/**
 * A guest cluster: on providers that run machines its nodes are VMs, control plane first; a
 * Cluster API provider makes the nodes itself.
 */
export function expandCluster(owner: Draft, document: Document, context: Context): void {
  if (!isJsonObject(objectAt(document.value, "spec")["topology"])) return;
  const cluster = readGuestCluster(document);
  if (cluster.version !== undefined) {
    owner.attributes = { ...owner.attributes, guest: { version: cluster.version } };
  }
  const provider = context.environment.providers.find((item) => item.name === owner.provider);
  if (provider?.type === "cluster-api") return;
  const nodes: Nodes = { owner, document, cluster, rules: nodeRules(context) };
  const [first] = addPool(nodes, cluster.controlPlane, undefined, context);
  for (const pool of cluster.pools) addPool(nodes, pool, first, context);
}
