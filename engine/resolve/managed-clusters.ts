import type { Address } from "../model/address.ts";
import { canonicalJson } from "../model/canonical.ts";
import type { JsonObject, JsonPointer } from "../model/json.ts";
import { isJsonObject, objectAt } from "../model/json.ts";
import type { Context } from "./context.ts";
import type { Document } from "./document.ts";
import type { Draft } from "./draft.ts";
import { LIVE_RULES, partDraft } from "./draft.ts";
import type { FlavourTemplate, FlavourValues } from "./flavours.ts";
import { fillTemplate } from "./flavours.ts";
import type { GuestCluster, GuestPool } from "./guest-clusters.ts";
import { readGuestCluster } from "./guest-clusters.ts";
import { KEYS } from "./kind-keys.ts";
import { checkClass, classOf } from "./machines.ts";
import type { Building, Origins, Part } from "./managed-parts.ts";
import {
  BOOTSTRAP,
  controlPlane,
  CORE,
  deployment,
  joining,
  networkOf,
  referenceTo,
  TEMPLATE_RULES,
} from "./managed-parts.ts";
import { managementNamespace } from "./namespace-drafts.ts";
import { checkManaged, flavourMissing, templateBroken } from "./managed-checks.ts";

const HASH_LENGTH = 8;
const MEBIBYTE = 2 ** 20;

/** The namespace on the management cluster, where the cluster's own lives elsewhere. */
function homeOf({ namespace, provider }: Draft, context: Context): Address[] {
  const settings = context.namespaceOf(namespace ?? "default");
  const isElsewhere = settings.address !== undefined && settings.provider !== provider;
  return isElsewhere ? [managementNamespace(provider, settings.name)] : [];
}

function addPart(part: Part, { parent, context }: Building): Address {
  const { apiVersion, kind, name, attributes, origins } = part;
  const draft = partDraft(parent, { apiVersion, kind, name, attributes, origins });
  draft.dependsOn = [...homeOf(parent, context), ...(part.dependsOn ?? [])];
  draft.rules = part.rules ?? LIVE_RULES;
  // A protected cluster may still be scaled and upgraded: its old templates have to go.
  if (part.rules === TEMPLATE_RULES) {
    draft.behaviour = { ...draft.behaviour, preventDestroy: false };
  }
  context.add(draft);
  return draft.address;
}

function valuesOf(pool: GuestPool, { document, context }: Building): FlavourValues {
  const namespace = document.spec.namespace ?? "default";
  checkClass(pool.vmClass, document, context);
  const size = pool.vmClass === undefined ? undefined : classOf(pool.vmClass, namespace, context);
  const memoryBytes = size?.size.memoryBytes;
  return {
    clusterName: document.spec.name,
    namespace,
    poolName: pool.name,
    version: pool.version,
    vmClass: pool.vmClass,
    vmClassCpus: size?.size.vcpus,
    vmClassMemoryMiB: memoryBytes === undefined ? undefined : Math.floor(memoryBytes / MEBIBYTE),
    storageClass: pool.storageClass,
  };
}

/** Fields that a template takes from the cluster point to where the cluster states them. */
function originsOf(template: FlavourTemplate, pool: GuestPool): Origins {
  const origins: Record<JsonPointer, JsonPointer> = { "": pool.pointers.self };
  for (const { pointer, from } of template.set) {
    if (from === "version") origins[pointer] = pool.pointers.version;
    else if (from === "storageClass") origins[pointer] = pool.pointers.storageClass;
    else if (from.startsWith("vmClass")) origins[pointer] = pool.pointers.vmClass;
  }
  return origins;
}

function filled(template: FlavourTemplate, pool: GuestPool, building: Building): JsonObject {
  const { content, broken } = fillTemplate(template, valuesOf(pool, building));
  const { document, flavour, context } = building;
  for (const pointer of broken) {
    context.report(templateBroken(document, { flavour, template, pointer }));
  }
  return content;
}

/** An object whose content is told by its name, so that a change makes a new one beside it. */
function hashed(part: Omit<Part, "rules">, { context }: Building): Part {
  const { apiVersion, kind, name, attributes } = part;
  const text = canonicalJson([apiVersion, kind, attributes]);
  const hash = context.digest(text).slice(0, HASH_LENGTH);
  return { ...part, name: `${name}-${hash}`, rules: TEMPLATE_RULES };
}

