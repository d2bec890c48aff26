import type { Host } from "../../model/host.ts";
import type { WorkloadClass } from "./classes.ts";
import { matchesRequiredAffinity, untoleratedTaint } from "./selectors.ts";
import type { SpreadTerm } from "./terms.ts";

/**
 * Matching workloads per domain of one spread constraint, over the hosts that count for it. A
 * placement changes one domain, so the smallest count is followed and not searched for.
 */
export class DomainCounts {
  /** By domain number; 0 for domains without an eligible host. */
  readonly counts: Int32Array;
  readonly #term: SpreadTerm;
  readonly #eligible: Uint8Array;
  /** What each host added to its domain. */
  readonly #seen: Int32Array;
  /** Domains with at least one eligible host, by their count. */
  readonly #domainsBy: number[] = [];
  readonly #isEnough: boolean;
  #smallest = 0;
  /** Grows whenever the smallest count changes. */
  steps = 0;
  /** Grows whenever any count changes. */
  turns = 0;
  /** By domain the last time that somebody counted domains and met it. */
  readonly #metAt: Int32Array;
  #times = 0;

  constructor(term: SpreadTerm, eligible: Uint8Array) {
    const { domainOf, domainCount } = term.topology;
    this.#term = term;
    this.#eligible = eligible;
    this.counts = new Int32Array(domainCount);
    this.#seen = new Int32Array(eligible.length);
    this.#metAt = new Int32Array(domainCount);
    const isKnown = new Uint8Array(domainCount);
    let domains = 0;
    for (let host = 0; host < eligible.length; host++) {
      const domain = domainOf[host] ?? 0;
      if (eligible[host] !== 1 || isKnown[domain] === 1) continue;
      isKnown[domain] = 1;
      domains++;
    }
    this.#isEnough = domains >= Math.max(1, term.constraint.minDomains ?? 1);
    this.#domainsBy[0] = domains;
    for (let host = 0; host < eligible.length; host++) {
      if (term.perHost[host] !== 0) this.follow(host);
    }
  }

  /** Smallest count of all domains, 0 while there are fewer than `minDomains`. */
  get minimum(): number {
    return this.#isEnough ? this.#smallest : 0;
  }

  /** How many domains some hosts have between them. */
  domainsAmong(hosts: readonly number[]): number {
    const { domainOf } = this.#term.topology;
    const time = ++this.#times;
    let domains = 0;
    for (let index = 0; index < hosts.length; index++) {
      const domain = domainOf[hosts[index] ?? 0] ?? -1;
      if (domain < 0 || this.#metAt[domain] === time) continue;
      this.#metAt[domain] = time;
      domains++;
    }
    return domains;
  }

  /** Brings the counts up to what runs on a host now. */
  follow(host: number): void {
    if (this.#eligible[host] !== 1) return;
    const now = this.#term.perHost[host] ?? 0;
    const more = now - (this.#seen[host] ?? 0);
    if (more === 0) return;
    this.#seen[host] = now;
    this.turns++;
    const domain = this.#term.topology.domainOf[host] ?? 0;
    const before = this.counts[domain] ?? 0;
    const after = before + more;
    this.counts[domain] = after;
    this.#moveDomain(before, after);
  }

  #moveDomain(before: number, after: number): void {
    this.#domainsBy[before] = (this.#domainsBy[before] ?? 0) - 1;
    this.#domainsBy[after] = (this.#domainsBy[after] ?? 0) + 1;
    const smallest = this.#smallest;
    if (after < smallest) this.#smallest = after;
    while ((this.#domainsBy[this.#smallest] ?? 0) === 0) this.#smallest++;
    if (this.#smallest !== smallest) this.steps++;
  }
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
  const domains = terms.map(({ topology }) => topology.domainOf);
  const isEverywhere = terms.every(({ topology }) => topology.isEverywhere);
  return terms.map(({ constraint }) => {
    const isOpen = openTest(workloadClass, constraint);
    const eligible = new Uint8Array(hosts.length);
    if (isEverywhere && isOpen === undefined) return eligible.fill(1);
    for (let index = 0; index < eligible.length; index++) {
      if (domains.some((domainOf) => (domainOf[index] ?? -1) < 0)) continue;
      const host = isOpen === undefined ? undefined : hosts[index];
      eligible[index] = host === undefined || isOpen?.(host) === true ? 1 : 0;
    }
    return eligible;
  });
}

/** What a constraint asks of hosts beside their domains; undefined where that is nothing. */
function openTest(
  { sample: { scheduling } }: WorkloadClass,
  { nodeAffinityPolicy, nodeTaintsPolicy }: SpreadTerm["constraint"],
): ((host: Host) => boolean) | undefined {
  const { nodeSelector, nodeAffinity, tolerations } = scheduling;
  const isChoosy = Object.keys(nodeSelector).length > 0 || nodeAffinity.required !== undefined;
  const asksAffinity = nodeAffinityPolicy === "Honor" && isChoosy;
  const asksTaints = nodeTaintsPolicy === "Honor";
  if (!asksAffinity && !asksTaints) return undefined;
  return ({ labels, name, taints }) =>
    !(asksAffinity && !matchesRequiredAffinity(scheduling, labels, name)) &&
    !(asksTaints && untoleratedTaint(taints, tolerations) !== undefined);
}

/** Counts per domain as of now, in O(hosts) a constraint. */
export const spreadCounts = (
  terms: readonly SpreadTerm[],
  eligible: readonly Uint8Array[],
): readonly DomainCounts[] =>
  terms.map((term, index) => new DomainCounts(term, eligible[index] ?? new Uint8Array(0)));
