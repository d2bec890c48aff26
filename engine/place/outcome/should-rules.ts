import type { PlacementResult } from "../../model/placement.ts";
import type { WorkloadClass } from "../classes/classes.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { SHOULD_WEIGHT } from "../judging/wishes.ts";
import type { Seat } from "../deciding/seating.ts";
import { matchesTerm } from "../classes/selectors.ts";
import type { Waiting } from "../deciding/waiting.ts";

/** Workloads named by a finding; the rest is counted. */
const NAMED_MAX = 3;
const HOSTS_RULE = "a wish for hosts";

/**
 * Should rules that do not hold for what was placed, one finding a rule. They refuse nothing: a
 * host that breaks fewer of them comes first, and what is broken all the same is told.
 */
export function brokenWishes(
  ledger: Ledger,
  waiting: Waiting,
  seats: () => ReadonlyMap<string, Seat>,
): PlacementResult["findings"] {
  // Classes are few where workloads are many.
  const classes = new Set(ledger.classes.all().filter((each) => hasShouldRules(each)));
  if (classes.size === 0) return [];
  const placed = seats();
  const broken = new Map<string, string[]>();
  for (const { workload, workloadClass } of waiting) {
    if (!classes.has(workloadClass)) continue;
    const seat = placed.get(workload.key);
    if (seat === undefined) continue;
    for (const rule of brokenBy(seat, ledger)) {
      const text = `${workload.key} on ${ledger.hosts[seat.host]?.name ?? ""}`;
      const texts = broken.get(rule);
      if (texts === undefined) broken.set(rule, [text]);
      else texts.push(text);
    }
  }
  return [...broken].sort(byRule).map(([rule, workloads]) => {
    const named = workloads.sort().slice(0, NAMED_MAX).join(", ");
    const more = workloads.length - NAMED_MAX;
    const others = more > 0 ? ` and ${String(more)} more` : "";
    return { code: "should-rule", message: `${rule} does not hold for ${named}${others}` };
  });
}

const byRule = ([left]: [string, string[]], [right]: [string, string[]]): number =>
  left < right ? -1 : 1;

const hasShouldRules = ({ terms, sample }: WorkloadClass): boolean =>
  terms.preferred.some(({ weight }) => Math.abs(weight) >= SHOULD_WEIGHT) ||
  sample.scheduling.nodeAffinity.preferred.some(({ weight }) => weight >= SHOULD_WEIGHT);

/** Names of the rules that the seat breaks as everything stands. */
function brokenBy({ workloadClass, host }: Seat, ledger: Ledger): ReadonlySet<string> {
  const broken = new Set<string>();
  const { matchers } = ledger.classes.impactOf(workloadClass);
  for (const { topology, counter, weight, rule } of workloadClass.terms.preferred) {
    if (Math.abs(weight) < SHOULD_WEIGHT) continue;
    const domain = topology.domainOf[host] ?? -1;
    const itself = matchers.some(({ counters }) => counters.includes(counter)) ? 1 : 0;
    const others = domain < 0 ? 0 : counter.values.at(domain) - itself;
    if (weight > 0 ? others <= 0 : others > 0) broken.add(rule);
  }
  if (!isOnWishedHost(workloadClass, host, ledger)) broken.add(HOSTS_RULE);
  return broken;
}

/** Hosts that are wished are alternatives: any of them will do. */
function isOnWishedHost({ sample }: WorkloadClass, host: number, ledger: Ledger): boolean {
  const wished = sample.scheduling.nodeAffinity.preferred.filter(
    ({ weight }) => weight >= SHOULD_WEIGHT,
  );
  const { labels = {}, name = "" } = ledger.hosts[host] ?? {};
  return wished.length === 0 || wished.some(({ term }) => matchesTerm(term, labels, name));
}
