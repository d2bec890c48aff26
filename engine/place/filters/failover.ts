import type { Applicant } from "../applicant.ts";
import type { ClusterUse } from "../ledger.ts";
import { type Filter, PASS } from "./filter.ts";

/**
 * Cluster admission (row D10): what is reserved has to fit into the cluster after the declared
 * number of host failures, the largest hosts first.
 */
export const failover: Filter = {
  name: "ClusterFailover",
  origin: "vsphere",
  scope: "ledger",
  reasons: [{ code: "cluster-failover", curable: true }],
  test: (host, applicant, ledger) => {
    const cluster = ledger.clusters[ledger.clusterOf[host] ?? 0];
    const failures = cluster?.policy?.hostFailuresToTolerate ?? 0;
    if (cluster === undefined || failures <= 0) return PASS;
    return shortfallOf(cluster, applicant, failures).amount > 0 ? 0 : PASS;
  },
  describe: (host, applicant, ledger) => {
    const cluster = ledger.clusters[ledger.clusterOf[host] ?? 0];
    const failures = cluster?.policy?.hostFailuresToTolerate ?? 0;
    if (cluster === undefined) return { message: "no cluster" };
    const { resource, amount } = shortfallOf(cluster, applicant, failures);
    const hosts = failures === 1 ? "1 host" : `${String(failures)} hosts`;
    const outcome = `could not restart everything after losing ${hosts}`;
    return { message: `cluster ${cluster.name} ${outcome}: ${resource} short`, short: amount };
  },
};

/** Reserved amounts beyond what is left after `failures`; 0 when everything fits. */
export function shortfallOf(
  cluster: ClusterUse,
  { workloadClass }: Pick<Applicant, "workloadClass">,
  failures: number,
): { readonly resource: "cpu" | "memory"; readonly amount: number; readonly whole: number } {
  const memoryLeft = sum(cluster.memoryAmounts, failures);
  const memory = cluster.reservedMemory + workloadClass.reserved.memoryBytes - memoryLeft;
  if (memory > 0) {
    return { resource: "memory", amount: memory, whole: sum(cluster.memoryAmounts, 0) };
  }
  const cpu =
    cluster.reservedCpu + workloadClass.reserved.cpuMillicores - sum(cluster.cpuAmounts, failures);
  return { resource: "cpu", amount: Math.max(0, cpu), whole: sum(cluster.cpuAmounts, 0) };
}

function sum(amounts: readonly number[], from: number): number {
  let total = 0;
  for (let index = from; index < amounts.length; index++) total += amounts[index] ?? 0;
  return total;
}
