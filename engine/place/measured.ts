import type { Amounts } from "../model/demand.ts";
import type { Host } from "../model/host.ts";
import type { PlacementProblem } from "../model/placement.ts";

/**
 * The hosts of a problem once what runs has gone elsewhere: a host's measured use counts everything
 * on it whose use is known, so that this use goes along. `seatOf` names the host of a workload
 * then, undefined where it has none any more.
 */
export function hostsAfter(
  { hosts, workloads }: Pick<PlacementProblem, "hosts" | "workloads">,
  seatOf: (key: string) => string | undefined,
): readonly Host[] {
  const change = new Map<string, Amounts>();
  const add = (host: string, { cpuMillicores, memoryBytes }: Amounts, sign: 1 | -1): void => {
    const known = change.get(host) ?? NOTHING;
    change.set(host, {
      cpuMillicores: known.cpuMillicores + sign * cpuMillicores,
      memoryBytes: known.memoryBytes + sign * memoryBytes,
    });
  };
  for (const { key, at, active, wish, poweredOn } of workloads) {
    if (active === undefined || at === undefined || wish === "place" || !poweredOn) continue;
    const to = seatOf(key);
    if (to === at) continue;
    add(at, active, -1);
    if (to !== undefined) add(to, active, 1);
  }
  if (change.size === 0) return hosts;
  return hosts.map((host) => {
    const by = change.get(host.name);
    return by === undefined ? host : { ...host, active: sum(host.active, by) };
  });
}

const NOTHING: Amounts = { cpuMillicores: 0, memoryBytes: 0 };

const sum = (left: Amounts, right: Amounts): Amounts => ({
  cpuMillicores: Math.max(0, left.cpuMillicores + right.cpuMillicores),
  memoryBytes: Math.max(0, left.memoryBytes + right.memoryBytes),
});
