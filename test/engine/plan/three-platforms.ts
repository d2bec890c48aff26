/** One spec over three platforms, and the world that it is planned against. */
import { expect } from "vitest";
import type { JsonObject } from "../../../engine/model/json.ts";
import type { Plan, Step } from "../../../engine/model/plan.ts";
import { host } from "../../support/builders.ts";
import {
  afterApply,
  EMPTY_PLATFORMS,
  type Planned,
  planText,
  type Platforms,
} from "../../support/platforms.ts";
import { isAfter } from "./support.ts";

export const MINUTE_MS = 60_000;

/** A simulator, a hypervisor and a management cluster, and the namespace `shop`. */
export const ENVIRONMENT = `---
apiVersion: vpac.dev/v1alpha1
kind: Environment
metadata: {name: e}
spec:
  providers:
    - {name: sim, type: esxi-sim}
    - {name: kvm, type: libvirt, uri: "qemu:///system"}
    - {name: guests, type: cluster-api, flavour: in-memory}
---
{apiVersion: v1, kind: Namespace, metadata: {name: shop}}
`;

/** A guest cluster of three control-plane nodes and two workers. */
export const CLUSTER = `---
apiVersion: run.tanzu.vmware.com/v1alpha3
kind: TanzuKubernetesCluster
metadata: {name: dev, namespace: shop, annotations: {vpac.dev/provider: guests}}
spec:
  topology:
    controlPlane: {replicas: 3, vmClass: guaranteed-medium, tkr: {reference: {name: v1.36.0}}}
    nodePools: [{name: np-1, replicas: 2, vmClass: guaranteed-small}]
`;
const MACHINES = `---
{apiVersion: vpac.dev/v1alpha1, kind: MachineImage, metadata: {name: debian, annotations: {vpac.dev/provider: kvm}}, spec: {source: d.qcow2}}
---
{apiVersion: vmoperator.vmware.com/v1alpha6, kind: VirtualMachine, metadata: {name: db, namespace: shop, annotations: {vpac.dev/provider: kvm}}, spec: {className: best-effort-small, imageName: debian}}
---
{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop}, spec: {containers: [{name: c, image: "i:1"}]}}
`;
const TAKER = `---
apiVersion: v1
kind: ConfigMap
metadata: {name: where, namespace: shop, annotations: {vpac.dev/from: "/data/endpoint=tkc/shop/dev:endpoint, /data/secret=tkc/shop/dev:kubeconfigSecret.name"}}
data: {note: kept}
`;

/** One host of the simulator and one of the hypervisor. */
export const HOSTS: Platforms = {
  ...EMPTY_PLATFORMS,
  hosts: [host({ name: "esx-a" }), host({ name: "kvm-a", provider: "kvm", cluster: "other" })],
};

/** What a guest cluster tells once it is there. */
export const outputsOf = (step: Step): JsonObject =>
  step.kindKey === "cluster.x-k8s.io/Cluster"
    ? {
        endpoint: "https://h:6443",
        kubeconfigSecret: { namespace: "shop", name: "dev-kubeconfig", key: "value" },
      }
    : {};

/** The world after the plan of a text was applied to it. */
export const applied = (text: string, world: Platforms = HOSTS): Platforms =>
  afterApply(planText(text, world).plan, world, outputsOf);

/** What the plan does, by address, with HASH for hashes. */
export const actions = ({ plan }: Planned): Record<string, string> =>
  Object.fromEntries(
    plan.changes
      .filter(({ action }) => action !== "noop")
      .map(({ address, action }) => [address.replace(/-[0-9a-f]{8}$/, "-HASH"), action]),
  );
/** The only step at an address that starts so. */
export function stepFor(plan: Plan, prefix: string, verb: Step["verb"]): Step {
  const found = plan.steps.filter((step) => step.address.startsWith(prefix) && step.verb === verb);
  expect(found.map(({ address }) => address)).toHaveLength(1);
  return found[0] as Step;
}

/** Expects the later step to wait for the earlier one. */
export const follows = (plan: Plan, later: Step, earlier: Step): void =>
  expect([later.address, isAfter(plan, later, earlier), earlier.address]).toEqual([
    later.address,
    true,
    earlier.address,
  ]);

/** All of it, and a document that takes values of the cluster. */
export const ALL = ENVIRONMENT + CLUSTER + MACHINES + TAKER;
