import type { Address } from "../../model/address.ts";
import { compareText } from "../../model/canonical.ts";
import type { PlacementProblem, PlacementWorkload } from "../../model/placement.ts";
import type { WorkloadClass } from "../classes/classes.ts";
import type { Rules } from "../improve/rules.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Seat } from "../deciding/seating.ts";
import { Release } from "./release.ts";
import { priorityOf, Ranking, type Sacrifice, type Victim } from "./victims.ts";

/** Classes whose rankings are kept; each takes some 100 bytes a host. */
const RANKINGS_MAX = 16;

/** What is told of the world in which victims are sought. */
export interface PreemptionWorld {
  readonly problem: PlacementProblem;
  readonly ledger: Ledger;
  readonly placed: ReadonlyMap<string, Seat>;
  /** Members without a host by group, which count against its budget. */
  readonly down: ReadonlyMap<Address, number>;
}

/**
 * Chooses whom a workload of higher priority drives out, as kube-scheduler does: on each host as
 * few as will do, the most important ones spared first; then the host whose most important victim
 * is least important, whose priorities sum up to least, with the fewest victims, by name. Unlike
 * there no disruption budget is ever exceeded. What was found out about a host is kept until
 * something is told of it. Source: DefaultPreemption of kube-scheduler.
 */
export class VictimSearch {
  readonly #world: PreemptionWorld;
  /** Who may be ended on each host, the least important first. */
  readonly #endable: Victim[][];
  /** Members of a group that may be without a host at once. */
  readonly #budgets: ReadonlyMap<string, number>;
  /** Hosts that have, or had, members of each such group. */
  readonly #hostsOf = new Map<string, Set<number>>();
  readonly #rankings = new Map<WorkloadClass, Ranking>();
  readonly #releases = new Map<WorkloadClass, Release | undefined>();
  /** Hosts of which something was told, in that order, with repeats. */
  readonly #told: number[] = [];

  constructor(world: PreemptionWorld) {
    const { problem, ledger, placed } = world;
    this.#world = world;
    this.#budgets = new Map(
      (problem.disruption ?? []).map(({ group, maxUnavailable }) => [group, maxUnavailable]),
    );
    this.#endable = ledger.hosts.map(() => []);
    for (const workload of problem.workloads) {
      const seat = isEndable(workload) ? placed.get(workload.key) : undefined;
      if (seat === undefined) continue;
      this.#endable[seat.host]?.push({ workload, workloadClass: seat.workloadClass });
      this.#noteMember(workload, seat.host);
    }
    for (const victims of this.#endable) victims.sort(compareVictims);
  }

