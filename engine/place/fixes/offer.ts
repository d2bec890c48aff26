import type { Fix } from "../../model/placement.ts";
import type { WorkloadClass } from "../classes.ts";
import { decideTogether, pointOf, type Run, takeBack } from "../deciding.ts";
import type { Draft } from "../decision.ts";
import { fixesFor, remediesFor } from "../fixes.ts";
import type { Pending } from "../order.ts";
import { whatIf } from "../overlay.ts";
import { type Failure, troopsOf } from "../rescue/gangs.ts";
import { gangFixes } from "./gang.ts";

/** Classes for which fixes are looked for; the rest of a large failure looks much the same. */
const FIXED_CLASSES_MAX = 32;

/** Adds what would help; members of a class or gang share it, and only some classes are tried. */
export function withFixes(run: Run, failed: readonly Failure[]): readonly Draft[] {
  const known = new Map<WorkloadClass, readonly Fix[]>();
  const { fixesMax } = run.problem.limits;
  if (fixesMax <= 0) return failed.map(({ draft }) => draft);
  const drafts = new Map(failed.map(({ member, draft }) => [member, draft]));
  return troopsOf([...drafts.keys()]).flatMap(({ gang, members }) => {
    const ofGang = gang === undefined ? undefined : tryGangFixes(run, members, fixesMax);
    return members.flatMap((member) => {
      const draft = drafts.get(member);
      if (draft === undefined) return [];
      if (ofGang !== undefined) return { ...draft, fixes: ofGang(member) };
      const { workloadClass } = member;
      const fixes =
        known.get(workloadClass) ??
        (known.size < FIXED_CLASSES_MAX ? tryFixes(run, member, fixesMax) : []);
      known.set(workloadClass, fixes);
      return { ...draft, fixes };
    });
  });
}

/** A repair is tried as if it had left its host already. */
const tryFixes = (run: Run, member: Pending, countMax: number): readonly Fix[] =>
  whatIf(run.ledger, () => {
    const { seat } = member;
    if (seat !== undefined) run.ledger.add(seat.workloadClass, seat.host, -1);
    return fixesFor(member, run, countMax);
  });

/** A gang is held up by its first member that finds no host while the others are seated. */
function tryGangFixes(
  run: Run,
  members: readonly Pending[],
  countMax: number,
): (member: Pending) => readonly Fix[] {
  const point = pointOf(run);
  const [first] = decideTogether(run, members);
  const culprit = first?.member ?? members[0];
  if (culprit === undefined) return () => [];
  const remedies = remediesFor(culprit, run, countMax);
  takeBack(run, members, point);
  return gangFixes({ members, culprit, remedies }, run, countMax);
}
