import type { Applicant } from "../applicant.ts";
import type { Topology } from "../topology.ts";
import { isSilent, preferenceOf, shareOf } from "./inter-pod-affinity.ts";

/**
 * Preferences between workloads, kept up host by host: the score depends on the smallest and the
 * largest preference of all feasible hosts, and those seldom change.
 */
export class Leaning {
  readonly #applicant: Applicant;
  readonly #preferences: Float64Array;
  readonly #isCounted: Uint8Array;
  readonly #hosts = new Map<number, number>();
  #smallest = 0;
  #largest = 0;
  #isSilent = true;

  constructor(applicant: Applicant, hostCount: number) {
    this.#applicant = applicant;
    this.#preferences = new Float64Array(hostCount);
    this.#isCounted = new Uint8Array(hostCount);
  }

  /** 0..100; undefined where upstream skips the score. */
  valueOf(host: number): number | undefined {
    if (this.#isSilent) return undefined;
    return shareOf(this.#preferences[host] ?? 0, this.#smallest, this.#largest);
  }

  /** Counts these hosts and no others. */
  fill(feasible: readonly number[]): void {
    this.#hosts.clear();
    this.#isCounted.fill(0);
    for (const host of feasible) this.#count(host);
    this.#readRange();
  }

  /** Follows changes on some hosts; false when the values of all others changed with them. */
  follow(hosts: Iterable<number>, isFeasible: (host: number) => boolean): boolean {
    for (const host of hosts) {
      this.#forget(host);
      if (isFeasible(host)) this.#count(host);
    }
    const [smallest, largest, wasSilent] = [this.#smallest, this.#largest, this.#isSilent];
    this.#readRange();
    return smallest === this.#smallest && largest === this.#largest && wasSilent === this.#isSilent;
  }

  #count(host: number): void {
    const preference = preferenceOf(this.#applicant, host);
    this.#preferences[host] = preference;
    this.#isCounted[host] = 1;
    this.#hosts.set(preference, (this.#hosts.get(preference) ?? 0) + 1);
  }

  #forget(host: number): void {
    if (this.#isCounted[host] !== 1) return;
    const preference = this.#preferences[host] ?? 0;
    const left = (this.#hosts.get(preference) ?? 0) - 1;
    if (left > 0) this.#hosts.set(preference, left);
    else this.#hosts.delete(preference);
    this.#isCounted[host] = 0;
  }

  #readRange(): void {
    this.#smallest = Number.MAX_SAFE_INTEGER;
    this.#largest = Number.MIN_SAFE_INTEGER;
    for (const preference of this.#hosts.keys()) {
      this.#smallest = Math.min(this.#smallest, preference);
      this.#largest = Math.max(this.#largest, preference);
    }
    this.#isSilent = isSilent(this.#applicant);
  }
}

/** Undefined where a placement changes the preference of other hosts than its own. */
export function leaningOf(applicant: Applicant, hostCount: number): Leaning | undefined {
  const { preferred } = applicant.workloadClass.terms;
  const isOwn = ({ topology }: { readonly topology: Topology }): boolean =>
    topology.isPerHost || topology.isUniform;
  return preferred.every(isOwn) && applicant.impact.scoreHolders.every(isOwn)
    ? new Leaning(applicant, hostCount)
    : undefined;
}
