import type { Host } from "../model/host.ts";
import type { WorkloadClass } from "./classes.ts";
import { matchesRequiredAffinity, untoleratedTaint } from "./selectors.ts";
import type { SpreadTerm } from "./terms.ts";

/** Matching workloads per domain of one spread constraint, over the hosts that count for it. */
export interface DomainCounts {
  /** By domain number; 0 for domains without an eligible host. */
  readonly counts: Int32Array;
  /** Domains with at least one eligible host. */
  readonly domainCount: number;
  /** Smallest count among them, 0 while there are fewer than `minDomains`. */
  readonly minimum: number;
}

/**
 * Hosts that count for each constraint: all topology keys present, and node affinity and taints
 * respected where the constraint says so. Source: PodTopologySpread of kube-scheduler.
 */
export function spreadEligible(
  workloadClass: WorkloadClass,
  terms: readonly SpreadTerm[],
  hosts: readonly Host[],
): readonly Uint8Array[] {
  const { scheduling } = workloadClass.sample;
  return terms.map((term) =>
    Uint8Array.from(hosts, (host, index) => {
      if (terms.some((other) => (other.topology.domainOf[index] ?? -1) < 0)) return 0;
      const { nodeAffinityPolicy, nodeTaintsPolicy } = term.constraint;
      if (
        nodeAffinityPolicy === "Honor" &&
        !matchesRequiredAffinity(scheduling, host.labels, host.name)
      ) {
        return 0;
      }
      const isTainted =
        nodeTaintsPolicy === "Honor" &&
        untoleratedTaint(host.taints, scheduling.tolerations) !== undefined;
      return isTainted ? 0 : 1;
    }),
  );
}

/** Counts per domain as of now, in O(hosts) a constraint. */
export function spreadCounts(
  terms: readonly SpreadTerm[],
  eligible: readonly Uint8Array[],
): readonly DomainCounts[] {
  return terms.map((term, index) => countDomains(term, eligible[index] ?? new Uint8Array(0)));
}

function countDomains(term: SpreadTerm, eligible: Uint8Array): DomainCounts {
  const { domainOf, domainCount: size } = term.topology;
  const counts = new Int32Array(size);
  const isSeen = new Uint8Array(size);
  for (let host = 0; host < eligible.length; host++) {
    if (eligible[host] !== 1) continue;
    const domain = domainOf[host] ?? 0;
    isSeen[domain] = 1;
    counts[domain] = (counts[domain] ?? 0) + (term.perHost[host] ?? 0);
  }
  const seen = counts.filter((_count, domain) => isSeen[domain] === 1);
  const isEnough = seen.length >= Math.max(1, term.constraint.minDomains ?? 1);
  return { counts, domainCount: seen.length, minimum: isEnough ? smallest(seen) : 0 };
}

function smallest(counts: Int32Array): number {
  let minimum = Number.MAX_SAFE_INTEGER;
  for (const count of counts) minimum = Math.min(minimum, count);
  return minimum;
}

/** True when one more matching workload would make a domain too full for the constraint. */
export function violatesSpread(
  { constraint, matchesItself }: SpreadTerm,
  counted: DomainCounts | undefined,
  domain: number,
): boolean {
  if (counted === undefined) return false;
  const own = matchesItself ? 1 : 0;
  return (counted.counts[domain] ?? 0) + own - counted.minimum > constraint.maxSkew;
}
