import type { Fix } from "../../model/placement.ts";
import type { WorkloadClass } from "../classes/classes.ts";
import { decideTogether, pointOf, type Run, takeBack } from "../deciding/deciding.ts";
import type { Draft } from "../deciding/decision.ts";
import { fixOf, remediesFor } from "./fixes.ts";
import type { Pending } from "../deciding/order.ts";
import { whatIf } from "../ledger/overlay.ts";
import { type Failure, troopsOf } from "../rescue/gangs.ts";
import { gangFixes } from "./gang.ts";
import { isReplayable, subjectOf } from "./scene.ts";
import { SpareHost } from "./spare-host.ts";
import { type Remedy, Trial } from "./trial.ts";

/** Classes for which each host is looked at, in a small world and in a large one. */
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

/** Remedies of other classes that are tried first where there are many. */
const REMEDIES_MAX = 6;

/** Fixes by class: the first are looked for closely, the rest may do with what helps others. */
class Offers {
  readonly #run: Run;
  readonly #failed: readonly Failure[];
  /** By class, and then by the host that a repair leaves. */
  readonly #known = new Map<WorkloadClass, Map<number | undefined, readonly Fix[]>>();
  #count = 0;
  readonly #remedies: Remedy[] = [];
  #spare: { readonly host: SpareHost | undefined } | undefined;

  constructor(run: Run, failed: readonly Failure[]) {
    this.#run = run;
    this.#failed = failed;
  }

  /** A repair is asked as if it had left its host already. */
  of(member: Pending): readonly Fix[] {
    const { workloadClass, seat } = member;
    const known = this.#knownFor(member);
    if (known !== undefined) return known;
    const { ledger } = this.#run;
    const fixes = whatIf(ledger, () => {
      if (seat !== undefined) ledger.add(seat.workloadClass, seat.host, -1);
      return this.#shared(member) ?? this.#own(member);
    });
    const byHost = this.#known.get(workloadClass) ?? new Map<number | undefined, readonly Fix[]>();
    this.#known.set(workloadClass, byHost.set(seat?.host, fixes));
    this.#count++;
    return fixes;
  }

  /** Of many repairs only those are asked alone who would be told to open the host they leave. */
  #knownFor({ workloadClass, seat }: Pending): readonly Fix[] | undefined {
    const byHost = this.#known.get(workloadClass);
    if (byHost?.has(seat?.host) === true || this.#count < this.#closelyMax) {
      return byHost?.get(seat?.host);
    }
    const left = seat === undefined ? undefined : this.#run.ledger.hosts[seat.host]?.name;
    return [...(byHost?.values() ?? [])].find((fixes) =>
      fixes.every(({ host }) => host === "" || host !== left),
    );
  }

  get #closelyMax(): number {
    return isReplayable(this.#run) ? CLASSES_MAX : CLASSES_OF_LARGE_MAX;
  }

  #own(member: Pending): readonly Fix[] {
    const run = this.#run;
    const remedies = remediesFor(member, run, run.problem.limits.fixesMax);
    for (const remedy of remedies) {
      // Amounts are those of one class; an edit that needs others is not the smallest for all.
      const [only, ...others] = remedy.relaxations;
      const isCommon = others.length === 0 && only?.edit.path.startsWith("/spec/") === true;
      if (isCommon && this.#remedies.length < REMEDIES_MAX) this.#remedies.push(remedy);
    }
    return remedies.map((remedy) => fixOf(remedy, run.ledger));
  }

  /** What helped another class or one more host, where it helps this one as well. */
  #shared({ workload, workloadClass, seat }: Pending): readonly Fix[] | undefined {
    const run = this.#run;
    if (this.#count < this.#closelyMax) return undefined;
    const trial = new Trial(subjectOf(workload, workloadClass), run);
    const remedy = this.#remedies.find(({ relaxations, host }) => trial.takes(relaxations, host));
    if (remedy !== undefined) return [fixOf(remedy, run.ledger)];
    if (seat !== undefined) return undefined;
    const classes = new Set(this.#failed.map(({ member }) => member.workloadClass));
    this.#spare ??= { host: SpareHost.for([...classes], run) };
    return this.#spare.host?.fixesFor(workloadClass);
  }
}

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
