import type { Amounts } from "../../model/demand.ts";
import type { Host } from "../../model/host.ts";
import type { PlacementProblem, PlacementWorkload } from "../../model/placement.ts";
import { ofOwnCores, ofSlowestCores } from "../basics/units.ts";

/**
 * The hosts of a problem once what runs has gone elsewhere: a host's measured use counts everything
 * on it whose use is known, so that this use goes along, at the pace of the cores there. `seatOf`
 * names the host of a workload then, of which it gets key and host as of now; undefined where it
 * has none any more. What leaves has none.
 */
export function hostsAfter(
  { hosts, workloads, leaving = [] }: Pick<PlacementProblem, "hosts" | "workloads" | "leaving">,
  seatOf: (key: string, at: string | undefined) => string | undefined,
): readonly Host[] {
  const change = new Map<string, Amounts>();
  const add = (host: string, { cpuMillicores, memoryBytes }: Amounts, sign: 1 | -1): void => {
    const known = change.get(host) ?? NOTHING;
    change.set(host, {
      cpuMillicores: known.cpuMillicores + sign * cpuMillicores,
      memoryBytes: known.memoryBytes + sign * memoryBytes,
    });
  };
  const take = (workload: PlacementWorkload, to: string | undefined): void => {
    const { at, active, wish, poweredOn } = workload;
    if (active === undefined || at === undefined || wish === "place" || !poweredOn) return;
    if (to === at) return;
    add(at, active, -1);
    if (to !== undefined) add(to, active, 1);
  };
  for (const workload of workloads) take(workload, seatOf(workload.key, workload.at));
  for (const workload of leaving) take(workload, undefined);
  if (change.size === 0) return hosts;
  const slowest = slowestOf(hosts);
  return hosts.map((host) => {
    const by = change.get(host.name);
    const mhz = slowest.get(host.cluster) ?? host.cpuMhz;
    return by === undefined ? host : { ...host, active: changed(host, by, mhz) };
  });
}

/** Frequency of the slowest cores of each cluster, in which the use of workloads is counted. */
function slowestOf(hosts: readonly Host[]): ReadonlyMap<string, number> {
  const slowest = new Map<string, number>();
  for (const { cluster, cpuMhz } of hosts) {
    slowest.set(cluster, Math.min(cpuMhz, slowest.get(cluster) ?? cpuMhz));
  }
  return slowest;
}

const NOTHING: Amounts = { cpuMillicores: 0, memoryBytes: 0 };

function changed({ active, cpuMhz }: Host, by: Amounts, slowestMhz: number): Amounts {
  const used = ofSlowestCores(active.cpuMillicores, cpuMhz, slowestMhz) + by.cpuMillicores;
  return {
    cpuMillicores: ofOwnCores(Math.max(0, used), cpuMhz, slowestMhz),
    memoryBytes: Math.max(0, active.memoryBytes + by.memoryBytes),
  };
}
