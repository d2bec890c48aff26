import type { WorkloadClass } from "../classes/classes.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Seated } from "../deciding/settled.ts";
import type { Sums } from "../basics/sums.ts";
import type { SpreadTerm } from "../classes/terms.ts";
import type { Topology } from "../classes/topology.ts";
import type { Member } from "./movers.ts";
import type { Rules } from "./rules.ts";

/** A spread constraint of something that runs, whoever it counts. */
interface Watch {
  readonly workloadClass: WorkloadClass;
  readonly term: SpreadTerm;
  /** Position among the class's constraints. */
  readonly index: number;
}

/** Someone that needs a match nearby. */
interface Resident {
  readonly workloadClass: WorkloadClass;
  host: number;
}

/**
 * What those that stay behind lose when a workload moves: filters judge the one that moves, this
 * the others. A move may leave a broken rule broken, but must not break one: no required partner
 * may be left alone, and no spread constraint may become skewed beyond its bound.
 */
export class Neighbours {
  readonly #ledger: Ledger;
  readonly #rules: Rules;
  /** Holders of required affinity by the counts they look at. */
  readonly #needy = new Map<Sums, Resident[]>();
  readonly #residents = new Map<string, Resident>();
  readonly #watches = new Map<Int32Array, Watch[]>();

  constructor({ ledger, seats }: Seated, rules: Rules) {
    this.#ledger = ledger;
    this.#rules = rules;
    if (ledger.classes.all().every((each) => isIndependent(each))) return;
    const watched = new Set<WorkloadClass>();
    seats.forEach(({ workloadClass, host }, key) => {
      const { affinity, spreadHard } = workloadClass.terms;
      if (affinity !== undefined) this.#addResident(key, { workloadClass, host });
      if (spreadHard.length > 0 && !watched.has(workloadClass)) {
        watched.add(workloadClass);
        this.#watch(workloadClass);
      }
    });
  }

  /** True when nothing that runs could lose anything by moves of this class. */
  isFree(workloadClass: WorkloadClass): boolean {
    if (this.#needy.size === 0 && this.#watches.size === 0) return true;
    return this.#ledger.classes
      .impactOf(workloadClass)
      .matchers.every(
        ({ perHost, counts }) =>
          (perHost === undefined || !this.#watches.has(perHost)) &&
          [...counts.values()].every((each) => !this.#needy.has(each)),
      );
  }

  /** Tells where a workload is now. */
  seat(key: string, host: number): void {
    if (this.#residents.size === 0) return;
    const resident = this.#residents.get(key);
    if (resident !== undefined) resident.host = host;
  }

  /** Largest skews of the constraints that count the class, to compare with those after a move. */
  skewsOf(workloadClass: WorkloadClass, from: number, to: number): readonly number[] {
    return this.#watchesOf(workloadClass, from, to).map((watch) => this.#skewOf(watch));
  }

  /** True when a skew is beyond its bound and larger than `before`. */
  isSkewed(
    workloadClass: WorkloadClass,
    way: { readonly from: number; readonly to: number },
    before: readonly number[],
  ): boolean {
    return this.#watchesOf(workloadClass, way.from, way.to).some((watch, index) => {
      const skew = this.#skewOf(watch);
      return skew > watch.term.constraint.maxSkew && skew > (before[index] ?? 0);
    });
  }

  /** Residents whose required partner may have left with `leavers`, which are gone already. */
  endangered(leavers: readonly Member[], from: number): readonly Resident[] {
    if (this.#needy.size === 0) return [];
    const gone = new Set(leavers.map(({ workload }) => this.#residents.get(workload.key)));
    return leavers
      .flatMap(({ workloadClass }) => this.#ledger.classes.impactOf(workloadClass).matchers)
      .flatMap(({ counts }) => [...counts])
      .flatMap(([topology, matches]) => {
        const domain = topology.domainOf[from] ?? -1;
        // With two matches left everyone still sees one besides itself.
        if (domain < 0 || matches.at(domain) > 1) return [];
        const holders = this.#needy.get(matches) ?? [];
        return holders.filter((each) => !gone.has(each) && isIn(topology, each.host, domain));
      });
  }

  isBroken({ workloadClass, host }: Resident): boolean {
    return this.#rules.brokenBy(workloadClass, host) !== undefined;
  }

  #addResident(key: string, resident: Resident): void {
    this.#residents.set(key, resident);
    for (const { counts } of resident.workloadClass.terms.affinity?.terms ?? []) {
      const holders = this.#needy.get(counts);
      if (holders === undefined) this.#needy.set(counts, [resident]);
      else holders.push(resident);
    }
  }

  #watch(workloadClass: WorkloadClass): void {
    workloadClass.terms.spreadHard.forEach((term, index) => {
      const watch = { workloadClass, term, index };
      const watches = this.#watches.get(term.perHost);
      if (watches === undefined) this.#watches.set(term.perHost, [watch]);
      else watches.push(watch);
    });
  }

  #skewOf({ workloadClass, index }: Watch): number {
    const counted = this.#rules.applicantOf(workloadClass).spreadHard[index];
    if (counted === undefined) return 0;
    return counted.counts.reduce((most, each) => Math.max(most, each), 0) - counted.minimum;
  }

  #watchesOf(workloadClass: WorkloadClass, from: number, to: number): readonly Watch[] {
    if (this.#watches.size === 0) return [];
    return this.#ledger.classes
      .impactOf(workloadClass)
      .matchers.flatMap(({ perHost }) =>
        perHost === undefined ? [] : (this.#watches.get(perHost) ?? []),
      )
      .filter(({ term: { topology } }) => topology.domainOf[from] !== topology.domainOf[to]);
  }
}

const isIn = ({ domainOf }: Topology, host: number, domain: number): boolean =>
  domainOf[host] === domain;

/** True when members of the class lose nothing whoever else moves. */
const isIndependent = ({ terms: { affinity, spreadHard } }: WorkloadClass): boolean =>
  affinity === undefined && spreadHard.length === 0;
