import type { ProviderConfig } from "./desired.ts";

type ProviderType = ProviderConfig["type"];

/**
 * What a provider of a type does with a kind. `held`: it makes an object of it. `input`: the
 * document steers the engine, and nothing is made of it there. `refused`: neither.
 */
export type Holding = "held" | "input" | "refused";

/** Kinds that say how others are sized, placed, grouped or built, and have no life of their own. */
const INPUTS: readonly string[] = [
  "vmoperator.vmware.com/VirtualMachineClass",
  "vmoperator.vmware.com/VirtualMachineGroup",
  "vmoperator.vmware.com/VirtualMachineSetResourcePolicy",
  "vsphere.policy.vmware.com/ComputePolicy",
  "cluster.x-k8s.io/ClusterClass",
  "storage.k8s.io/StorageClass",
  "scheduling.k8s.io/PriorityClass",
  "policy/PodDisruptionBudget",
  "vpac.dev/AvailabilityZone",
  "vpac.dev/ClusterFlavour",
  "vpac.dev/Datastore",
  "vpac.dev/Environment",
  "vpac.dev/Host",
  "vpac.dev/MachineImage",
  "vpac.dev/PlacementRule",
  "vpac.dev/RegistryProject",
  "vpac.dev/ResourcePool",
  "vpac.dev/Scenario",
  "vpac.dev/Segment",
  "vpac.dev/StoragePolicy",
];

/** Kinds of a namespace that a hypervisor has no notion of. */
const NAMESPACE_INPUTS: readonly string[] = [
  "core/ConfigMap",
  "core/LimitRange",
  "core/Namespace",
  "core/ResourceQuota",
  "core/Secret",
  "vpac.dev/SupervisorNamespace",
];

/** Plain objects that a management cluster can hold without any effect on machines. */
export const CLUSTER_PLAIN: readonly string[] = [
  "apiextensions.k8s.io/CustomResourceDefinition",
  "core/ConfigMap",
  "core/LimitRange",
  "core/Namespace",
  "core/ResourceQuota",
  "core/ServiceAccount",
  "networking.k8s.io/NetworkPolicy",
  "rbac.authorization.k8s.io/ClusterRole",
  "rbac.authorization.k8s.io/ClusterRoleBinding",
  "rbac.authorization.k8s.io/Role",
  "rbac.authorization.k8s.io/RoleBinding",
];

interface Holdings {
  readonly held: ReadonlySet<string>;
  readonly inputs: ReadonlySet<string>;
}

/** By type; a type that is absent holds every kind. */
const HOLDINGS: Readonly<Partial<Record<ProviderType, Holdings>>> = {
  libvirt: {
    held: new Set(["vmoperator.vmware.com/VirtualMachine"]),
    inputs: new Set([...INPUTS, ...NAMESPACE_INPUTS]),
  },
  "cluster-api": {
    held: new Set([
      "cluster.x-k8s.io/Cluster",
      "run.tanzu.vmware.com/TanzuKubernetesCluster",
      ...CLUSTER_PLAIN,
    ]),
    inputs: new Set(INPUTS),
  },
};

/** What a provider of `type` does with declared documents of the kind; see `Holding`. */
export function holdingOf(type: ProviderType | undefined, kindKey: string): Holding {
  const holdings = type === undefined ? undefined : HOLDINGS[type];
  if (holdings === undefined || holdings.held.has(kindKey)) return "held";
  return holdings.inputs.has(kindKey) ? "input" : "refused";
}

/**
 * True where the hosts are the connections that the settings name: a host that is not among them
 * any more may well run on, and nobody asks it.
 */
export const hasFixedHosts = (type: ProviderType): boolean => type === "libvirt";
