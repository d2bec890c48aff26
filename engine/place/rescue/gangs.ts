import { compareText } from "../../model/canonical.ts";
import { type Draft, unplacedDraft } from "../deciding/decision.ts";
import type { Pending } from "../deciding/order.ts";

/** Workloads that are decided about together: all that have no gang, or the members of one. */
export interface Troop {
  /** Undefined: each stands for itself. */
  readonly gang: string | undefined;
  readonly members: readonly Pending[];
}

/** A workload without a host, and what is said of it. */
export interface Failure {
  readonly member: Pending;
  readonly draft: Draft;
}

/** The gang of a newcomer; what runs already belongs to none any more. */
const gangOf = ({ workload, seat }: Pending): string | undefined =>
  seat === undefined ? workload.gang : undefined;

/**
 * Who is decided about after whom: higher priorities first, among equals the gangs by name, then
 * whoever stands for itself. A gang is as important as its most important member.
 */
export function troopsOf(pending: readonly Pending[]): readonly Troop[] {
  if (pending.every((item) => gangOf(item) === undefined)) {
    return pending.length === 0 ? [] : [{ gang: undefined, members: pending }];
  }
  const gangs = new Map<string, Pending[]>();
  for (const item of pending) {
    const gang = gangOf(item);
    if (gang === undefined) continue;
    const members = gangs.get(gang);
    if (members === undefined) gangs.set(gang, [item]);
    else members.push(item);
  }
  const ranked = [...gangs]
    .map(([gang, members]) => ({ gang, members, priority: highestOf(members) }))
    .sort((left, right) => right.priority - left.priority || compareText(left.gang, right.gang));
  let single = pending.filter((item) => gangOf(item) === undefined);
  const troops: Troop[] = [];
  let reached = Infinity;
  for (const { gang, members, priority } of ranked) {
    // There may be many gangs, most of which are as important as the one before.
    if (priority < reached) {
      const before = single.filter((item) => priorityOf(item) > priority);
      if (before.length > 0) troops.push({ gang: undefined, members: before });
      single = single.filter((item) => priorityOf(item) <= priority);
      reached = priority;
    }
    troops.push({ gang, members });
  }
  return single.length === 0 ? troops : [...troops, { gang: undefined, members: single }];
}

const priorityOf = ({ workloadClass }: Pending): number => workloadClass.sample.scheduling.priority;

const highestOf = (members: readonly Pending[]): number =>
  members.reduce((highest, member) => Math.max(highest, priorityOf(member)), -Infinity);

/**
 * What is said of a gang that does not start: whoever found no host keeps its own reasons, the
 * others wait for it.
 */
export function gangFailures(
  { gang = "", members }: Troop,
  failed: readonly Failure[],
  hostCount: number,
): readonly Failure[] {
  const [first] = failed;
  if (first === undefined) return [];
  const rest = `so none of the ${String(members.length)} workloads of ${gang} starts`;
  const message = `${first.member.workload.key} finds no host (${whyOf(first.draft)}), ${rest}`;
  const own = new Map(failed.map((failure) => [failure.member, failure]));
  return members.map((member) => {
    const gate = { code: "gang", message };
    const draft = unplacedDraft(member.workload, hostCount, { gate });
    return own.get(member) ?? { member, draft };
  });
}

/** A gate, or how many hosts fell to what. */
function whyOf({ gate, rejectedCounts }: Draft): string {
  if (gate !== undefined) return gate.code;
  return Object.entries(rejectedCounts)
    .sort(([left], [right]) => compareText(left, right))
    .map(([code, hosts]) => `${String(hosts)} ${code}`)
    .join(", ");
}
