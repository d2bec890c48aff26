import type { Address } from "../../model/address.ts";
import { compareText } from "../../model/canonical.ts";
import type { PlacementProblem, PlacementWorkload } from "../../model/placement.ts";
import type { WorkloadClass } from "../classes.ts";
import type { Rules } from "../improve/rules.ts";
import type { Ledger } from "../ledger.ts";
import type { Seat } from "../seating.ts";

/** Makes the priorities of victims count from 0, as negative ones would make more look cheaper. */
const PRIORITY_BASE = 2_147_483_648;

/** A workload that may be ended, and where it is. */
interface Victim {
  readonly workload: PlacementWorkload;
  readonly workloadClass: WorkloadClass;
}

/** Whose end gives a host room. */
export interface Sacrifice {
  readonly host: number;
  readonly victims: readonly Victim[];
}

/** What is told of the world in which victims are sought. */
export interface PreemptionWorld {
  readonly problem: PlacementProblem;
  readonly ledger: Ledger;
  readonly placed: ReadonlyMap<string, Seat>;
  readonly rules: Rules;
  /** Members without a host by group, which count against its budget. */
  readonly down: ReadonlyMap<Address, number>;
}

/**
 * Chooses whom a workload of higher priority drives out, as kube-scheduler does: on each host as
 * few as will do, the most important ones spared first; then the host whose most important victim
 * is least important, whose priorities sum up to least, with the fewest victims, by name. Unlike
 * there no disruption budget is ever exceeded. Source: DefaultPreemption of kube-scheduler.
 */
export function chooseVictims(
  wanted: WorkloadClass,
  world: PreemptionWorld,
): Sacrifice | undefined {
  const { priority, preemptionPolicy } = wanted.sample.scheduling;
  if (preemptionPolicy === "Never") return undefined;
  let best: Sacrifice | undefined;
  for (const [host, victims] of victimsBelow(priority, world)) {
    if (!world.rules.admits(wanted, host)) continue;
    const needed = neededOn(host, victims, wanted, world);
    if (needed === undefined) continue;
    const sacrifice = { host, victims: needed };
    if (best === undefined || compareSacrifices(sacrifice, best) < 0) best = sacrifice;
  }
  return best;
}

/** Who may be ended, by host, least important first; no group beyond its budget. */
function victimsBelow(
  priority: number,
  world: PreemptionWorld,
): ReadonlyMap<number, readonly Victim[]> {
  const { problem, placed } = world;
  const byHost = new Map<number, Victim[]>();
  for (const workload of problem.workloads) {
    if (workload.isPreemptible !== true || workload.wish !== "keep") continue;
    const seat = placed.get(workload.key);
    if (seat === undefined || workload.scheduling.priority >= priority) continue;
    const victims = byHost.get(seat.host) ?? [];
    victims.push({ workload, workloadClass: seat.workloadClass });
    byHost.set(seat.host, victims);
  }
  const hosts = [...byHost].sort(([left], [right]) => left - right);
  return new Map(hosts.map(([host, victims]) => [host, withinBudgets(victims, world)]));
}

/** The least important of each group, as many as its budget allows. */
function withinBudgets(
  victims: readonly Victim[],
  { problem, down }: PreemptionWorld,
): readonly Victim[] {
  const left = new Map<string, number>();
  for (const { group, maxUnavailable } of problem.disruption ?? []) {
    left.set(group, maxUnavailable - (down.get(group) ?? 0));
  }
  return victims
    .toSorted((one, other) => compareVictims(one, other))
    .filter(({ workload: { group } }) => {
      const allowed = group === undefined ? undefined : left.get(group);
      if (group === undefined || allowed === undefined) return true;
      left.set(group, allowed - 1);
      return allowed > 0;
    });
}

const priorityOf = ({ workload }: Victim): number => workload.scheduling.priority;

/** Less important first, then the later name. */
const compareVictims = (left: Victim, right: Victim): number =>
  priorityOf(left) - priorityOf(right) || compareText(right.workload.key, left.workload.key);

/** Ends all of them, then spares whoever is not needed; undefined where even all do not help. */
function neededOn(
  host: number,
  victims: readonly Victim[],
  wanted: WorkloadClass,
  { ledger, rules }: PreemptionWorld,
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

/** Negative when the left one hurts less. */
function compareSacrifices(left: Sacrifice, right: Sacrifice): number {
  return (
    highest(left) - highest(right) ||
    sumOf(left) - sumOf(right) ||
    left.victims.length - right.victims.length ||
    left.host - right.host
  );
}

const highest = ({ victims }: Sacrifice): number =>
  victims.reduce((most, victim) => Math.max(most, priorityOf(victim)), -Infinity);

const sumOf = ({ victims }: Sacrifice): number =>
  victims.reduce((sum, victim) => sum + priorityOf(victim) + PRIORITY_BASE, 0);
