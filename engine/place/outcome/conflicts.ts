import { compareText } from "../../model/canonical.ts";
import type { PlacementResult } from "../../model/placement.ts";
import type { PodAffinityTerm } from "../../model/scheduling.ts";
import type { WorkloadClass } from "../classes/classes.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Matcher, MatcherTable } from "../classes/matchers.ts";
import type { Topology } from "../classes/topology.ts";

type Findings = PlacementResult["findings"];

/**
 * Rules that no placement can satisfy together (row D21): one wants an unplaced workload in the
 * domain of another, the other rule keeps exactly those two apart. Both rules are named.
 */
export function ruleConflicts(unplaced: readonly WorkloadClass[], ledger: Ledger): Findings {
  const table = ledger.classes.matchers;
  const bound = unplaced.filter(({ terms }) => terms.affinity !== undefined);
  if (bound.length === 0) return [];
  const classes = ledger.classes.all();
  const messages = new Map<string, string>();
  const report = (pair: readonly [string, string], workload: string): void => {
    const key = pair.join("\u0000");
    const message =
      `${pair[0]} wants ${workload} together with workloads from which ` +
      `${pair[1]} keeps it apart: no host can satisfy both`;
    if (!messages.has(key)) messages.set(key, message);
  };
  for (const workloadClass of bound) {
    for (const pair of conflictsOf(workloadClass, classes, table)) {
      report(pair, workloadClass.sample.key);
    }
  }
  return [...messages.values()]
    .sort((left, right) => compareText(left, right))
    .map((message) => ({ code: "rules-conflict", message }));
}

/** Pairs of rules that fight over one class: `[together, apart]`. */
function conflictsOf(
  workloadClass: WorkloadClass,
  classes: readonly WorkloadClass[],
  table: MatcherTable,
): readonly (readonly [string, string])[] {
  const { sample } = workloadClass;
  const { podAffinity, podAntiAffinity } = sample.scheduling;
  const found: (readonly [string, string])[] = [];
  for (const together of podAffinity.required) {
    const partners = partnersOf(together, sample.namespace, { classes, table });
    if (partners.length === 0) continue;
    const isApart = (partner: WorkloadClass, rule: string | undefined): boolean =>
      rule !== undefined && (partner !== workloadClass || partners.length === 1);
    const rules = partners.map(
      (partner) =>
        apartRule(podAntiAffinity.required, sample, { partner, together, table }) ??
        apartRule(partner.sample.scheduling.podAntiAffinity.required, partner.sample, {
          partner: workloadClass,
          together,
          table,
        }),
    );
    const first = rules.find((rule) => rule !== undefined);
    // One partner that may be near is enough to satisfy the affinity.
    const isHopeless = partners.every((partner, index) => isApart(partner, rules[index]));
    if (first !== undefined && isHopeless) found.push([together.rule, first]);
  }
  return found;
}

function partnersOf(
  term: PodAffinityTerm,
  namespace: string,
  { classes, table }: { readonly classes: readonly WorkloadClass[]; readonly table: MatcherTable },
): readonly WorkloadClass[] {
  const matcher: Matcher = table.ofTerms([term], namespace);
  return classes.filter(({ sample }) => table.satisfies(matcher, sample));
}

/** The first anti-affinity rule of `owner` that covers every domain in which both would meet. */
function apartRule(
  terms: readonly PodAffinityTerm[],
  owner: WorkloadClass["sample"],
  {
    partner,
    together,
    table,
  }: {
    readonly partner: WorkloadClass;
    readonly together: PodAffinityTerm;
    readonly table: MatcherTable;
  },
): string | undefined {
  return terms.find(
    (term) =>
      table.satisfies(table.ofTerms([term], owner.namespace), partner.sample) &&
      isWithin(table.topology(together.topologyKey), table.topology(term.topologyKey)),
  )?.rule;
}

/** True when every domain of the inner topology lies in one domain of the outer one. */
function isWithin(inner: Topology, outer: Topology): boolean {
  return inner.members.every((hosts) => {
    const domains = new Set(hosts.map((host) => outer.domainOf[host] ?? -1));
    return domains.size === 1 && !domains.has(-1);
  });
}
