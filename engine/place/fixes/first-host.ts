import type { Amounts } from "../../model/demand.ts";
import type { Host } from "../../model/host.ts";
import { amountText } from "../basics/amounts.ts";
import type { WorkloadClass } from "../classes/classes.ts";
import { minimumEntitlement } from "../classes/entitlement.ts";
import { ceilingOf } from "../filters/size.ts";

const GIBIBYTE = 1_073_741_824;

/** The label that names a host to rules. */
export const HOSTNAME = "kubernetes.io/hostname";

/** A host that would do, and how it is described. */
export interface Made {
  readonly host: Host;
  readonly like: string | undefined;
  /** How it differs from its model, as it is written and in words. */
  readonly differences: Readonly<Record<string, unknown>>;
  readonly words: readonly string[];
}

/** Most of what is requested, reserved with overhead, and allowed. */
export function needsOf(workloadClass: WorkloadClass): Amounts {
  const { demand } = workloadClass.sample;
  const ceiling = ceilingOf(workloadClass);
  const least = minimumEntitlement(demand);
  return {
    cpuMillicores: Math.max(
      demand.request.cpuMillicores,
      least.cpuMillicores,
      ceiling.cpuMillicores,
    ),
    memoryBytes: Math.max(demand.request.memoryBytes, least.memoryBytes, ceiling.memoryBytes),
  };
}

/** A host for a problem without any. */
export function fromNothing(workloadClass: WorkloadClass): Made {
  const { sample } = workloadClass;
  const { scheduling } = sample;
  const needs = needsOf(workloadClass);
  const memoryBytes = Math.max(1, Math.ceil(needs.memoryBytes / GIBIBYTE)) * GIBIBYTE;
  const cpuMillicores = Math.max(1, Math.ceil(needs.cpuMillicores / 1000)) * 1000;
  const name = sample.pinHost ?? scheduling.nodeName ?? "host-1";
  const { ephemeralStorageBytes, extended } = sample.demand.request;
  const capacity = { cpuMillicores, memoryBytes, ephemeralStorageBytes };
  const words = [
    `${amountText("cpuMillicores", cpuMillicores)} CPUs`,
    `${amountText("memoryBytes", memoryBytes)} memory`,
  ];
  return {
    host: {
      name,
      provider: sample.provider ?? "",
      cluster: scheduling.cluster ?? "",
      connection: "connected",
      unschedulable: false,
      memoryPressure: false,
      labels: { ...scheduling.nodeSelector, [HOSTNAME]: name },
      taints: [],
      cpuMhz: 1000,
      capacity,
      allocatable: { ...capacity, pods: 1, extended },
      active: { cpuMillicores: 0, memoryBytes: 0 },
      numa: [],
      runtimes: [scheduling.runtime],
      datastores: scheduling.datastores,
      networks: scheduling.networks,
      images: [],
      planned: true,
    },
    like: undefined,
    differences: {
      cpu: amountText("cpuMillicores", cpuMillicores),
      memory: amountText("memoryBytes", memoryBytes),
    },
    words,
  };
}
