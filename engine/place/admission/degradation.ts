import type { PlacementResult } from "../../model/placement.ts";
import { cpuText, memoryText } from "../basics/amounts.ts";
import type { ClusterUse } from "../ledger/cluster-use.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { mebibytesDown, mebibytesUp } from "../basics/units.ts";

const MEBIBYTE = 1_048_576;

/** One resource of a cluster: what is used now, and what is there after the failures. */
interface Left {
  readonly what: string;
  readonly used: number;
  readonly left: number;
  readonly text: (amount: number) => string;
}

/**
 * Clusters in which, after the failures they are to survive, more of the use now would be missing
 * than their policy tolerates. Reservations hold all the same, so this refuses nothing.
 */
export function degradations(ledger: Ledger): PlacementResult["findings"] {
  return ledger.clusters.flatMap((cluster, number) => {
    const tolerated = cluster.policy?.degradationPercentMax;
    const failures = cluster.policy?.hostFailuresToTolerate ?? 0;
    if (tolerated === undefined || failures <= 0) return [];
    return resourcesOf(ledger, number, failures).flatMap((resource) =>
      finding(cluster, resource, { failures, tolerated }),
    );
  });
}

function finding(
  { name }: ClusterUse,
  { what, used, left, text }: Left,
  { failures, tolerated }: { readonly failures: number; readonly tolerated: number },
): PlacementResult["findings"] {
  const percent = used <= left ? 0 : Math.ceil(((used - left) * 100) / used);
  if (percent <= tolerated) return [];
  const hosts = failures === 1 ? "1 host" : `${String(failures)} hosts`;
  return [
    {
      code: "failover-degradation",
      message:
        `cluster ${name} uses ${text(used)} ${what} and has ${text(left)} after losing ${hosts}: ` +
        `${String(percent)} % would be missing, ${String(tolerated)} % are tolerated`,
    },
  ];
}

/** Use of all hosts, and capacity without the largest of those that run. */
function resourcesOf(ledger: Ledger, cluster: number, failures: number): readonly Left[] {
  const hosts = ledger.hosts.flatMap(({ connection }, host) =>
    ledger.clusterOf[host] === cluster && connection === "connected" ? [host] : [],
  );
  const sumOf = (amounts: Float64Array): number =>
    hosts.reduce((sum, host) => sum + (amounts[host] ?? 0), 0);
  const leftOf = (capacity: Float64Array): number =>
    hosts
      .map((host) => capacity[host] ?? 0)
      .sort((left, right) => right - left)
      .slice(failures)
      .reduce((sum, amount) => sum + amount, 0);
  return [
    {
      what: "CPU",
      used: sumOf(ledger.loadCpu),
      left: leftOf(ledger.capacityCpu),
      text: cpuText,
    },
    {
      what: "memory",
      used: mebibytesUp(sumOf(ledger.loadMemory)),
      left: mebibytesDown(leftOf(ledger.capacityMemory)),
      text: (mebibytes) => memoryText(mebibytes * MEBIBYTE),
    },
  ];
}
