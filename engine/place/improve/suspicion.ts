import type { WorkloadClass } from "../classes/classes.ts";
import type { Impact } from "../classes/impact.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Sums } from "../basics/sums.ts";
import type { Topology } from "../classes/topology.ts";

/** True when no rule could forbid a member of the class to stay anywhere, a lack of room aside. */
export const isFree = (workloadClass: WorkloadClass, ledger: Ledger): boolean =>
  !isTied(workloadClass) && !isRelated(workloadClass, ledger, ALL);

/** True when nothing that happens on other hosts could forbid a seated member to stay. */
export const isLocal = (workloadClass: WorkloadClass, ledger: Ledger): boolean =>
  !isRelated(workloadClass, ledger, WIDE);

type IsMeant = (relation: { readonly topology: Topology }) => boolean;

const ALL: IsMeant = () => true;
/** Those between hosts. */
const WIDE: IsMeant = ({ topology }) => !topology.isPerHost;

/** True for a class that may have to leave for what else runs. */
function isRelated(workloadClass: WorkloadClass, ledger: Ledger, isMeant: IsMeant): boolean {
  const { terms } = workloadClass;
  const { antiHolders } = ledger.classes.impactOf(workloadClass);
  return (
    terms.spreadHard.length > 0 ||
    terms.affinity?.terms.some(isMeant) === true ||
    terms.antiAffinity.some(isMeant) ||
    antiHolders.some(isMeant)
  );
}

/** True for what names the hosts on which it may be. */
export function isTied({ sample }: WorkloadClass): boolean {
  const { nodeSelector, nodeAffinity } = sample.scheduling;
  return (
    sample.pinHost !== undefined ||
    nodeAffinity.required !== undefined ||
    Object.keys(nodeSelector).length > 0
  );
}

/**
 * A quick look at a seated member of a class: false means that no rule about what else runs forbids
 * it to stay, true that the filters have to be asked. It counts what the member adds instead of
 * taking it away.
 */
export function mayBeDisturbed(
  workloadClass: WorkloadClass,
  host: number,
  ledger: Ledger,
): boolean {
  const { affinity, antiAffinity, spreadHard, held } = workloadClass.terms;
  if (spreadHard.length > 0) return true;
  const impact = ledger.classes.impactOf(workloadClass);
  for (const { topology, counts } of affinity?.terms ?? []) {
    if (othersAt(host, topology, { counts, own: ownOf(impact, counts) }) <= 0) return true;
  }
  for (const { topology, counts } of antiAffinity) {
    if (othersAt(host, topology, { counts, own: ownOf(impact, counts) }) > 0) return true;
  }
  for (const holder of impact.antiHolders) {
    let own = 0;
    for (const each of held) if (each.holder === holder) own += each.weight;
    if (othersAt(host, holder.topology, { counts: holder.weights, own }) > 0) return true;
  }
  return false;
}

/** What a member of a class adds to its domain. */
function ownOf({ matchers }: Impact, counts: Sums): number {
  const isCounted = matchers.some(({ counters }) =>
    counters.some(({ values }) => values === counts),
  );
  return isCounted ? 1 : 0;
}

/** What others add to the domain of a host. */
function othersAt(
  host: number,
  { domainOf }: Topology,
  { counts, own }: { readonly counts: Sums; readonly own: number },
): number {
  const domain = domainOf[host] ?? -1;
  return domain < 0 ? 0 : counts.at(domain) - own;
}
