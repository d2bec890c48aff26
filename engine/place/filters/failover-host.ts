import type { Ledger } from "../ledger/ledger.ts";
import { type Filter, PASS } from "./filter.ts";

/**
 * Hosts that a cluster keeps for fail-over take nothing but what a lost host ran: a workload that
 * has to leave a host which is disconnected.
 */
export const failoverHost: Filter = {
  name: "FailoverHost",
  origin: "vsphere",
  scope: "host",
  reasons: [{ code: "failover-host", curable: false }],
  reads: ({ isRestart }) => String(isRestart),
  traits: (_applicant, ledger) => [
    { name: "kept for fail-over", of: (host) => String(isKeptForFailover(host, ledger)) },
  ],
  test: (host, { workloadClass }, ledger) =>
    workloadClass.isRestart || !isKeptForFailover(host, ledger) ? PASS : 0,
  describe: (host, _applicant, ledger) => ({
    message: `cluster ${ledger.hosts[host]?.cluster ?? ""} keeps the host free for fail-over`,
  }),
};

/** True for a host that the policy of its cluster dedicates to fail-over. */
function isKeptForFailover(host: number, ledger: Ledger): boolean {
  const admission = ledger.clusters[ledger.clusterOf[host] ?? 0]?.policy?.admission;
  if (admission?.kind !== "dedicated") return false;
  return admission.hosts.includes(ledger.hosts[host]?.name ?? "");
}
