/** Guest clusters in the words of three APIs, and what tests ask of their parts. */
import { expect } from "vitest";
import type { DesiredResource } from "../../../engine/model/desired.ts";
import type { ResolveResult } from "../../../engine/resolve/resolve.ts";

/** An Environment with the simulator and a management cluster of that flavour. */
export const environment = (flavour = ", flavour: in-memory"): string =>
  `---\n{apiVersion: vpac.dev/v1alpha1, kind: Environment, metadata: {name: e}, spec: {providers: [{name: sim, type: esxi-sim}, {name: guests, type: cluster-api${flavour}}]}}\n`;

/** Three control-plane nodes and two pools, of 2 and of 1 nodes. */
export const TANZU = `---
apiVersion: run.tanzu.vmware.com/v1alpha3
kind: TanzuKubernetesCluster
metadata: {name: dev, labels: {team: a}, annotations: {vpac.dev/provider: guests}}
spec:
  settings: {network: {pods: {cidrBlocks: [100.96.0.0/16]}, services: {cidrBlocks: [10.97.0.0/16]}}}
  topology:
    controlPlane: {replicas: 3, vmClass: guaranteed-medium, tkr: {reference: {name: v1.36.0---vendor.1}}}
    nodePools:
      - {name: np-1, replicas: 2, vmClass: guaranteed-small, labels: {tier: web}, taints: [{key: a, effect: NoSchedule}]}
      - {name: np-2, replicas: 1, vmClass: guaranteed-medium}
`;

/** The same but for the second pool, in the oldest API. */
export const OLDEST = `---
apiVersion: run.tanzu.vmware.com/v1alpha1
kind: TanzuKubernetesCluster
metadata: {name: dev, annotations: {vpac.dev/provider: guests}}
spec:
  settings: {network: {pods: {cidrBlocks: [100.96.0.0/16]}, services: {cidrBlocks: [10.97.0.0/16]}}}
  distribution: {fullVersion: v1.36.0+vendor.1}
  topology: {controlPlane: {count: 3, class: guaranteed-medium}, workers: {count: 2, class: guaranteed-small}}
`;

/** The same as a topology of a ClusterClass, with the policy of its storage. */
export const TOPOLOGY = `---
apiVersion: cluster.x-k8s.io/v1beta2
kind: Cluster
metadata: {name: dev, annotations: {vpac.dev/provider: guests}}
spec:
  clusterNetwork: {pods: {cidrBlocks: [100.96.0.0/16]}, services: {cidrBlocks: [10.97.0.0/16]}}
  topology:
    classRef: {name: tanzukubernetescluster}
    version: v1.36.0
    controlPlane: {replicas: 3}
    workers:
      machineDeployments:
        - {class: node-pool, name: np-1, replicas: 2, variables: {overrides: [{name: vmClass, value: guaranteed-small}]}}
    variables: [{name: vmClass, value: guaranteed-medium}, {name: storageClass, value: gold}]
---
{apiVersion: vpac.dev/v1alpha1, kind: StoragePolicy, metadata: {name: gold}, spec: {datastores: {matchLabels: {a: b}}}}
`;

/** The one resource whose address starts so. */
export const only = (result: ResolveResult, prefix: string): DesiredResource => {
  const found = [...result.value.resources.values()].filter(({ address }) =>
    address.startsWith(prefix),
  );
  expect(found.map(({ address }) => address)).toHaveLength(1);
  return found[0] as DesiredResource;
};

/** The machine template that a pool of `dev` is made from. */
export const templateOf = (result: ResolveResult, pool: string): DesiredResource =>
  only(result, `devmachinetemplate/default/dev-${pool}-`);

/** The addresses of what lives in the management cluster, with HASH for hashes. */
export const parts = (result: ResolveResult): string[] =>
  [...result.value.resources.values()]
    .filter(({ provider }) => provider === "guests")
    .map(({ address }) => address.replace(/-[0-9a-f]{8}$/, "-HASH"));