  /** Whom to end for a member of the class; undefined where that helps nowhere. */
  choose(wanted: WorkloadClass, rules: Rules): Sacrifice | undefined {
    if (wanted.sample.scheduling.preemptionPolicy === "Never") return undefined;
    const ranking = this.#rankingOf(wanted, rules);
    const stale = new Set(this.#told.slice(ranking.toldBefore));
    ranking.toldBefore = this.#told.length;
    for (const host of stale) ranking.set(host, this.#neededOn(host, wanted, rules));
    return ranking.best();
  }

  /** Tells that something came to a host or left it. */
  tell(host: number): void {
    this.#told.push(host);
  }

  /** Tells that more or fewer members of a group are without a host. */
  tellGroup(group: Address): void {
    for (const host of this.#hostsOf.get(group) ?? []) this.tell(host);
  }

  /** Tells that a workload has another host now, or none. */
  tellSeat(workload: PlacementWorkload, from: number, to: Seat | undefined): void {
    if (!isEndable(workload)) return;
    this.tell(from);
    const there = this.#endable[from] ?? [];
    this.#endable[from] = there.filter((each) => each.workload.key !== workload.key);
    if (to === undefined) return;
    this.tell(to.host);
    this.#endable[to.host]?.push({ workload, workloadClass: to.workloadClass });
    this.#endable[to.host]?.sort(compareVictims);
    this.#noteMember(workload, to.host);
  }

  #noteMember({ group }: PlacementWorkload, host: number): void {
    if (group === undefined || !this.#budgets.has(group)) return;
    const hosts = this.#hostsOf.get(group);
    if (hosts === undefined) this.#hostsOf.set(group, new Set([host]));
    else hosts.add(host);
  }

  /** The hosts as they were last asked about; all anew where one host can change the others. */
  #rankingOf(wanted: WorkloadClass, rules: Rules): Ranking {
    const known = this.#rankings.get(wanted);
    if (known !== undefined && rules.isByHost(wanted)) return known;
    const ranking = new Ranking(this.#endable.length, this.#told.length);
    this.#endable.forEach((victims, host) => {
      if (victims.length > 0) ranking.set(host, this.#neededOn(host, wanted, rules));
    });
    if (this.#rankings.size >= RANKINGS_MAX) this.#rankings.clear();
    this.#rankings.set(wanted, ranking);
    return ranking;
  }

  /** Ends all of them, then spares whoever is not needed; undefined where all are not enough. */
  #neededOn(host: number, wanted: WorkloadClass, rules: Rules): readonly Victim[] | undefined {
    const victims = this.#victimsOn(host, wanted.sample.scheduling.priority);
    if (victims.length === 0 || !rules.admits(wanted, host)) return undefined;
    const release = this.#releaseOf(wanted, rules);
    if (release !== undefined) return release.neededOn(host, victims);
    return neededByTrial(host, victims, wanted, { ledger: this.#world.ledger, rules });
  }

  #releaseOf(wanted: WorkloadClass, rules: Rules): Release | undefined {
    if (!this.#releases.has(wanted)) {
      const needs = rules.needsOf(wanted);
      this.#releases.set(wanted, needs && new Release(needs, this.#world.ledger));
    }
    return this.#releases.get(wanted);
  }

  /** Those below a priority, the least important first; of no group more than its budget allows. */
  #victimsOn(host: number, priority: number): readonly Victim[] {
    const all = this.#endable[host] ?? [];
    const last = all.at(-1);
    const isAnyAbove = last !== undefined && priorityOf(last) >= priority;
    const victims = isAnyAbove ? all.filter((victim) => priorityOf(victim) < priority) : all;
    if (this.#budgets.size === 0) return victims;
    const used = new Map<string, number>();
    return victims.filter(({ workload: { group } }) => {
      const budget = group === undefined ? undefined : this.#budgets.get(group);
      if (group === undefined || budget === undefined) return true;
      const without = used.get(group) ?? this.#world.down.get(group) ?? 0;
      used.set(group, without + 1);
      return without < budget;
    });
  }
}

/** As `Release`, where more than amounts is asked of a host. */
function neededByTrial(
  host: number,
  victims: readonly Victim[],
  wanted: WorkloadClass,
  { ledger, rules }: { readonly ledger: Ledger; readonly rules: Rules },
): readonly Victim[] | undefined {
  const mark = ledger.mark();
  const change = ({ workloadClass }: Victim, sign: 1 | -1): void => {
    ledger.add(workloadClass, host, sign);
    rules.note(host);
  };
  for (const victim of victims) change(victim, -1);
  const needed = rules.allows(wanted, host)
    ? victims.toReversed().filter((victim) => {
        change(victim, 1);
        if (rules.allows(wanted, host)) return false;
        change(victim, -1);
        return true;
      })
    : undefined;
  ledger.rollback(mark);
  rules.note(host);
  return needed;
}

const isEndable = ({ isPreemptible, wish }: PlacementWorkload): boolean =>
  isPreemptible === true && wish === "keep";

/** Less important first, then the later name. */
const compareVictims = (left: Victim, right: Victim): number =>
  priorityOf(left) - priorityOf(right) || compareText(right.workload.key, left.workload.key);
