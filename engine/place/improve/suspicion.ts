import type { Applicant } from "../applicant.ts";
import { PASS } from "../filters/filter.ts";
import { hostPin } from "../filters/host-name.ts";
import { nodeAffinity } from "../filters/node-affinity.ts";
import type { Ledger } from "../ledger.ts";
import type { Topology } from "../topology.ts";

/** Counts by domain, of which a seated member adds `own` to the domain it is in. */
interface Counted {
  readonly topology: Topology;
  readonly counts: Int32Array;
  readonly own: number;
}

/**
 * A quick look at seated members of a class: false means that no rule forbids them to stay, true
 * that the filters have to be asked. It counts what a member adds instead of taking it away.
 */
export class Suspicion {
  readonly #applicant: Applicant;
  readonly #ledger: Ledger;
  readonly #near: readonly Counted[];
  readonly #far: readonly Counted[];
  readonly #isSpread: boolean;
  readonly #isTied: boolean;

  constructor(applicant: Applicant, ledger: Ledger) {
    const { workloadClass, impact } = applicant;
    const { terms, sample } = workloadClass;
    const touched = new Set(impact.matchers.flatMap(({ counts }) => [...counts.values()]));
    const counted = ({ topology, counts }: Omit<Counted, "own">): Counted => ({
      topology,
      counts,
      own: touched.has(counts) ? 1 : 0,
    });
    this.#applicant = applicant;
    this.#ledger = ledger;
    this.#near = (terms.affinity?.terms ?? []).map((term) => counted(term));
    this.#far = [
      ...terms.antiAffinity.map((term) => counted(term)),
      ...impact.antiHolders.map((holder) => ({
        topology: holder.topology,
        counts: holder.weights,
        own: terms.held.reduce((sum, each) => sum + (each.holder === holder ? each.weight : 0), 0),
      })),
    ];
    this.#isSpread = terms.spreadHard.length > 0;
    const { nodeSelector, nodeAffinity: wanted } = sample.scheduling;
    this.#isTied =
      sample.pinHost !== undefined ||
      wanted.required !== undefined ||
      Object.keys(nodeSelector).length > 0;
  }

  /** True when no rule could forbid a member to stay anywhere. */
  get isIdle(): boolean {
    return !this.#isSpread && !this.#isTied && this.#near.length + this.#far.length === 0;
  }

  isRaised(host: number): boolean {
    return (
      this.#isSpread ||
      this.#near.some((each) => othersOf(each, host) <= 0) ||
      this.#far.some((each) => othersOf(each, host) > 0) ||
      (this.#isTied &&
        [hostPin, nodeAffinity].some(
          (filter) => filter.test(host, this.#applicant, this.#ledger) !== PASS,
        ))
    );
  }
}

/** What others add to the domain of a host. */
function othersOf({ topology, counts, own }: Counted, host: number): number {
  const domain = topology.domainOf[host] ?? -1;
  return domain < 0 ? 0 : (counts[domain] ?? 0) - own;
}
