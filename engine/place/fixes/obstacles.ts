import type { Applicant } from "../classes/applicant.ts";
import { PASS } from "../filters/filter.ts";
import { FILTERS } from "../filters/index.ts";
import type { Ledger } from "../ledger/ledger.ts";
import {
  connectionRelaxations,
  cordonRelaxations,
  datastoreRelaxations,
  networkRelaxations,
  pressureRelaxations,
  runtimeRelaxations,
  taintRelaxations,
} from "./host-states.ts";
import { gpuRelaxations } from "./devices.ts";
import { failoverHostRelaxations, failoverRelaxations, overcommitRelaxations } from "./limits.ts";
import { roomRelaxations } from "./room.ts";
import {
  interPodRelaxations,
  nodeAffinityRelaxations,
  nodeNameRelaxations,
  pinRelaxations,
  portRelaxations,
  spreadRelaxations,
} from "./rules.ts";
import type { Relaxation } from "./scene.ts";

/** What would take away each thing that a filter holds against a host, cheapest first. */
type Relaxer = (
  host: number,
  applicant: Applicant,
  ledger: Ledger,
) => readonly (readonly Relaxation[])[];

/**
 * By the name of the filter. Without an entry nothing can be done on that host: a repair cannot
 * stay where it is, and a workload changes neither its provider nor its cluster.
 */
const RELAXERS: Readonly<Record<string, Relaxer>> = {
  NodeName: nodeNameRelaxations,
  HostPin: pinRelaxations,
  NodeUnschedulable: cordonRelaxations,
  HostConnection: connectionRelaxations,
  Runtime: runtimeRelaxations,
  FailoverHost: failoverHostRelaxations,
  TaintToleration: taintRelaxations,
  InterPodAffinity: interPodRelaxations,
  NodeAffinity: nodeAffinityRelaxations,
  NodePorts: portRelaxations,
  NodeResourcesFit: roomRelaxations,
  GpuDevice: gpuRelaxations,
  PodTopologySpread: spreadRelaxations,
  HostSize: roomRelaxations,
  HostReservation: roomRelaxations,
  CpuOvercommit: overcommitRelaxations,
  MemoryPressure: pressureRelaxations,
  DatastoreReach: datastoreRelaxations,
  NetworkReach: networkRelaxations,
  ClusterFailover: failoverRelaxations,
};

/** One bit for each filter that rejects the host, by its position in the list of filters. */
export function failingFilters(host: number, applicant: Applicant, ledger: Ledger): number {
  let failing = 0;
  FILTERS.forEach((filter, order) => {
    if (filter.test(host, applicant, ledger) !== PASS) failing |= 1 << order;
  });
  return failing;
}

/**
 * All that is in the way on one host, each with the edits that take it away; undefined when
 * something cannot be taken away.
 */
export function obstaclesOf(
  host: number,
  failing: number,
  { applicant, ledger }: { readonly applicant: Applicant; readonly ledger: Ledger },
): readonly (readonly Relaxation[])[] | undefined {
  const relaxers = new Set<Relaxer>();
  for (let order = 0; order < FILTERS.length; order++) {
    if ((failing & (1 << order)) === 0) continue;
    const relaxer = RELAXERS[FILTERS[order]?.name ?? ""];
    if (relaxer === undefined) return undefined;
    relaxers.add(relaxer);
  }
  const obstacles = [...relaxers].flatMap((relaxer) => relaxer(host, applicant, ledger));
  return obstacles.some((alternatives) => alternatives.length === 0) ? undefined : obstacles;
}
