/** What should rules, soft taints and preferred terms say of a host; smaller is better. */
import type { Applicant } from "../classes/applicant.ts";
import { matchesTerm, tolerates } from "../classes/selectors.ts";
import type { Topology } from "../classes/topology.ts";
import type { Ledger } from "../ledger/ledger.ts";

/** Top weight of a preferred term: upstream allows 1 to 100. */
export const SHOULD_WEIGHT = 100;
const SOFT_TAINT_WEIGHT = 100;
const SOFT_SPREAD_WEIGHT = 10;

/** Should rules that the host would break, all three kinds added up. */
export const shouldViolations = (host: number, applicant: Applicant, ledger: Ledger): number =>
  ownViolations(host, applicant) +
  violationsOfOthers(host, applicant) +
  hostViolations(host, applicant, ledger);

/** Should rules between workloads, as this one states them. */
function ownViolations(host: number, { workloadClass }: Applicant): number {
  let violations = 0;
  for (const { topology, counts, weight } of workloadClass.terms.preferred) {
    if (topology.isUniform) continue;
    const matches = counts.at(topology.domainOf[host] ?? -1);
    if (weight <= -SHOULD_WEIGHT) violations += matches;
    if (weight >= SHOULD_WEIGHT && matches === 0) violations++;
  }
  return violations;
}

/** Should rules of placed workloads against this one. */
function violationsOfOthers(host: number, { impact }: Applicant): number {
  let violations = 0;
  for (const { topology, weights } of impact.scoreHolders) {
    if (topology.isUniform) continue;
    const weight = weights.at(topology.domainOf[host] ?? -1);
    if (weight <= -SHOULD_WEIGHT) violations += Math.floor(-weight / SHOULD_WEIGHT);
  }
  return violations;
}

/** Should rules between workload and hosts. */
function hostViolations(host: number, { workloadClass }: Applicant, ledger: Ledger): number {
  const { preferred } = workloadClass.sample.scheduling.nodeAffinity;
  if (preferred.length === 0) return 0;
  const { labels = {}, name = "" } = ledger.hosts[host] ?? {};
  return preferred.filter(
    ({ term, weight }) => weight >= SHOULD_WEIGHT && !matchesTerm(term, labels, name),
  ).length;
}

/** Weights of soft spread and soft taints against the host, less those of terms that prefer it. */
export const preferencePenalty = (host: number, applicant: Applicant, ledger: Ledger): number =>
  softSpread(host, applicant) +
  softTaints(host, applicant, ledger) * SOFT_TAINT_WEIGHT -
  nodePreference(host, applicant, ledger) -
  workloadPreference(host, applicant);

function softSpread(host: number, applicant: Applicant): number {
  const { spreadSoft } = applicant.workloadClass.terms;
  let matches = 0;
  for (let index = 0; index < spreadSoft.length; index++) {
    const domain = spreadSoft[index]?.topology.domainOf[host] ?? -1;
    matches += domain < 0 ? 0 : (applicant.spreadSoft[index]?.counts[domain] ?? 0);
  }
  return matches * SOFT_SPREAD_WEIGHT;
}

function softTaints(host: number, { workloadClass }: Applicant, ledger: Ledger): number {
  if (!ledger.hasSoftTaints) return 0;
  const { taints = [] } = ledger.hosts[host] ?? {};
  const { tolerations } = workloadClass.sample.scheduling;
  return taints.filter(
    (taint) =>
      taint.effect === "PreferNoSchedule" &&
      !tolerations.some((toleration) => tolerates(toleration, taint)),
  ).length;
}

function nodePreference(host: number, { workloadClass }: Applicant, ledger: Ledger): number {
  const { preferred } = workloadClass.sample.scheduling.nodeAffinity;
  if (preferred.length === 0) return 0;
  const { labels = {}, name = "" } = ledger.hosts[host] ?? {};
  let sum = 0;
  for (const { term, weight } of preferred) {
    if (weight < SHOULD_WEIGHT && matchesTerm(term, labels, name)) sum += weight;
  }
  return sum;
}

/** -1 also where all hosts share one: what counts for all alike would only change them all. */
const tellingDomain = ({ isUniform, domainOf }: Topology, host: number): number =>
  isUniform ? -1 : (domainOf[host] ?? -1);

/** Preferred terms of both sides as far as they are not should rules. */
function workloadPreference(host: number, applicant: Applicant): number {
  let sum = 0;
  for (const { topology, counts, weight } of applicant.workloadClass.terms.preferred) {
    const domain = tellingDomain(topology, host);
    if (domain >= 0 && Math.abs(weight) < SHOULD_WEIGHT) sum += weight * counts.at(domain);
  }
  for (const { topology, weights } of applicant.impact.scoreHolders) {
    const domain = tellingDomain(topology, host);
    const weight = weights.at(domain);
    if (weight > -SHOULD_WEIGHT) sum += weight;
  }
  return sum;
}
