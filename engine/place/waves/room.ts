import type { Applicant } from "../classes/applicant.ts";
import { applicantOf } from "../classes/applicant.ts";
import type { WorkloadClass } from "../classes/classes.ts";
import { failover } from "../filters/failover.ts";
import { type Filter, PASS } from "../filters/filter.ts";
import { connection } from "../filters/host-state.ts";
import { FILTERS } from "../filters/index.ts";
import { spread } from "../filters/spread.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Sums } from "../basics/sums.ts";
import { busyFilters } from "../judging/verdict.ts";
import type { Guard, Leaver, Leg } from "./leg.ts";
import { type Departure, Vacancies } from "./vacancies.ts";

/** A workload that has left its host, or may, and is counted there as long as nobody needs that. */
interface Ghost {
  readonly departure: Departure;
  readonly workloadClass: WorkloadClass;
  readonly host: number;
}

/** What one class is asked on its way; relations that other guards watch are left out. */
interface Papers {
  readonly applicant: Applicant;
  readonly filters: readonly Filter[];
  /** True when anti-affinity keeps it apart from others, or others from it. */
  readonly isExclusive: boolean;
}

const HOST_FILTERS = FILTERS.filter((filter) => filter.scope === "host");
/** Not decided by what is on the host and in its domains alone: other guards watch these. */
const WATCHED_ELSEWHERE: readonly Filter[] = [failover, spread];

/**
 * Keeps every host's room, ports and anti-affinity. Asks the filters of placement, which all say
 * the more yes the less there is; so the ledger counts a leg on both hosts, at its source even
 * after it has ended, until somebody needs that room and then waits for it.
 */
export class RoomGuard implements Guard {
  readonly #ledger: Ledger;
  readonly #woken: ReadonlySet<string>;
  readonly #papers = new Map<WorkloadClass, Papers>();
  readonly #ghosts = new Map<number, Ghost[]>();
  readonly #leaving: readonly Ghost[];
  readonly #byHost = new Map<number, Vacancies>();
  /** By the counters of a term, then by domain. */
  readonly #byCounter = new Map<Sums, Map<number, Vacancies>>();
  /** Grows when somebody has left a host: what found no room there is asked again. */
  readonly #versions: Int32Array;
  readonly #refused = new Map<Leg, number>();

  /** In: a ledger with everything where it is now, and with what the plan ends. */
  constructor(ledger: Ledger, leaving: readonly Leaver[], woken: ReadonlySet<string>) {
    this.#ledger = ledger;
    this.#leaving = leaving.map(({ key, ...seat }) => ({ departure: key, ...seat }));
    this.#woken = woken;
    this.#versions = new Int32Array(ledger.hosts.length);
  }

