import type { WorkloadClass } from "../classes/classes.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Seat } from "../deciding/seating.ts";
import type { Sums } from "../basics/sums.ts";
import { AffinityRule, type Role } from "./affinity-rule.ts";
import { type Guard, type Leg, runningClasses, type World } from "./leg.ts";

type Stake = readonly [rule: AffinityRule, role: Omit<Role, "isKept">];

/**
 * Keeps required affinity. Who enters a domain finds a match there that is sure to stay, and no
 * match leaves before those who need it have left or have another. A workload on its way is near
 * to whatever is near to either of its hosts, but only its source can count on it until it ends.
 */
export class AffinityGuard implements Guard {
  readonly #rules: readonly AffinityRule[];
  readonly #byCounter = new Map<Sums, readonly AffinityRule[]>();
  readonly #heldBy: ReadonlyMap<WorkloadClass, AffinityRule>;
  readonly #stakes = new Map<WorkloadClass, readonly Stake[]>();
  readonly #ledger: Ledger;
  /** Keys of legs that must not lose sight of their match. */
  readonly #kept = new Set<string>();
  /** Keys of workloads that were, or may have been, without their match for a while. */
  readonly parted: Set<string> = new Set();

  constructor(world: World) {
    const { ledger, legs, seats, leaving } = world;
    this.#ledger = ledger;
    this.#heldBy = rulesOf(world);
    this.#rules = [...new Set(this.#heldBy.values())];
    for (const rule of this.#rules) {
      const [counts] = rule.counts;
      if (counts === undefined) continue;
      this.#byCounter.set(counts, [...(this.#byCounter.get(counts) ?? []), rule]);
    }
    if (this.#rules.length === 0) return;
    for (const { key, workloadClass } of leaving) {
      for (const [rule, { isMatch }] of this.#stakesOf(workloadClass)) {
        if (isMatch) rule.leaving.push(key);
      }
    }
    this.#keepHolders(legs, seats());
  }

  admits(leg: Leg): boolean {
    return this.#crossedBy(leg).every(([rule, role]) => rule.admits(leg.from, leg.to, role));
  }

  addWaits(leg: Leg): void {
    // A newcomer anywhere ends the time in which another was the only one of its group.
    const isNew = leg.from < 0;
    for (const [rule] of isNew ? this.#stakesOf(leg.workloadClass) : this.#crossedBy(leg)) {
      rule.batches.addWaits(leg);
      for (const key of rule.gone) leg.waits.gone.add(key);
    }
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
    for (const rule of this.#rules) rule.endRound();
  }

  letGo(): void {
    for (const rule of this.#rules) rule.letGo();
  }

  /**
   * Lets workloads go one by one of every affinity that holds all of its legs back: nothing but
   * legs of its own could change that. False without any.
   */
  openStuck(waiting: readonly Leg[]): boolean {
    const { refusing, admitting } = this.#answersTo(waiting);
    const stuck = [...refusing].filter((rule) => !admitting.has(rule) && rule.leaving.length === 0);
    for (const rule of stuck) rule.isOpen = true;
    return stuck.length > 0;
  }

  /** The same of the first affinity that holds any leg back. */
  openAny(waiting: readonly Leg[]): boolean {
    const [first] = this.#answersTo(waiting).refusing;
    if (first !== undefined) first.isOpen = true;
    return first !== undefined;
  }

  /** Affinities that hold some leg back, and those that hold some not. */
  #answersTo(waiting: readonly Leg[]): Record<"refusing" | "admitting", Set<AffinityRule>> {
    const answers = { refusing: new Set<AffinityRule>(), admitting: new Set<AffinityRule>() };
    for (const leg of waiting) {
      for (const [rule, role] of this.#crossedBy(leg)) {
        if (rule.isOpen) continue;
        const isAdmitted = rule.admits(leg.from, leg.to, role);
        answers[isAdmitted ? "admitting" : "refusing"].add(rule);
      }
    }
    return answers;
  }

  /** Counts the holders that have a match now and in the end: nobody else can lose one. */
  #keepHolders(legs: readonly Leg[], seats: readonly Seat[]): void {
    const staying = seats.filter(({ workloadClass }) => this.#heldBy.has(workloadClass));
    const ways = [
      ...staying.map(({ workloadClass, host }) => ({
        workloadClass,
        from: host,
        to: host,
        key: "",
      })),
      ...legs.filter(({ workloadClass }) => this.#heldBy.has(workloadClass)),
    ];
    const isAlone = (rule: AffinityRule | undefined, host: number): boolean =>
      rule?.isAloneOn(host) === true;
    const found = ways.map((way) => {
      const rule = this.#heldBy.get(way.workloadClass);
      rule?.watch(way.from);
      rule?.watch(way.to);
      return { ...way, rule, isAlone: isAlone(rule, way.from) };
    });
    this.#shift(legs, 1);
    const kept = found.filter((way) => !way.isAlone && !isAlone(way.rule, way.to));
    this.#shift(legs, -1);
    for (const { rule, from, key } of kept) {
      rule?.count(from, { isKept: true }, 1);
      this.#kept.add(key);
    }
  }

  /** Takes the matches among the legs where they go, or back with a sign of -1. */
  #shift(legs: readonly Leg[], sign: 1 | -1): void {
    for (const { workloadClass, from, to } of legs) {
      for (const [rule, { isMatch }] of this.#stakesOf(workloadClass)) {
        rule.count(from, { isMatch }, sign === 1 ? -1 : 1);
        rule.count(to, { isMatch }, sign);
      }
    }
  }

  #crossedBy({ key, workloadClass, from, to }: Leg): readonly (readonly [AffinityRule, Role])[] {
    return this.#stakesOf(workloadClass).flatMap(([rule, part]) => {
      const role = { ...part, isKept: part.isHolder && this.#kept.has(key) };
      return rule.isCrossed(from, to, role) ? [[rule, role] as const] : [];
    });
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
function rulesOf(world: World): ReadonlyMap<WorkloadClass, AffinityRule> {
  const counters = countersOf(world);
  const rules = new Map<string, AffinityRule>();
  const held = new Map<WorkloadClass, AffinityRule>();
  if (counters.size === 0) return held;
  for (const workloadClass of runningClasses(world)) {
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
function countersOf({ ledger, legs }: World): ReadonlyMap<Sums, number> {
  const counters = new Map<Sums, number>();
  const add = (counter: Sums): void => {
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
