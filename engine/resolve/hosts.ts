import type { Host } from "../model/host.ts";
import { hostFromAttributes } from "../model/host-spec.ts";
import type { Document } from "./document.ts";
import { documentAttributes } from "./draft.ts";

/** Cluster of hosts and Supervisors that name none. */
export const CLUSTER_DEFAULT = "default";

/** The host that a Host document describes; allocatable is capacity minus reserved (row D03). */
export function readHost(document: Document, provider: string): Host {
  const facts = { name: document.spec.name, provider, planned: true };
  return hostFromAttributes(documentAttributes(document), facts);
}

/** Lowest frequency of the hosts of a cluster: reservations in MHz must hold everywhere (DEC-2). */
export function lowestMhz(hosts: readonly Host[], cluster: string | undefined): number | undefined {
  let lowest: number | undefined;
  for (const host of hosts) {
    if (cluster !== undefined && host.cluster !== cluster) continue;
    if (lowest === undefined || host.cpuMhz < lowest) lowest = host.cpuMhz;
  }
  return lowest;
}

/** A host that lists no datastores or no networks reaches all that others list. */
export function reachingAll(hosts: readonly Host[]): readonly Host[] {
  const datastores = everyNameOf(hosts, "datastores");
  const networks = everyNameOf(hosts, "networks");
  if (datastores.length + networks.length === 0) return hosts;
  return hosts.map((host) => ({
    ...host,
    datastores: host.datastores.length === 0 ? datastores : host.datastores,
    networks: host.networks.length === 0 ? networks : host.networks,
  }));
}

const everyNameOf = (hosts: readonly Host[], list: "datastores" | "networks"): readonly string[] =>
  [...new Set(hosts.flatMap((host) => host[list]))].sort();
