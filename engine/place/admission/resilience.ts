import type { Resilience } from "../../model/outlook.ts";
import type { ClusterUse } from "../ledger/cluster-use.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { mebibytesDown, mebibytesUp, partsPerMillion } from "../basics/units.ts";
import type { Seat } from "../deciding/seating.ts";
import { FailureDrill, type Stranded } from "./drill.ts";

/** Workloads up to which failures are tried; beyond, amounts alone are counted. */
const SEATS_MAX = 2000;
/** Questions to hosts at most for each cluster and number of failures. */
const QUESTIONS_MAX = 20_000;

/** A ledger, and who sits where in it. */
export interface PlacedWorld {
  readonly ledger: Ledger;
  readonly placed: ReadonlyMap<string, Seat>;
}

/**
 * How many host failures the weakest cluster survives. Amounts say how many at most; where there
 * are not too many workloads every failure is tried as well, with all rules.
 */
export function resilienceOf(
  ledger: Ledger,
  seats: { readonly size: number; readonly all: () => ReadonlyMap<string, Seat> },
): Resilience {
  const world = seats.size > SEATS_MAX ? undefined : { ledger, placed: seats.all() };
  const drill = world && new FailureDrill({ ledger, seats: world.placed.values() });
  const found = ledger.clusters
    .map((cluster, number) => ({ cluster, number }))
    .filter(({ cluster }) => cluster.memoryAmounts.count > 0)
    .map(({ cluster, number }) => {
      const counted = countedResilience(cluster);
      return drill && world ? triedResilience(drill, { counted, number, world }) : counted;
    });
  const first = found[0] ?? { nPlus: 0, tightest: "memory" as const, spare: 0 };
  return found.reduce((weakest, each) => (each.nPlus < weakest.nPlus ? each : weakest), first);
}

/** Fewer failures than counted where one of them strands a workload. */
function triedResilience(
  drill: FailureDrill,
  cluster: {
    readonly counted: Resilience;
    readonly number: number;
    readonly world: PlacedWorld;
  },
): Resilience {
  const { counted, number, world } = cluster;
  const first = drill.sureFailures(number) + 1;
  for (let failures = first; failures <= counted.nPlus; failures++) {
    const { stranded, isComplete } = drill.survives(number, failures, QUESTIONS_MAX);
    if (stranded !== undefined) {
      return { ...counted, nPlus: failures - 1, stranded: strandedOf(stranded, world) };
    }
    if (!isComplete) break;
  }
  return counted;
}

/** The first of its class by key on one of the lost hosts, and those hosts, by name. */
export function strandedOf(
  { workloadClass, lost }: Stranded,
  { ledger, placed }: PlacedWorld,
): NonNullable<Resilience["stranded"]> {
  let first: string | undefined;
  for (const [key, seat] of placed) {
    if (seat.workloadClass !== workloadClass || !lost.includes(seat.host)) continue;
    if (first === undefined || key < first) first = key;
  }
  return { key: first ?? "", hosts: lost.map((host) => ledger.hosts[host]?.name ?? "").sort() };
}

function countedResilience(cluster: ClusterUse): Resilience {
  const { cpuAmounts, memoryAmounts, reservedCpu, reservedMemory } = cluster;
  let nPlus = 0;
  // Losing every host is no plan, so at least one stays.
  while (
    nPlus + 1 < memoryAmounts.count &&
    memoryAmounts.without(nPlus + 1) >= reservedMemory &&
    cpuAmounts.without(nPlus + 1) >= reservedCpu
  ) {
    nPlus++;
  }
  const declared = cluster.policy?.hostFailuresToTolerate ?? 0;
  const cpuLeft = cpuAmounts.without(declared);
  const memoryLeft = memoryAmounts.without(declared);
  const cpuUse = partsPerMillion(reservedCpu, cpuLeft);
  const memoryUse = partsPerMillion(mebibytesUp(reservedMemory), mebibytesDown(memoryLeft));
  return cpuUse > memoryUse
    ? { nPlus, tightest: "cpu", spare: cpuLeft - reservedCpu }
    : { nPlus, tightest: "memory", spare: memoryLeft - reservedMemory };
}
