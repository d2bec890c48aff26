// The list of all kinds. Importing it loads no schema and no validator: `prepareKinds` loads the
// validators of the kinds that a run really uses.
import type { KindRegistry } from "../engine/contract/kind.ts";
import type { SchemaKind } from "./_shared/define.ts";
import { generatedKinds } from "./_shared/generated-kinds.ts";
import { createRegistry } from "./_shared/registry.ts";
import { availabilityZone } from "./availability-zone/kind.ts";
import { clusterClass } from "./cluster-class/kind.ts";
import { clusterFlavour } from "./cluster-flavour/kind.ts";
import { clusterRoleBinding } from "./cluster-role-binding/kind.ts";
import { clusterRole } from "./cluster-role/kind.ts";
import { cluster } from "./cluster/kind.ts";
import { computeNode } from "./compute-node/kind.ts";
import { computePolicy } from "./compute-policy/kind.ts";
import { configMap } from "./config-map/kind.ts";
import { cronJob } from "./cron-job/kind.ts";
import { customResourceDefinition } from "./custom-resource-definition/kind.ts";
import { daemonSet } from "./daemon-set/kind.ts";
import { datastore } from "./datastore/kind.ts";
import { deployment } from "./deployment/kind.ts";
import { endpointSlice } from "./endpoint-slice/kind.ts";
import { environment } from "./environment/kind.ts";
import { horizontalPodAutoscaler } from "./horizontal-pod-autoscaler/kind.ts";
import { host } from "./host/kind.ts";
import { ingressClass } from "./ingress-class/kind.ts";
import { ingress } from "./ingress/kind.ts";
import { job } from "./job/kind.ts";
import { limitRange } from "./limit-range/kind.ts";
import { machineImage } from "./machine-image/kind.ts";
import { namespace } from "./namespace/kind.ts";
import { networkPolicy } from "./network-policy/kind.ts";
import { persistentVolumeClaim } from "./persistent-volume-claim/kind.ts";
import { persistentVolume } from "./persistent-volume/kind.ts";
import { placementRule } from "./placement-rule/kind.ts";
import { podDisruptionBudget } from "./pod-disruption-budget/kind.ts";
import { pod } from "./pod/kind.ts";
import { priorityClass } from "./priority-class/kind.ts";
import { replicaSet } from "./replica-set/kind.ts";
import { replicationController } from "./replication-controller/kind.ts";
import { resourceQuota } from "./resource-quota/kind.ts";
import { roleBinding } from "./role-binding/kind.ts";
import { role } from "./role/kind.ts";
import { scenario } from "./scenario/kind.ts";
import { secret } from "./secret/kind.ts";
import { segment } from "./segment/kind.ts";
import { serviceAccount } from "./service-account/kind.ts";
import { service } from "./service/kind.ts";
import { statefulSet } from "./stateful-set/kind.ts";
import { storageClass } from "./storage-class/kind.ts";
import { storagePolicy } from "./storage-policy/kind.ts";
import { supervisorNamespace } from "./supervisor-namespace/kind.ts";
import { supervisorService } from "./supervisor-service/kind.ts";
import { supervisor } from "./supervisor/kind.ts";
import { tanzuKubernetesCluster } from "./tanzu-kubernetes-cluster/kind.ts";
import { virtualMachineClass } from "./virtual-machine-class/kind.ts";
import { virtualMachineGroup } from "./virtual-machine-group/kind.ts";
import { virtualMachineService } from "./virtual-machine-service/kind.ts";
import { virtualMachineSetResourcePolicy } from "./virtual-machine-set-resource-policy/kind.ts";
import { virtualMachineSnapshot } from "./virtual-machine-snapshot/kind.ts";
import { virtualMachine } from "./virtual-machine/kind.ts";

const list: readonly SchemaKind[] = [
  availabilityZone,
  clusterClass,
  clusterFlavour,
  clusterRoleBinding,
  clusterRole,
  cluster,
  computeNode,
  computePolicy,
  configMap,
  cronJob,
  customResourceDefinition,
  daemonSet,
  datastore,
  deployment,
  endpointSlice,
  environment,
  horizontalPodAutoscaler,
  host,
  ingressClass,
  ingress,
  job,
  limitRange,
  machineImage,
  namespace,
  networkPolicy,
  persistentVolumeClaim,
  persistentVolume,
  placementRule,
  podDisruptionBudget,
  pod,
  priorityClass,
  replicaSet,
  replicationController,
  resourceQuota,
  roleBinding,
  role,
  scenario,
  secret,
  segment,
  serviceAccount,
  service,
  statefulSet,
  storageClass,
  storagePolicy,
  supervisorNamespace,
  supervisorService,
  supervisor,
  tanzuKubernetesCluster,
  virtualMachineClass,
  virtualMachineGroup,
  virtualMachineService,
  virtualMachineSetResourcePolicy,
  virtualMachineSnapshot,
  virtualMachine,
  ...generatedKinds,
];

/** Every kind that vpac knows. */
export const kinds: KindRegistry = createRegistry(list);

/**
 * Loads the validators of these kinds (all, when none are named); they can be used synchronously
 * afterwards. Keys that no kind has are passed over.
 */
export async function prepareKinds(keys?: Iterable<string>): Promise<void> {
  const wanted = keys === undefined ? undefined : new Set(keys);
  const used = list.filter((kind) => wanted === undefined || wanted.has(kind.key));
  await Promise.all(used.map((kind) => kind.prepare()));
}
