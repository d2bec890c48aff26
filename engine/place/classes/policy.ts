import type { PlacementPolicy } from "../../model/desired.ts";
import type { WorkloadClass } from "./classes.ts";
import type { Ledger } from "../ledger/ledger.ts";

const DEFAULT_POLICY: PlacementPolicy = {
  cluster: undefined,
  scoring: "LeastAllocated",
  chooser: "drs",
  hostFailuresToTolerate: 0,
};

/** The policy of the workload's cluster; without one, that of the only or first cluster. */
export function policyFor(workloadClass: WorkloadClass, ledger: Ledger): PlacementPolicy {
  const wanted = workloadClass.sample.scheduling.cluster;
  const cluster =
    ledger.clusters.find((candidate) => candidate.name === wanted) ?? ledger.clusters[0];
  return cluster?.policy ?? DEFAULT_POLICY;
}
