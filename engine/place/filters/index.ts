import type { Filter } from "./filter.ts";
import { cpuOvercommit } from "./cpu-overcommit.ts";
import { failoverHost } from "./failover-host.ts";
import { failover } from "./failover.ts";
import { fit } from "./fit.ts";
import { gpuDevice } from "./gpu-device.ts";
import { hostLeft, hostName, hostPin } from "./host-name.ts";
import { hostPorts } from "./host-ports.ts";
import { cluster, connection, memoryPressure, runtime, unschedulable } from "./host-state.ts";
import { interPodAffinity } from "./inter-pod-affinity.ts";
import { nodeAffinity } from "./node-affinity.ts";
import { datastoreReach, networkReach } from "./reach.ts";
import { reservation } from "./reservation.ts";
import { size } from "./size.ts";
import { spread } from "./spread.ts";
import { taints } from "./taints.ts";

/**
 * All filters in the order in which they are asked (rows D02, P03). A host is counted under the
 * first one that rejects it. The cluster gate comes last, so that it shows only where nothing
 * else is in the way.
 */
export const FILTERS: readonly Filter[] = [
  hostName,
  hostPin,
  hostLeft,
  unschedulable,
  connection,
  runtime,
  cluster,
  failoverHost,
  taints,
  interPodAffinity,
  nodeAffinity,
  hostPorts,
  fit,
  gpuDevice,
  spread,
  size,
  reservation,
  cpuOvercommit,
  memoryPressure,
  datastoreReach,
  networkReach,
  failover,
];

/** Kubernetes' own filters in the order in which kube-scheduler's default profile runs them. */
export const KUBERNETES_FILTERS: readonly Filter[] = [
  hostName,
  unschedulable,
  taints,
  nodeAffinity,
  hostPorts,
  fit,
  spread,
  interPodAffinity,
];
