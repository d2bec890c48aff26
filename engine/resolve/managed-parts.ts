import type { Address } from "../model/address.ts";
import type { ChangeRules } from "../model/desired.ts";
import type { JsonObject, JsonPointer } from "../model/json.ts";
import { objectAt } from "../model/json.ts";
import type { Context } from "./context.ts";
import type { Document } from "./document.ts";
import type { Draft } from "./draft.ts";
import { LIVE_RULES } from "./draft.ts";
import type { Flavour } from "./flavours.ts";
import type { GuestCluster, GuestPool } from "./guest-clusters.ts";

/** What the objects of Cluster API are written in. */
export const CORE = "cluster.x-k8s.io/v1beta2";
const CONTROL_PLANE = "controlplane.cluster.x-k8s.io/v1beta2";
export const BOOTSTRAP = "bootstrap.cluster.x-k8s.io/v1beta2";
const DEPLOYMENT_LABEL = "cluster.x-k8s.io/deployment-name";

/** A template never changes: another content is another object, which its name tells. */
export const TEMPLATE_RULES: ChangeRules = {
  ...LIVE_RULES,
  timing: [{ path: "", timing: "replace" }],
};

/** One cluster while its parts are made. */
export interface Building {
  readonly parent: Draft;
  readonly document: Document;
  readonly cluster: GuestCluster;
  readonly flavour: Flavour;
  readonly context: Context;
}

/** Pointers into the document by pointers into the attributes of a part. */
export type Origins = Readonly<Record<JsonPointer, JsonPointer>>;

/** One of the objects that a cluster consists of. */
export interface Part {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly attributes: JsonObject;
  readonly origins: Origins;
  readonly dependsOn?: readonly Address[];
  readonly rules?: ChangeRules;
}

const groupOf = (apiVersion: string): string => apiVersion.split("/")[0] ?? "";

/** How one object of Cluster API names another one. */
export const referenceTo = ({ apiVersion, kind, name }: Part): JsonObject => ({
  apiGroup: groupOf(apiVersion),
  kind,
  name,
});

/** The control plane: as many nodes, of the version, as the cluster asks for. */
export function controlPlane(template: Part, building: Building): Part {
  const { cluster, document, flavour } = building;
  const pool = cluster.controlPlane;
  const deletion = objectAt(pool.value, "deletion");
  return {
    apiVersion: CONTROL_PLANE,
    kind: "KubeadmControlPlane",
    name: `${document.spec.name}-control-plane`,
    attributes: {
      spec: {
        replicas: pool.replicas,
        ...(pool.version === undefined ? {} : { version: pool.version }),
        machineTemplate: {
          ...labelled(pool.labels),
          spec: {
            infrastructureRef: referenceTo(template),
            ...(Object.keys(deletion).length === 0 ? {} : { deletion }),
          },
        },
        kubeadmConfigSpec: flavour.controlPlaneConfig,
      },
    },
    origins: {
      "": pool.pointers.self,
      "/spec/replicas": pool.pointers.replicas,
      "/spec/version": pool.pointers.version,
    },
  };
}

const labelled = (labels: Readonly<Record<string, string>>): JsonObject =>
  Object.keys(labels).length === 0 ? {} : { metadata: { labels } };

/** Taints of a pool are given to its nodes when they join. */
export function joining(config: JsonObject, pool: GuestPool): JsonObject {
  if (pool.taints.length === 0) return config;
  const join = objectAt(config, "joinConfiguration");
  const registration = { ...objectAt(join, "nodeRegistration"), taints: pool.taints };
  return { ...config, joinConfiguration: { ...join, nodeRegistration: registration } };
}

interface WorkerParts {
  readonly bootstrap: Part;
  readonly template: Part;
}

/** The workers of one pool. */
export function deployment(pool: GuestPool, parts: WorkerParts, building: Building): Part {
  const clusterName = building.document.spec.name;
  const name = `${clusterName}-${pool.name}`;
  const { replicas, version, failureDomain, value, pointers } = pool;
  const own = { [DEPLOYMENT_LABEL]: name };
  const { deletion, rollout, minReadySeconds } = value;
  return {
    apiVersion: CORE,
    kind: "MachineDeployment",
    name,
    attributes: {
      spec: {
        clusterName,
        replicas,
        ...(rollout === undefined ? {} : { rollout }),
        selector: { matchLabels: own },
        template: {
          metadata: { labels: { ...pool.labels, ...own } },
          spec: {
            clusterName,
            ...(version === undefined ? {} : { version }),
            ...(failureDomain === undefined ? {} : { failureDomain }),
            ...(deletion === undefined ? {} : { deletion }),
            ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
            bootstrap: { configRef: referenceTo(parts.bootstrap) },
            infrastructureRef: referenceTo(parts.template),
          },
        },
      },
    },
    origins: {
      "": pointers.self,
      "/spec/replicas": pointers.replicas,
      "/spec/template/spec/version": pointers.version,
    },
  };
}

/** Address ranges of the cluster. */
export function networkOf({ podCidrs, serviceCidrs, serviceDomain }: GuestCluster): JsonObject {
  return {
    ...(podCidrs.length === 0 ? {} : { pods: { cidrBlocks: podCidrs } }),
    ...(serviceCidrs.length === 0 ? {} : { services: { cidrBlocks: serviceCidrs } }),
    serviceDomain,
  };
}
