import type { Fix } from "../../model/placement.ts";
import type { WorkloadClass } from "../classes.ts";
import { decideTogether, pointOf, type Run, takeBack } from "../deciding.ts";
import type { Draft } from "../decision.ts";
import { fixesFor, remediesFor } from "../fixes.ts";
import type { Pending } from "../order.ts";
import { whatIf } from "../overlay.ts";
import { type Failure, troopsOf } from "../rescue/gangs.ts";
import { gangFixes } from "./gang.ts";
import { isReplayable } from "./scene.ts";
import { SpareHost } from "./spare-host.ts";

/** Classes for which each host is looked at, in a small world and in one that takes long to copy. */
const CLASSES_MAX = 32;
const CLASSES_OF_LARGE_MAX = 2;

/** Adds what would help; members of a class or gang share it. */
export function withFixes(run: Run, failed: readonly Failure[]): readonly Draft[] {
  const { fixesMax } = run.problem.limits;
  if (fixesMax <= 0) return failed.map(({ draft }) => draft);
  const offers = new Offers(run, failed);
  const drafts = new Map(failed.map(({ member, draft }) => [member, draft]));
  return troopsOf([...drafts.keys()]).flatMap(({ gang, members }) => {
    const fixesOf =
      gang === undefined
        ? (member: Pending): readonly Fix[] => offers.of(member)
        : tryGangFixes(run, members, fixesMax);
    return members.flatMap((member) => {
      const draft = drafts.get(member);
      return draft === undefined ? [] : { ...draft, fixes: fixesOf(member) };
    });
  });
}

/** Fixes by class: the first are looked for closely, the rest may do with one more host. */
class Offers {
  readonly #run: Run;
  readonly #failed: readonly Failure[];
  readonly #known = new Map<WorkloadClass, readonly Fix[]>();
  #spare: { readonly host: SpareHost | undefined } | undefined;

  constructor(run: Run, failed: readonly Failure[]) {
    this.#run = run;
    this.#failed = failed;
  }

  of(member: Pending): readonly Fix[] {
    const { workloadClass } = member;
    const known = this.#known.get(workloadClass);
    if (known !== undefined) return known;
    const closelyMax = isReplayable(this.#run) ? CLASSES_MAX : CLASSES_OF_LARGE_MAX;
    const shared = this.#known.size < closelyMax ? undefined : this.#shared(member);
    const { fixesMax } = this.#run.problem.limits;
    const fixes = shared ?? tryFixes(this.#run, member, fixesMax);
    this.#known.set(workloadClass, fixes);
    return fixes;
  }

  #shared({ workloadClass, seat }: Pending): readonly Fix[] | undefined {
    if (seat !== undefined) return undefined;
    const classes = new Set(this.#failed.map(({ member }) => member.workloadClass));
    this.#spare ??= { host: SpareHost.for([...classes], this.#run) };
    return this.#spare.host?.fixesFor(workloadClass);
  }
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
