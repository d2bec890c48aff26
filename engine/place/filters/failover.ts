import { refusalText } from "../admission/refusal.ts";
import { admitsAll, shortfallOf } from "../admission/shortfall.ts";
import type { ClusterUse } from "../ledger/cluster-use.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { clusterMark } from "../classes/marks.ts";
import { type Filter, PASS } from "./filter.ts";

/**
 * Cluster admission (row D10): what is reserved has to fit into what the cluster's policy leaves
 * after host failures. The answer is the same for every host of a cluster.
 */
export const failover: Filter = {
  name: "ClusterFailover",
  origin: "vsphere",
  scope: "ledger",
  reasons: [{ code: "cluster-failover", curable: true }],
  isIdle: (_applicant, { clusters }) => clusters.every((cluster) => admitsAll(cluster)),
  marks: (_applicant, ledger) => [clusterMark(ledger)],
  test: (host, applicant, ledger) => {
    const cluster = clusterOf(host, ledger);
    if (cluster === undefined || admitsAll(cluster)) return PASS;
    return shortfallOf(cluster, applicant, failuresOf(cluster)).amount > 0 ? 0 : PASS;
  },
  describe: (host, applicant, ledger) => {
    const cluster = clusterOf(host, ledger);
    if (cluster === undefined) return { message: "no cluster" };
    const failures = failuresOf(cluster);
    const { resource, amount } = shortfallOf(cluster, applicant, failures);
    const message = refusalText(cluster, applicant, failures);
    return resource === "slots" ? { message } : { message, short: amount };
  },
};

const clusterOf = (host: number, ledger: Ledger): ClusterUse | undefined =>
  ledger.clusters[ledger.clusterOf[host] ?? 0];

const failuresOf = ({ policy }: ClusterUse): number => policy?.hostFailuresToTolerate ?? 0;
