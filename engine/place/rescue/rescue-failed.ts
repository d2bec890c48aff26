import { isAdmittedByTrial } from "../admission/over-admitted.ts";
import { decideBatch, noteRecurring, pointOf, type Run, takeBack } from "../deciding/deciding.ts";
import type { Pending } from "../deciding/order.ts";
import { type Failure, troopsOf } from "./gangs.ts";
import { Waiting } from "../deciding/waiting.ts";
import { Rescue } from "./rescue.ts";

/**
 * Makes room for those that found none, in the order in which they were decided; who then gets a
 * host is decided about like anyone else. Returns who is left.
 */
export function rescueFailed(run: Run, failed: readonly Failure[]): readonly Failure[] {
  const byMember = new Map(failed.map((failure) => [failure.member, failure]));
  const rescue = new Rescue(run, [...byMember.keys()]);
  noteRecurring(run, [...byMember.keys()]);
  const left = troopsOf([...byMember.keys()]).flatMap(({ gang, members }) => {
    if (gang === undefined) return members.filter((member) => !isRescued(run, rescue, member));
    const point = pointOf(run);
    const mark = rescue.mark();
    if (members.every((member) => isRescued(run, rescue, member))) return [];
    takeBack(run, members, point);
    rescue.rollback(mark);
    return members;
  });
  // Room that was made or given back for some may do for others.
  const mayFit = rescue.hasHelped || left.some(({ workload }) => workload.gang !== undefined);
  const still = left.filter(
    (member) => !mayFit || member.workload.gang !== undefined || !isSeated(run, rescue, member),
  );
  run.rescued = rescue.report();
  return still.flatMap((member) => byMember.get(member) ?? []);
}

/** True when the workload has a host now, since others made room for it or for somebody else. */
function isRescued(run: Run, rescue: Rescue, member: Pending): boolean {
  // Room made for somebody whom a trial then refuses would be made for nobody.
  const isTried = isAdmittedByTrial(member.workloadClass, run.ledger);
  if (isTried && member.workload.wish === "place") return false;
  const mayFit = rescue.hasHelped || member.workload.gang !== undefined;
  return (
    (mayFit && isSeated(run, rescue, member)) ||
    (rescue.makeRoom(member) && isSeated(run, rescue, member))
  );
}

function isSeated(run: Run, rescue: Rescue, member: Pending): boolean {
  const { workloadClass, workload } = member;
  const seated = run.drafts.length;
  const members = Waiting.of([member], run.ledger.classes);
  decideBatch(run, { workloadClass, members }, () => undefined);
  const seat = run.drafts.length === seated ? undefined : run.placed.get(workload.key);
  if (seat !== undefined) rescue.seated(member, seat.host);
  return seat !== undefined;
}
