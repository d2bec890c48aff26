import type { SpreadTerm } from "../classes/terms.ts";
import { Batches } from "./batches.ts";

/** What a leg does to one constraint: whether it is counted by it, and whether it has it. */
export interface Part {
  readonly isCounted: boolean;
  readonly isHolder: boolean;
}

/**
 * One hard spread constraint, with what may be counted while the legs of a round are on their way
 * in whatever order: at most and at least so many in each domain.
 */
export class SpreadRule {
  readonly batches: Batches = new Batches();
  /** Counted workloads that the plan ends, by key. */
  readonly leaving: string[] = [];
  readonly perHost: Int32Array;
  readonly #labelled: Int32Array;
  readonly #skewMax: number;
  /** Domain of each host that counts; -1 for the others. */
  readonly #domainOf: Int32Array;
  /** Domains with a host that counts. */
  readonly #domains: readonly number[];
  readonly #highs: Int32Array;
  readonly #lows: Int32Array;
  readonly #isEnough: boolean;
  /** Domains that holders of the constraint enter in this round. */
  readonly #entered: number[] = [];
  /** Largest skew that is borne: what is allowed, or what there was or will be anyway. */
  #skewBorne: number;

  constructor(term: SpreadTerm, eligible: Uint8Array) {
    const { topology, constraint, perHost } = term;
    this.perHost = perHost;
    this.#labelled = topology.domainOf;
    this.#skewMax = constraint.maxSkew;
    this.#skewBorne = constraint.maxSkew;
    this.#domainOf = topology.domainOf.map((domain, host) => (eligible[host] === 1 ? domain : -1));
    this.#domains = [...new Set(this.#domainOf)].filter((domain) => domain >= 0);
    this.#isEnough = this.#domains.length >= Math.max(1, constraint.minDomains ?? 1);
    this.#highs = new Int32Array(topology.domainCount);
    perHost.forEach((count, host) => this.#bump(this.#highs, host, count));
    this.#lows = this.#highs.slice();
  }

  /** Bears the skew that there is now. */
  bearSkew(): void {
    this.#skewBorne = Math.max(this.#skewBorne, this.#skew());
  }

  /** Counts something that the plan ends as perhaps there, or no more with a sign of -1. */
  perhaps(host: number, sign: 1 | -1): void {
    this.#bump(this.#highs, host, sign);
  }

  /** Counts something as there, or not with a sign of -1. */
  count(host: number, sign: 1 | -1): void {
    this.#bump(this.#highs, host, sign);
    this.#bump(this.#lows, host, sign);
  }

  /** True when the way changes what is counted, or what its holder is asked. */
  isCrossed(from: number, to: number): boolean {
    return (this.#domainOf[from] ?? -1) !== (this.#domainOf[to] ?? -1);
  }

  /** True when a leg that crosses can be on its way with those of this round. */
  admits(from: number, to: number, part: Part): boolean {
    if (part.isHolder && (this.#labelled[to] ?? -1) < 0) return false;
    if (this.batches.isFull) return false;
    this.begin(from, to, part);
    const lowest = this.#lowest();
    const admitted =
      this.#domains.every((domain) => (this.#highs[domain] ?? 0) - lowest <= this.#skewBorne) &&
      this.#entered.every((domain) => (this.#highs[domain] ?? 0) - lowest <= this.#skewMax);
    if (part.isHolder) this.#entered.pop();
    if (part.isCounted) {
      this.#bump(this.#lows, from, 1);
      this.#bump(this.#highs, to, -1);
    }
    return admitted;
  }

  begin(from: number, to: number, { isCounted, isHolder }: Part): void {
    if (isHolder) this.#entered.push(this.#labelled[to] ?? -1);
    if (!isCounted) return;
    this.#bump(this.#lows, from, -1);
    this.#bump(this.#highs, to, 1);
  }

  end(from: number, to: number, { isCounted }: Part): void {
    if (!isCounted) return;
    this.#bump(this.#highs, from, -1);
    this.#bump(this.#lows, to, 1);
  }

  endRound(): void {
    this.#entered.length = 0;
    this.batches.endRound();
  }

  #skew(): number {
    const lowest = this.#lowest();
    return this.#domains.reduce(
      (most, domain) => Math.max(most, (this.#highs[domain] ?? 0) - lowest),
      0,
    );
  }

  #lowest(): number {
    if (!this.#isEnough) return 0;
    let lowest = Infinity;
    for (const domain of this.#domains) lowest = Math.min(lowest, this.#lows[domain] ?? 0);
    return lowest;
  }

  #bump(counts: Int32Array, host: number, amount: number): void {
    const domain = this.#domainOf[host] ?? -1;
    if (domain >= 0) counts[domain] = (counts[domain] ?? 0) + amount;
  }
}
