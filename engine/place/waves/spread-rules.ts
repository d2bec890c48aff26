import type { Host } from "../../model/host.ts";
import type { WorkloadClass } from "../classes/classes.ts";
import { spreadEligible } from "../classes/spread.ts";
import { runningClasses, type World } from "./leg.ts";
import { SpreadRule } from "./spread-rule.ts";

/** The constraints that the legs have to do with, by class; equal ones are one rule. */
export function spreadRulesOf(world: World): ReadonlyMap<WorkloadClass, readonly SpreadRule[]> {
  const counters = countersOf(world);
  const rules = new Map<string, SpreadRule>();
  const held = new Map<WorkloadClass, readonly SpreadRule[]>();
  if (counters.size === 0) return held;
  const eligible = new EligibleHosts(world.ledger.hosts);
  for (const workloadClass of runningClasses(world)) {
    const { spreadHard } = workloadClass.terms;
    if (!spreadHard.some(({ perHost }) => counters.has(perHost))) continue;
    const { number, masks } = eligible.of(workloadClass);
    const own = spreadHard.flatMap((term, index): SpreadRule[] => {
      const counter = counters.get(term.perHost);
      if (counter === undefined) return [];
      const { maxSkew, minDomains = 0 } = term.constraint;
      const text = [counter, maxSkew, minDomains, number, index].join(" ");
      const rule = rules.get(text) ?? new SpreadRule(term, masks[index] ?? new Uint8Array(0));
      rules.set(text, rule);
      return [rule];
    });
    held.set(workloadClass, own);
  }
  return held;
}

interface Eligible {
  readonly number: number;
  /** By constraint, 1 for every host that counts. */
  readonly masks: readonly Uint8Array[];
}

/** Hosts that count, found once for all classes that say the same of them. */
class EligibleHosts {
  readonly #hosts: readonly Host[];
  readonly #known = new Map<string, Eligible>();

  constructor(hosts: readonly Host[]) {
    this.#hosts = hosts;
  }

  of(workloadClass: WorkloadClass): Eligible {
    const { spreadHard } = workloadClass.terms;
    const { nodeSelector, nodeAffinity, tolerations } = workloadClass.sample.scheduling;
    const text = JSON.stringify([
      spreadHard.map(({ constraint: { topologyKey, nodeAffinityPolicy, nodeTaintsPolicy } }) => [
        topologyKey,
        nodeAffinityPolicy,
        nodeTaintsPolicy,
      ]),
      nodeSelector,
      nodeAffinity.required,
      tolerations,
    ]);
    let known = this.#known.get(text);
    if (known === undefined) {
      const masks = spreadEligible(workloadClass, spreadHard, this.#hosts);
      known = { number: this.#known.size, masks };
      this.#known.set(text, known);
    }
    return known;
  }
}

/** Numbers the counters of all constraints that count a leg, or that a leg has. */
function countersOf({ ledger, legs }: World): ReadonlyMap<Int32Array, number> {
  const counters = new Map<Int32Array, number>();
  for (const workloadClass of new Set(legs.map((leg) => leg.workloadClass))) {
    const { matchers } = ledger.classes.impactOf(workloadClass);
    for (const { perHost } of [...matchers, ...workloadClass.terms.spreadHard]) {
      if (perHost !== undefined) counters.set(perHost, counters.get(perHost) ?? counters.size);
    }
  }
  return counters;
}
