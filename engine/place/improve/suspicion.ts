import { type Applicant, applicantOf } from "../applicant.ts";
import type { WorkloadClass } from "../classes.ts";
import { type Filter, PASS } from "../filters/filter.ts";
import { hostPin } from "../filters/host-name.ts";
import { nodeAffinity } from "../filters/node-affinity.ts";
import type { Ledger } from "../ledger.ts";
import type { Sums } from "../sums.ts";
import type { Topology } from "../topology.ts";

/** Counts by domain, of which a seated member adds `own` to the domain it is in. */
interface Counted {
  readonly topology: Topology;
  readonly counts: Sums;
  readonly own: number;
}

/**
 * A quick look at seated members of a class: false means that no rule forbids them to stay, true
 * that the filters have to be asked. It counts what a member adds instead of taking it away.
 */
export class Suspicion {
  /** True when nothing that happens on other hosts could forbid a member to stay. */
  readonly isLocal: boolean;
  readonly #ledger: Ledger;
  readonly #near: readonly Counted[];
  readonly #far: readonly Counted[];
  readonly #isSpread: boolean;
  /** For what names the hosts on which it may be. */
  readonly #tied: Applicant | undefined;

  constructor(workloadClass: WorkloadClass, ledger: Ledger) {
    const { terms, sample } = workloadClass;
    const { matchers, antiHolders } = ledger.classes.impactOf(workloadClass);
    const isOwn = (counts: Sums): boolean =>
      matchers.some(({ counters }) => counters.some(({ values }) => values === counts));
    const counted = ({ topology, counts }: Omit<Counted, "own">): Counted => ({
      topology,
      counts,
      own: isOwn(counts) ? 1 : 0,
    });
    this.#ledger = ledger;
    this.#near = (terms.affinity?.terms ?? []).map(counted);
    this.#far = [
      ...terms.antiAffinity.map(counted),
      ...antiHolders.map((holder) => ({
        topology: holder.topology,
        counts: holder.weights,
        own: terms.held.reduce((sum, each) => sum + (each.holder === holder ? each.weight : 0), 0),
      })),
    ];
    this.#isSpread = terms.spreadHard.length > 0;
    this.isLocal =
      !this.#isSpread && [...this.#near, ...this.#far].every(({ topology }) => topology.isPerHost);
    const { nodeSelector, nodeAffinity: wanted } = sample.scheduling;
    const isTied =
      sample.pinHost !== undefined ||
      wanted.required !== undefined ||
      Object.keys(nodeSelector).length > 0;
    this.#tied = isTied ? applicantOf(workloadClass, ledger) : undefined;
  }

  /** True when no rule could forbid a member to stay anywhere. */
  get isIdle(): boolean {
    return (
      !this.#isSpread && this.#tied === undefined && this.#near.length + this.#far.length === 0
    );
  }

  isRaised(host: number): boolean {
    if (this.#isSpread) return true;
    for (const each of this.#near) if (othersOf(each, host) <= 0) return true;
    for (const each of this.#far) if (othersOf(each, host) > 0) return true;
    const tied = this.#tied;
    return tied !== undefined && TIES.some((each) => each.test(host, tied, this.#ledger) !== PASS);
  }
}

/** Filters of what names its hosts. */
const TIES: readonly Filter[] = [hostPin, nodeAffinity];

/** What others add to the domain of a host. */
function othersOf({ topology, counts, own }: Counted, host: number): number {
  const domain = topology.domainOf[host] ?? -1;
  return domain < 0 ? 0 : counts.at(domain) - own;
}
