import type { Amounts } from "../../model/demand.ts";
import type { WorkloadClass } from "../classes/classes.ts";
import type { ClusterUse } from "../ledger/cluster-use.ts";
import type { HostAmounts } from "../ledger/host-amounts.ts";
import { multiplyDivide } from "../basics/units.ts";
import { slotsFor } from "./slots.ts";

/** How far a cluster is from admitting a workload. */
export interface Shortfall {
  readonly resource: "cpu" | "memory" | "slots";
  /** What it lacks; 0 when it admits the workload. */
  readonly amount: number;
  /** All that the cluster has of the resource. */
  readonly whole: number;
  /** What others have, what is wanted, and what both may have together. */
  readonly used: number;
  readonly wanted: number;
  readonly left: number;
}

type Resource = "cpu" | "memory";
const HUNDRED = 100;

/**
 * What the cluster lacks to admit one more of the class and still keep, by its policy, what is
 * needed after host failures. `dedicated` hosts are kept free by a filter of their own, and
 * `simulation` tries failures once a batch has its hosts; neither admits what `capacity` refuses.
 */
export function shortfallOf(
  cluster: ClusterUse,
  { workloadClass }: { readonly workloadClass: WorkloadClass },
  failures: number,
): Shortfall {
  const { admission } = cluster.policy ?? {};
  if (admission?.kind === "slots" && cluster.slots !== undefined) {
    return slotShortfall(cluster.slots, workloadClass, failures);
  }
  if (admission?.kind === "percentage") {
    return worst(cluster, workloadClass.reserved, (resource) => {
      const whole = amountsOf(cluster, resource).without(0);
      return multiplyDivide(whole, HUNDRED - percentKept(cluster, resource), HUNDRED);
    });
  }
  return worst(cluster, workloadClass.reserved, (resource) =>
    amountsOf(cluster, resource).without(failures),
  );
}

/** Per cent that stay unreserved: as stated, or the part of the hosts that may fail, rounded up. */
export function percentKept({ policy, cpuAmounts }: ClusterUse, resource: Resource): number {
  const admission = policy?.admission;
  if (admission?.kind !== "percentage") return 0;
  const stated = resource === "cpu" ? admission.cpuPercent : admission.memoryPercent;
  const failures = policy?.hostFailuresToTolerate ?? 0;
  const part = Math.ceil((failures * HUNDRED) / Math.max(1, cpuAmounts.count));
  return stated ?? Math.min(HUNDRED, part);
}

/** True where the policy keeps nothing, so that no workload can lack anything. */
export function admitsAll({ policy }: ClusterUse): boolean {
  if (policy?.admission?.kind === "dedicated") return true;
  return (policy?.hostFailuresToTolerate ?? 0) <= 0 && policy?.admission?.kind !== "percentage";
}

/** The shortfall of memory, else that of CPU. */
function worst(
  cluster: ClusterUse,
  reserved: Amounts,
  leftOf: (resource: Resource) => number,
): Shortfall {
  const memory = sumsOf(cluster, "memory", reserved.memoryBytes, leftOf("memory"));
  if (memory.amount > 0) return memory;
  return sumsOf(cluster, "cpu", reserved.cpuMillicores, leftOf("cpu"));
}

function sumsOf(cluster: ClusterUse, resource: Resource, wanted: number, left: number): Shortfall {
  const used = resource === "cpu" ? cluster.reservedCpu : cluster.reservedMemory;
  const whole = amountsOf(cluster, resource).without(0);
  return { resource, amount: Math.max(0, used + wanted - left), whole, used, wanted, left };
}

function slotShortfall(
  slots: NonNullable<ClusterUse["slots"]>,
  workloadClass: WorkloadClass,
  failures: number,
): Shortfall {
  const slot = slots.slot(workloadClass);
  const [used, wanted] = [slots.taken(slot), slotsFor(workloadClass, slot)];
  const left = slots.left(slot, failures);
  const amount = Math.max(0, used + wanted - left);
  return { resource: "slots", amount, whole: slots.left(slot, 0), used, wanted, left };
}

const amountsOf = (cluster: ClusterUse, resource: Resource): HostAmounts =>
  resource === "cpu" ? cluster.cpuAmounts : cluster.memoryAmounts;