function machines(
  template: FlavourTemplate,
  pool: GuestPool,
  name: string,
  building: Building,
): Part {
  const { apiVersion, kind } = template;
  const attributes = filled(template, pool, building);
  return hashed(
    { apiVersion, kind, name, attributes, origins: originsOf(template, pool) },
    building,
  );
}

function infrastructure(building: Building): Part {
  const { flavour, document, cluster } = building;
  const { apiVersion, kind } = flavour.infrastructureCluster;
  return {
    apiVersion,
    kind,
    name: document.spec.name,
    attributes: filled(flavour.infrastructureCluster, cluster.controlPlane, building),
    origins: { "": "" },
  };
}

function addWorkers(pool: GuestPool, after: Address, building: Building): Address[] {
  const { document, flavour } = building;
  const name = `${document.spec.name}-${pool.name}`;
  const template = machines(flavour.workerMachineTemplate, pool, name, building);
  const spec = joining(flavour.workerConfig, pool);
  const bootstrap = hashed(
    {
      apiVersion: BOOTSTRAP,
      kind: "KubeadmConfigTemplate",
      name,
      attributes: { spec: { template: { spec } } },
      origins: { "": pool.pointers.self },
    },
    building,
  );
  const needs = [addPart(template, building), addPart(bootstrap, building)];
  const workers = deployment(pool, { bootstrap, template }, building);
  // Workers are never newer than their control plane: an upgrade goes through it first.
  return [...needs, addPart({ ...workers, dependsOn: [after, ...needs] }, building)];
}

function clusterDraft(owner: Draft, cluster: GuestCluster, context: Context): Draft {
  const kind = context.kinds.byKey(KEYS.cluster);
  const rules = kind?.rules ?? LIVE_RULES;
  const { controlPlane: pool, networkPointer } = cluster;
  return {
    ...owner,
    kindKey: KEYS.cluster,
    apiVersion: CORE,
    kind: "cluster",
    rules: {
      ...rules,
      timing: [
        ...rules.timing,
        { path: "/spec/controlPlaneRef", timing: "replace" },
        { path: "/spec/infrastructureRef", timing: "replace" },
      ],
    },
    origins: {
      "": "",
      "/spec/clusterNetwork": networkPointer,
      "/spec/topology/version": pool.pointers.version,
    },
  };
}

function addParts(building: Building): void {
  const { parent, cluster, flavour, document } = building;
  const infra = infrastructure(building);
  const template = machines(
    flavour.controlPlaneMachineTemplate,
    cluster.controlPlane,
    `${document.spec.name}-control-plane`,
    building,
  );
  const plane = controlPlane(template, building);
  const first = addPart(template, building);
  const after = addPart({ ...plane, dependsOn: [first] }, building);
  const workers = cluster.pools.flatMap((pool) => addWorkers(pool, after, building));
  // The cluster comes last and goes first: then Cluster API takes its parts down in its own order.
  parent.dependsOn.push(addPart(infra, building), first, after, ...workers);
  const { metadata, guest } = parent.attributes;
  const { paused } = objectAt(document.value, "spec");
  parent.attributes = {
    ...(metadata === undefined ? {} : { metadata }),
    spec: {
      ...(paused === undefined ? {} : { paused }),
      clusterNetwork: networkOf(cluster),
      controlPlaneRef: referenceTo(plane),
      infrastructureRef: referenceTo(infra),
    },
    ...(guest === undefined ? {} : { guest }),
  };
}

/**
 * A guest cluster on a management cluster: with a flavour it becomes the objects that Cluster API
 * knows, without one its topology is handed over as it is.
 */
export function addManagedCluster(owner: Draft, document: Document, context: Context): void {
  if (!isJsonObject(objectAt(document.value, "spec")["topology"])) {
    owner.dependsOn.push(...homeOf(owner, context));
    return context.add(owner);
  }
  const flavour = context.flavourOf(owner.provider);
  const cluster = readGuestCluster(document);
  const { version } = cluster;
  const parent = clusterDraft(owner, cluster, context);
  if (version !== undefined) parent.attributes = { ...parent.attributes, guest: { version } };
  parent.dependsOn.push(...homeOf(parent, context));
  context.add(parent);
  if (flavour === undefined) {
    if (document.kind.key === KEYS.tanzuCluster) context.report(flavourMissing(document, owner));
    return;
  }
  const isWhole = checkManaged({ document, cluster }, context);
  if (flavour === "unknown" || !isWhole) return;
  addParts({ parent, document, cluster, flavour, context });
}
