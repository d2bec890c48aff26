import type { WorkloadClass } from "../classes.ts";
import type { Ledger } from "../ledger.ts";
import { AffinityRule, type Role } from "./affinity-rule.ts";
import type { Guard, Leg, World } from "./leg.ts";

type Stake = readonly [rule: AffinityRule, role: Role];

/**
 * Keeps required affinity. Who enters a domain finds a match there that is sure to stay, and no
 * match leaves before those who need it have left or have another. A workload on its way is near
 * to whatever is near to either of its hosts, but only its source can count on it until it ends.
 */
export class AffinityGuard implements Guard {
  readonly #rules: readonly AffinityRule[];
  readonly #byCounter: ReadonlyMap<Int32Array, readonly AffinityRule[]>;
  readonly #heldBy: ReadonlyMap<WorkloadClass, AffinityRule>;
  readonly #stakes = new Map<WorkloadClass, readonly Stake[]>();
  readonly #ledger: Ledger;
  /** Keys of workloads that were, or may have been, without their match for a while. */
  readonly parted: Set<string> = new Set();

  constructor({ ledger, legs, seats }: World) {
    this.#ledger = ledger;
    this.#heldBy = rulesOf(ledger, legs);
    this.#rules = [...new Set(this.#heldBy.values())];
    const byCounter = new Map<Int32Array, AffinityRule[]>();
    for (const rule of this.#rules) {
      for (const counts of rule.counts.slice(0, 1)) {
        byCounter.set(counts, [...(byCounter.get(counts) ?? []), rule]);
      }
    }
    this.#byCounter = byCounter;
    if (this.#rules.length === 0) return;
    for (const { workloadClass, host } of seats) {
      const rule = this.#heldBy.get(workloadClass);
      rule?.count(host, { isMatch: false, isHolder: true }, 1);
      rule?.watch(host);
    }
    for (const { workloadClass, to } of legs) this.#heldBy.get(workloadClass)?.watch(to);
    this.#bearWhatComes(legs);
  }

  admits(leg: Leg): boolean {
    return this.#crossedBy(leg).every(([rule, role]) => rule.admits(leg.from, leg.to, role));
  }

  addWaits(leg: Leg): void {
    for (const [rule] of this.#crossedBy(leg)) rule.batches.addWaits(leg);
  }

  begin(leg: Leg): void {
    for (const [rule, role] of this.#crossedBy(leg)) {
      rule.begin(leg.from, leg.to, role);
      rule.batches.add(leg);
      if (rule.isOpen) this.parted.add(leg.key);
    }
  }

  endRound(legs: readonly Leg[]): void {
    for (const leg of legs) {
      for (const [rule, role] of this.#crossedBy(leg)) rule.end(leg.from, leg.to, role);
    }
    for (const rule of this.#rules) rule.batches.endRound();
  }

  letGo(): void {
    // What the plan ends has never been company to rely on.
  }

  /** Lets workloads of an affinity that holds the leg back go one by one; false without any. */
  open(leg: Leg): boolean {
    for (const [rule, role] of this.#crossedBy(leg)) {
      if (rule.isOpen || rule.admits(leg.from, leg.to, role)) continue;
      rule.isOpen = true;
      return true;
    }
    return false;
  }

  /** Whoever is alone now or at the end is not the fault of the order. */
  #bearWhatComes(legs: readonly Leg[]): void {
    const all = legs.flatMap((leg) =>
      this.#stakesOf(leg.workloadClass).map(([rule, role]) => ({ rule, role, leg })),
    );
    for (const rule of this.#rules) rule.bearLoss();
    for (const { rule, role, leg } of all) {
      rule.count(leg.from, role, -1);
      rule.count(leg.to, role, 1);
    }
    for (const rule of this.#rules) rule.bearLoss();
    for (const { rule, role, leg } of all) {
      rule.count(leg.from, role, 1);
      rule.count(leg.to, role, -1);
    }
  }

  #crossedBy({ workloadClass, from, to }: Leg): readonly Stake[] {
    return this.#stakesOf(workloadClass).filter(([rule, role]) => rule.isCrossed(from, to, role));
  }

  #stakesOf(workloadClass: WorkloadClass): readonly Stake[] {
    let stakes = this.#stakes.get(workloadClass);
    if (stakes === undefined) {
      const held = this.#heldBy.get(workloadClass);
      const { matchers } = this.#ledger.classes.impactOf(workloadClass);
      const matched = new Set(
        matchers.flatMap(({ counts }) =>
          [...counts.values()].flatMap((counter) => this.#byCounter.get(counter) ?? []),
        ),
      );
      const rules = held === undefined ? matched : new Set([...matched, held]);
      stakes = [...rules].map((rule): Stake => {
        return [rule, { isMatch: matched.has(rule), isHolder: rule === held }];
      });
      this.#stakes.set(workloadClass, stakes);
    }
    return stakes;
  }
}

/** The affinities that the legs have to do with, by class; equal ones are one rule. */
function rulesOf(ledger: Ledger, legs: readonly Leg[]): ReadonlyMap<WorkloadClass, AffinityRule> {
  const counters = countersOf(ledger, legs);
  const rules = new Map<string, AffinityRule>();
  const held = new Map<WorkloadClass, AffinityRule>();
  if (counters.size === 0) return held;
  for (const workloadClass of ledger.classes.all()) {
    const { affinity } = workloadClass.terms;
    if (affinity === undefined) continue;
    const numbers = affinity.terms.map(({ counts }) => counters.get(counts));
    if (numbers.includes(undefined)) continue;
    const text = [affinity.matchesItself, ...numbers].join(" ");
    const rule = rules.get(text) ?? new AffinityRule(affinity);
    rules.set(text, rule);
    held.set(workloadClass, rule);
  }
  return held;
}

/** Numbers the counters of all affinities that a leg matches or has. */
function countersOf(ledger: Ledger, legs: readonly Leg[]): ReadonlyMap<Int32Array, number> {
  const counters = new Map<Int32Array, number>();
  const add = (counter: Int32Array): void => {
    if (!counters.has(counter)) counters.set(counter, counters.size);
  };
  for (const workloadClass of new Set(legs.map((leg) => leg.workloadClass))) {
    for (const { counts } of ledger.classes.impactOf(workloadClass).matchers) {
      for (const counter of counts.values()) add(counter);
    }
    for (const { counts } of workloadClass.terms.affinity?.terms ?? []) add(counts);
  }
  return counters;
}