  admits(leg: Leg): boolean {
    const { isExclusive } = this.#papersOf(leg.workloadClass);
    const version = this.#versions[leg.to] ?? 0;
    if (!isExclusive && this.#refused.get(leg) === version) return false;
    while (!this.fits(leg)) {
      const oldest = this.#ghosts.get(leg.to)?.shift();
      if (oldest === undefined) {
        this.#refused.set(leg, version);
        return false;
      }
      this.#vacate(oldest);
    }
    return true;
  }

  /** True when nothing but what others do keeps the leg off its host. */
  mayEnter({ workloadClass, to }: Leg): boolean {
    const { applicant } = this.#papersOf(workloadClass);
    return HOST_FILTERS.every(
      (filter) =>
        filter.test(to, applicant, this.#ledger) === PASS ||
        (filter === connection && this.#woken.has(this.#ledger.hosts[to]?.name ?? "")),
    );
  }

  /** True when there is room beside everything that is counted now. */
  fits({ workloadClass, from, to }: Leg): boolean {
    const { applicant, filters, isExclusive } = this.#papersOf(workloadClass);
    // Nobody has to keep away from itself.
    const isAside = isExclusive && from >= 0;
    if (isAside) this.#ledger.add(workloadClass, from, -1);
    const isFree = filters.every((filter) => filter.test(to, applicant, this.#ledger) === PASS);
    if (isAside) this.#ledger.add(workloadClass, from, 1);
    return isFree;
  }

  addWaits(leg: Leg): void {
    this.#byHost.get(leg.to)?.addWaits(leg);
    const { applicant, isExclusive } = this.#papersOf(leg.workloadClass);
    if (!isExclusive) return;
    for (const { topology, counts } of leg.workloadClass.terms.antiAffinity) {
      this.#byCounter
        .get(counts)
        ?.get(topology.domainOf[leg.to] ?? -1)
        ?.addWaits(leg);
    }
    for (const { topology, weights } of applicant.impact.antiHolders) {
      this.#byCounter
        .get(weights)
        ?.get(topology.domainOf[leg.to] ?? -1)
        ?.addWaits(leg);
    }
  }

  begin({ workloadClass, to }: Leg): void {
    this.#ledger.add(workloadClass, to, 1);
  }

  endRound(legs: readonly Leg[]): void {
    for (const leg of legs) {
      const { workloadClass, from } = leg;
      if (from < 0) continue;
      this.#versions[from] = (this.#versions[from] ?? 0) + 1;
      this.#haunt({ departure: leg, workloadClass, host: from });
    }
  }

  letGo(): void {
    for (const ghost of this.#leaving) {
      this.#versions[ghost.host] = (this.#versions[ghost.host] ?? 0) + 1;
      this.#haunt(ghost);
    }
  }

  /** Counts nobody any more where it has left. */
  vacateAll(): void {
    for (const ghosts of this.#ghosts.values()) {
      for (const ghost of ghosts.splice(0)) this.#vacate(ghost);
    }
  }

  #haunt(ghost: Ghost): void {
    // Whom others keep away from in whole domains is looked for in none of them but given up.
    if (this.#papersOf(ghost.workloadClass).isExclusive) {
      this.#vacate(ghost);
      return;
    }
    const ghosts = this.#ghosts.get(ghost.host);
    if (ghosts === undefined) this.#ghosts.set(ghost.host, [ghost]);
    else ghosts.push(ghost);
  }

  #vacate({ departure, workloadClass, host }: Ghost): void {
    this.#ledger.add(workloadClass, host, -1);
    at(this.#byHost, host).add(departure);
    const { applicant, isExclusive } = this.#papersOf(workloadClass);
    if (!isExclusive) return;
    const note = (counter: Sums, domain: number): void => {
      if (domain < 0) return;
      let domains = this.#byCounter.get(counter);
      if (domains === undefined) this.#byCounter.set(counter, (domains = new Map()));
      at(domains, domain).add(departure);
    };
    for (const { counts, antiHolders } of applicant.impact.matchers) {
      if (antiHolders.length === 0) continue;
      for (const [topology, counter] of counts) note(counter, topology.domainOf[host] ?? -1);
    }
    for (const { holder } of workloadClass.terms.held) {
      if (!holder.matcher.antiHolders.includes(holder)) continue;
      note(holder.weights, holder.topology.domainOf[host] ?? -1);
    }
  }

  #papersOf(workloadClass: WorkloadClass): Papers {
    let papers = this.#papers.get(workloadClass);
    if (papers === undefined) {
      const { terms } = workloadClass;
      const relations = { ...terms, affinity: undefined, spreadHard: [], spreadSoft: [] };
      const applicant = applicantOf({ ...workloadClass, terms: relations }, this.#ledger);
      const filters = busyFilters(applicant, this.#ledger).flatMap(([, filter]) =>
        WATCHED_ELSEWHERE.includes(filter) ? [] : [filter],
      );
      const isExclusive = terms.antiAffinity.length > 0 || applicant.impact.antiHolders.length > 0;
      papers = { applicant, filters, isExclusive };
      this.#papers.set(workloadClass, papers);
    }
    return papers;
  }
}

function at(places: Map<number, Vacancies>, place: number): Vacancies {
  let vacancies = places.get(place);
  if (vacancies === undefined) places.set(place, (vacancies = new Vacancies()));
  return vacancies;
}
