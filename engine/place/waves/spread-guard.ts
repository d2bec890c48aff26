import type { WorkloadClass } from "../classes/classes.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Guard, Leg, World } from "./leg.ts";
import type { Part, SpreadRule } from "./spread-rule.ts";
import { spreadRulesOf } from "./spread-rules.ts";

type Stake = readonly [rule: SpreadRule, part: Part];

/**
 * Keeps hard spread constraints. Who enters a domain finds the skew allowed whatever else of its
 * round has happened, and nobody makes the skew of a constraint larger than it was and will be.
 */
export class SpreadGuard implements Guard {
  readonly #leaving: World["leaving"];
  readonly #rules: readonly SpreadRule[];
  readonly #byCounter = new Map<Int32Array, readonly SpreadRule[]>();
  readonly #heldBy: ReadonlyMap<WorkloadClass, readonly SpreadRule[]>;
  readonly #stakes = new Map<WorkloadClass, readonly Stake[]>();
  readonly #ledger: Ledger;
  #isLeavingGone = false;

  constructor(world: World) {
    const { ledger, legs, leaving } = world;
    this.#ledger = ledger;
    this.#leaving = leaving;
    this.#heldBy = spreadRulesOf(world);
    for (const rule of new Set([...this.#heldBy.values()].flat())) {
      const others = this.#byCounter.get(rule.perHost) ?? [];
      this.#byCounter.set(rule.perHost, [...others, rule]);
    }
    this.#rules = [...this.#byCounter.values()].flat();
    for (const { key, workloadClass, host } of leaving) {
      for (const [rule, { isCounted }] of this.#stakesOf(workloadClass)) {
        if (!isCounted) continue;
        rule.perhaps(host, 1);
        rule.leaving.push(key);
      }
    }
    this.#bearWhatComes(legs);
  }

  admits(leg: Leg): boolean {
    return this.#stakesOf(leg.workloadClass).every(
      ([rule, part]) => !rule.isCrossed(leg.from, leg.to) || rule.admits(leg.from, leg.to, part),
    );
  }

  addWaits(leg: Leg): void {
    for (const [rule] of this.#crossedBy(leg)) {
      rule.batches.addWaits(leg);
      if (this.#isLeavingGone) for (const key of rule.leaving) leg.waits.gone.add(key);
    }
  }

  begin(leg: Leg): void {
    for (const [rule, part] of this.#crossedBy(leg)) {
      rule.begin(leg.from, leg.to, part);
      rule.batches.add(leg);
    }
  }

  endRound(legs: readonly Leg[]): void {
    for (const leg of legs) {
      for (const [rule, part] of this.#crossedBy(leg)) rule.end(leg.from, leg.to, part);
    }
    for (const rule of this.#rules) rule.endRound();
  }

  letGo(): void {
    this.#isLeavingGone = true;
    for (const { workloadClass, host } of this.#leaving) {
      for (const [rule, { isCounted }] of this.#stakesOf(workloadClass)) {
        if (isCounted) rule.perhaps(host, -1);
      }
    }
  }

  /** A skew that is too large now or at the end is not the fault of the order. */
  #bearWhatComes(legs: readonly Leg[]): void {
    const all = legs.flatMap((leg) =>
      this.#crossedBy(leg).flatMap(([rule, { isCounted }]) => (isCounted ? [{ rule, leg }] : [])),
    );
    for (const rule of this.#rules) rule.bearSkew();
    for (const { rule, leg } of all) {
      rule.count(leg.from, -1);
      rule.count(leg.to, 1);
    }
    for (const rule of this.#rules) rule.bearSkew();
    for (const { rule, leg } of all) {
      rule.count(leg.from, 1);
      rule.count(leg.to, -1);
    }
  }

  #crossedBy({ workloadClass, from, to }: Leg): readonly Stake[] {
    return this.#stakesOf(workloadClass).filter(([rule]) => rule.isCrossed(from, to));
  }

  #stakesOf(workloadClass: WorkloadClass): readonly Stake[] {
    let stakes = this.#stakes.get(workloadClass);
    if (stakes === undefined) {
      const held = this.#heldBy.get(workloadClass) ?? [];
      const { matchers } = this.#ledger.classes.impactOf(workloadClass);
      const counting = matchers.flatMap(({ perHost }) =>
        perHost === undefined ? [] : (this.#byCounter.get(perHost) ?? []),
      );
      stakes = [...new Set([...counting, ...held])].map((rule): Stake => {
        const part = { isCounted: counting.includes(rule), isHolder: held.includes(rule) };
        return [rule, part];
      });
      this.#stakes.set(workloadClass, stakes);
    }
    return stakes;
  }
}
