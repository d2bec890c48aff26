import type { JsonObject } from "../model/json.ts";
import { isJsonObject, objectAt } from "../model/json.ts";
import type { ChangeRules } from "../model/desired.ts";
import type { Context } from "./context.ts";
import { vmDemand } from "./demand.ts";
import type { Document } from "./document.ts";
import type { Draft } from "./draft.ts";
import { childDraft } from "./draft.ts";
import type { GuestCluster, GuestPool } from "./guest-clusters.ts";
import { readGuestCluster } from "./guest-clusters.ts";
import { KEYS } from "./kind-keys.ts";
import { checkClass, classOf } from "./machines.ts";
import { FREE_TERMS } from "../model/scheduling.ts";
import { apart } from "./supervisor.ts";
import { attachWorkload } from "./workload.ts";

/** Label of the nodes of one cluster's control plane, and of one pool. */
const NODE_LABEL = "vpac.dev/node-group";

export const isGuestCluster = (kindKey: string): boolean =>
  kindKey === KEYS.tanzuCluster || kindKey === KEYS.cluster;

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

/** A guest cluster on a provider that runs machines: its nodes are VMs, control plane first. */
export function addCluster(owner: Draft, document: Document, context: Context): void {
  context.add(owner);
  if (!isJsonObject(objectAt(document.value, "spec")["topology"])) return;
  const cluster = readGuestCluster(document);
  if (cluster.version !== undefined) {
    owner.attributes = { ...owner.attributes, guest: { version: cluster.version } };
  }
  const nodes: Nodes = { owner, document, cluster, rules: nodeRules(context) };
  const [first] = addPool(nodes, cluster.controlPlane, undefined, context);
  for (const pool of cluster.pools) addPool(nodes, pool, first, context);
}
