import type { Fix, PlacementWorkload } from "../../model/placement.ts";
import { fixOf, type FixWorld, remediesFor } from "./fixes.ts";
import type { Pending } from "../deciding/order.ts";
import { HostVerdictCache } from "../judging/verdict.ts";
import { moreNewHosts, newHostRelaxations } from "./new-host.ts";
import {
  edited,
  isReplayable,
  type Relaxation,
  replayed,
  sceneOf,
  subjectOf,
  workloadChange,
  worldWith,
} from "./scene.ts";
import { type Remedy, smallestOf, textOf, Trial, united } from "./trial.ts";

/** Choices of edits that are tried for a gang as a whole. */
const TRIES_MAX = 12;
const COST_ALONE = 85;
/** Fixes of a single member among which one is looked for that helps it without the others. */
const ALONE_MAX = 4;

/** A gang that does not start, with the first member that finds no host. */
export interface HeldGang {
  readonly members: readonly Pending[];
  readonly culprit: Pending;
  /** What would help the culprit while the others are seated. */
  readonly remedies: readonly Remedy[];
}

/**
 * What would let a gang start, for each of its members: edits for whoever holds it up or new hosts,
 * each made and the whole gang placed again; where none is found, the member starts without the
 * others. Nobody of the gang may be seated.
 */
export function gangFixes(
  gang: HeldGang,
  world: FixWorld,
  countMax: number,
): (member: Pending) => readonly Fix[] {
  const shared = isReplayable(world) ? sharedRemedies(gang, world, countMax) : [];
  const fixes = shared.map((remedy) => fixOf(remedy, world.ledger));
  return (member) => {
    if (fixes.length === 0) return [fixOf(aloneRemedy(member, gang, world), world.ledger)];
    return member === gang.culprit
      ? fixes
      : fixes.map((fix) => addressed(fix, gang.culprit.workload.key));
  };
}

function sharedRemedies(gang: HeldGang, world: FixWorld, countMax: number): readonly Remedy[] {
  const { culprit, remedies } = gang;
  const choices = [
    ...remedies,
    ...[
      ...newHostRelaxations(culprit.workloadClass, world.ledger),
      ...moreNewHosts(culprit.workloadClass, world.ledger),
    ].map((relaxation) => ({
      relaxations: [relaxation],
      host: relaxation.host,
    })),
  ];
  const found = new Map<string, Remedy>();
  for (const { relaxations, host } of choices.slice(0, TRIES_MAX)) {
    if (found.size >= countMax) break;
    if (!starts(gang, relaxations, world)) continue;
    const part = smallestOf(relaxations, (each) => starts(gang, each, world));
    const name = textOf(part);
    if (!found.has(name)) found.set(name, { relaxations: part, host });
  }
  return [...found.values()];
}

/** True when every member gets a host with these edits. */
function starts(
  { members, culprit }: HeldGang,
  relaxations: readonly Relaxation[],
  world: FixWorld,
): boolean {
  const start = sceneOf(culprit.workload, world);
  const scene = edited(start, relaxations);
  const waiting = members.map(({ workload }) => workload);
  const hosts = replayed(scene, waiting, world);
  return waiting.every(({ key }) => hosts.get(key) !== undefined);
}

/** The member without its gang, and what else it needs then. */
function aloneRemedy(member: Pending, gang: HeldGang, world: FixWorld): Remedy {
  const { workload, workloadClass } = member;
  const leaves = leaving(workload);
  const free = new Trial(subjectOf(workload, workloadClass), world).hostWith([], undefined);
  if (free !== undefined && !isReplayable(world)) return { relaxations: [leaves], host: free };
  const choices = [
    ...(free === undefined ? [] : [{ relaxations: [], host: free }]),
    ...remediesFor(member, world, ALONE_MAX),
  ].map(({ relaxations, host }) => ({ relaxations: [leaves, ...relaxations], host }));
  const [first = { relaxations: [leaves], host: "" }] = choices;
  if (!isReplayable(world)) return first;
  // What helps the member may let the others start as well, who then take what it needs.
  const waiting = gang.members.map((each) => each.workload);
  const helps = (part: readonly Relaxation[]): boolean => {
    const scene = part.reduce((known, { change }) => change(known), sceneOf(workload, world));
    return replayed(scene, waiting, world).get(workload.key) !== undefined;
  };
  const enough = [...choices, ...withMoreHosts(choices, member, world)];
  const whole =
    enough.find(({ relaxations }) => helps(relaxations)) ??
    choices
      .map((choice) => withWhatOthersTake(choice, member, gang, world))
      .find(({ relaxations }) => helps(relaxations)) ??
    first;
  return { relaxations: smallestOf(whole.relaxations, helps), host: whole.host };
}

/** The same with what the member lacks once the others have taken what these edits give. */
function withWhatOthersTake(
  choice: Remedy,
  member: Pending,
  { members }: HeldGang,
  world: FixWorld,
): Remedy {
  const start = sceneOf(member.workload, world);
  const scene = edited(start, choice.relaxations);
  const later = worldWith(scene, members, world);
  const { workload } = scene;
  const asking = { workload, workloadClass: later.ledger.classes.classOf(workload) };
  const [more] = remediesFor(asking, { ...later, cache: new HostVerdictCache() }, 1);
  if (more === undefined) return choice;
  return { relaxations: united([...choice.relaxations, ...more.relaxations]), host: more.host };
}

/** The same with several new hosts where there is one. */
function withMoreHosts(
  choices: readonly Remedy[],
  { workloadClass }: Pending,
  { ledger }: FixWorld,
): readonly Remedy[] {
  const isNewHost = ({ edit: { path } }: Relaxation): boolean =>
    path.startsWith("host/") && path.endsWith("#");
  return choices
    .filter(({ relaxations }) => relaxations.some((each) => isNewHost(each)))
    .flatMap(({ relaxations }) =>
      moreNewHosts(workloadClass, ledger).map((more) => ({
        relaxations: relaxations.map((each) => (isNewHost(each) ? more : each)),
        host: more.host,
      })),
    );
}

const leaving = ({ key, gang = "" }: PlacementWorkload): Relaxation => ({
  cost: COST_ALONE,
  description: `take ${key} out of ${gang}`,
  edit: { path: "/gang", from: gang, to: "" },
  change: workloadChange(({ gang: _gang, ...alone }) => alone),
});

/** The same edits as somebody else reads them. */
const addressed = (fix: Fix, owner: string): Fix => ({
  ...fix,
  description: `${owner}: ${fix.description}`,
  edits: fix.edits.map((edit) =>
    edit.path.startsWith("/") ? { ...edit, path: `${owner}#${edit.path}` } : edit,
  ),
});
