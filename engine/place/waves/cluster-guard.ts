import { admitsAll, shortfallOf } from "../admission/shortfall.ts";
import { SlotUse } from "../admission/slots.ts";
import { type ClusterUse, reserveIn } from "../ledger/cluster-use.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Guard, Leg, World } from "./leg.ts";
import { type Departure, Vacancies } from "./vacancies.ts";

interface Exit {
  readonly departure: Departure;
  readonly workloadClass: Leg["workloadClass"];
}

/** What one cluster has to restart after failures, and who has left it. */
interface Watched {
  readonly cluster: ClusterUse;
  readonly failures: number;
  readonly exits: Exit[];
  readonly vacancies: Vacancies;
}

/**
 * Keeps what clusters hold free for the failure of hosts. A workload on its way needs one restart,
 * so moves inside a cluster change nothing; it counts for a cluster from the start of its way in
 * to the end of its way out. Hosts that cannot run anything belong to no cluster here.
 */
export class ClusterGuard implements Guard {
  readonly #ledger: Ledger;
  readonly #leaving: World["leaving"];
  readonly #watched: readonly (Watched | undefined)[];

  constructor({ ledger, legs, leaving, seats }: World) {
    this.#ledger = ledger;
    this.#leaving = leaving;
    this.#watched = ledger.clusters.map((cluster): Watched | undefined => {
      if (admitsAll(cluster)) return undefined;
      const failures = cluster.policy?.hostFailuresToTolerate ?? 0;
      const own = { ...cluster, slots: slotsOf(cluster, ledger) };
      return { cluster: own, failures, exits: [], vacancies: new Vacancies() };
    });
    if (this.#watched.some((watched) => watched?.cluster.slots !== undefined)) {
      const starting = legs.map(({ workloadClass, from }) => ({ workloadClass, host: from }));
      for (const { workloadClass, host } of [...seats(), ...starting]) {
        this.#of(host)?.cluster.slots?.add(workloadClass, 1);
      }
    }
    for (const { workloadClass, host } of leaving) count(this.#of(host), workloadClass, 1);
  }

  admits(leg: Leg): boolean {
    const watched = this.#entered(leg);
    if (watched === undefined) return true;
    const { cluster, failures, exits, vacancies } = watched;
    while (shortfallOf(cluster, leg, failures).amount > 0) {
      const exit = exits.shift();
      if (exit === undefined) return false;
      count(watched, exit.workloadClass, -1);
      vacancies.add(exit.departure);
    }
    return true;
  }

  addWaits(leg: Leg): void {
    this.#entered(leg)?.vacancies.addWaits(leg);
  }

  begin(leg: Leg): void {
    const watched = this.#entered(leg);
    if (watched !== undefined) count(watched, leg.workloadClass, 1);
  }

  endRound(legs: readonly Leg[]): void {
    for (const leg of legs) {
      const left = this.#of(leg.from);
      if (left === undefined || left === this.#of(leg.to)) continue;
      left.exits.push({ departure: leg, workloadClass: leg.workloadClass });
    }
  }

  letGo(): void {
    for (const { key, workloadClass, host } of this.#leaving) {
      this.#of(host)?.exits.push({ departure: key, workloadClass });
    }
  }

  /** The cluster that the leg comes into from outside. */
  #entered({ from, to }: Leg): Watched | undefined {
    const entered = this.#of(to);
    return entered === this.#of(from) ? undefined : entered;
  }

  #of(host: number): Watched | undefined {
    if (this.#ledger.hosts[host]?.connection !== "connected") return undefined;
    return this.#watched[this.#ledger.clusterOf[host] ?? -1];
  }
}

/** Empty slots of the cluster, if its policy counts slots. */
function slotsOf({ name, policy, cpuMhzLowest }: ClusterUse, ledger: Ledger): SlotUse | undefined {
  const settings = policy?.admission;
  if (settings?.kind !== "slots") return undefined;
  const hosts = ledger.hosts.filter(
    ({ cluster, connection }) => cluster === name && connection === "connected",
  );
  return new SlotUse({ settings, hosts, cpuMhzLowest });
}

function count(
  watched: Watched | undefined,
  workloadClass: Leg["workloadClass"],
  sign: 1 | -1,
): void {
  if (watched !== undefined) reserveIn(watched.cluster, workloadClass, sign);
}
