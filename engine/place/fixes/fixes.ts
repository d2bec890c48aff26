import type { Fix, PlacementWorkload } from "../../model/placement.ts";
import { applicantOf } from "../classes/applicant.ts";
import type { WorkloadClass } from "../classes/classes.ts";
import { moreNewHosts, type NewHosts, newHostRelaxations } from "./new-host.ts";
import { trialRelaxations } from "./limits.ts";
import { obstaclesOf } from "./obstacles.ts";
import { cutPercent } from "./room.ts";
import { isReplayable, type Relaxation, subjectOf, type World } from "./scene.ts";
import { type Remedy, textOf, Trial, united } from "./trial.ts";
import { PASS } from "../filters/filter.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Pending } from "../deciding/order.ts";
import { busyFilters, type HostVerdictCache } from "../judging/verdict.ts";

/** Up to so many hosts each is looked at closely; of more, one for each set of obstacles. */
const HOSTS_CLOSELY_MAX = 64;
/** Choices of edits that are tried beyond those that are wanted. */
const TRIES_BEYOND = 4;
/** Other choices of edits for one host. */
const VARIANTS_MAX = 6;

/** Edits for one host, before they were tried. */
interface Proposal {
  readonly relaxations: readonly Relaxation[];
  readonly cost: number;
  readonly host: number;
}

/** The world with what filters say of hosts. */
export interface FixWorld extends World {
  readonly cache: HostVerdictCache;
}

/**
 * The cheapest edits that give the workload a host as things are after the plan. Each was made in a
 * copy of the world and the workload found a host there; of edits that belong together none can be
 * left out. At least one is found for whatever a new host or less than it asks for can help.
 * The workload must not be seated. At most `countMax` of them; in a large world, of which a copy
 * takes long, only edits of the workload itself, and a new host where there are none.
 */
export function remediesFor(
  { workload, workloadClass }: Pick<Pending, "workload" | "workloadClass">,
  world: FixWorld,
  countMax: number,
): readonly Remedy[] {
  const trial = new Trial(subjectOf(workload, workloadClass), world);
  const again = trial.isDoubted ? trial.hostInPlan([], undefined) : undefined;
  if (again !== undefined) return [{ relaxations: [], host: again }];
  const search = new Search(trial, { world, workloadClass, countMax });
  search.afterTrial();
  search.onHosts();
  search.onNewHosts();
  return search.found;
}

/** Looks for edits, each cut down to what is needed of it, until there are enough. */
class Search {
  readonly #trial: Trial;
  readonly #world: FixWorld;
  readonly #workloadClass: WorkloadClass;
  readonly #countMax: number;
  readonly #found = new Map<string, Remedy>();

  constructor(
    trial: Trial,
    given: {
      readonly world: FixWorld;
      readonly workloadClass: WorkloadClass;
      readonly countMax: number;
    },
  ) {
    this.#trial = trial;
    this.#world = given.world;
    this.#workloadClass = given.workloadClass;
    this.#countMax = given.countMax;
  }

  get found(): readonly Remedy[] {
    return [...this.#found.values()];
  }

  /** What would admit a workload that a host takes and the trial of failures refuses. */
  afterTrial(): void {
    const host = this.#trial.isDoubted ? this.#trial.hostWith([], undefined) : undefined;
    if (host === undefined) return;
    trialRelaxations(this.#world.ledger).some((each) => this.#note({ relaxations: [each], host }));
  }

  /** What lets hosts that are there take it; in a large world no more than edits of itself. */
  onHosts(): void {
    const world = this.#world;
    const proposals = proposalsOf(this.#workloadClass, world).filter(
      ({ relaxations }) =>
        isReplayable(world) || relaxations.every(({ edit }) => edit.path.startsWith("/")),
    );
    for (const { relaxations, host } of proposals.slice(0, this.#countMax + TRIES_BEYOND)) {
      // Of edits that belong together there are many like choices; one of them is enough.
      if (this.#found.size >= (relaxations.length < 2 ? this.#countMax : 1)) break;
      // What is enough on one host is so on another, or would be cut down to it.
      if (this.#found.has(textOf(relaxations))) continue;
      const remedy = this.#trial.complete(relaxations, world.ledger.hosts[host]?.name ?? "");
      if (remedy !== undefined && remedy.relaxations.length > 0) this.#note(remedy);
    }
  }

  /** A new host, or several, where more is wanted than was found. */
  onNewHosts(): void {
    const world = this.#world;
    if (this.#found.size >= (isReplayable(world) ? this.#countMax : 1)) return;
    newHosts(this.#workloadClass, world.ledger, this.#trial).some((each) => this.#note(each));
  }

  /** True when the edits help, if need be with less that is kept for failures that are tried. */
  #note(whole: Remedy): boolean {
    const { relaxations, host } = whole;
    const more = this.#trial.isDoubted ? trialRelaxations(this.#world.ledger) : [];
    let remedy = this.#trial.shrink(whole);
    for (const each of more) {
      remedy ??= this.#trial.shrink({ relaxations: united([...relaxations, each]), host });
    }
    if (remedy === undefined) return false;
    const name = textOf(remedy.relaxations);
    if (!this.#found.has(name)) this.#found.set(name, remedy);
    return true;
  }
}

const AGAIN = "plan again once this plan is carried out";

/** A remedy as it is written down; a host that is not there yet has no name. */
export const fixOf = ({ relaxations, host }: Remedy, ledger: Ledger): Fix => ({
  description: relaxations.length === 0 ? AGAIN : textOf(relaxations),
  host: ledger.indexOf.has(host) ? host : "",
  edits: relaxations.map(({ edit }) => edit),
});

/** New hosts with the fewest further edits; several where a policy keeps more spare than one. */
function newHosts(workloadClass: WorkloadClass, ledger: Ledger, trial: Trial): readonly Remedy[] {
  const remedies: Remedy[] = [];
  const isEnough = (relaxation: NewHosts): boolean => {
    const remedy = trial.complete([relaxation], relaxation.host);
    if (remedy !== undefined) remedies.push(remedy);
    return remedy?.relaxations.length === 1;
  };
  const isSpare = ({ edit }: Relaxation): boolean => edit.path.startsWith("policy/");
  if (
    !newHostRelaxations(workloadClass, ledger).some((each) => isEnough(each)) &&
    remedies.every(({ relaxations }) => relaxations.some((each) => isSpare(each)))
  ) {
    moreNewHosts(workloadClass, ledger).some((each) => isEnough(each));
  }
  return remedies.toSorted((left, right) => left.relaxations.length - right.relaxations.length);
}

/** What would have to change on each host worth looking at, fewest edits first, then cheapest. */
function proposalsOf(
  workloadClass: WorkloadClass,
  { ledger, cache }: World & { readonly cache: HostVerdictCache },
): readonly Proposal[] {
  const applicant = applicantOf(workloadClass, ledger);
  const { failing: failingHost } = cache.of(workloadClass, ledger);
  const busy = busyFilters(applicant, ledger);
  const failing = failingHost.slice();
  for (let host = 0; host < failing.length; host++) {
    for (const [order, filter] of busy) {
      if (filter.test(host, applicant, ledger) === PASS) continue;
      failing[host] = (failing[host] ?? 0) | (1 << order);
    }
  }
  return closest(failing, workloadClass.sample, ledger)
    .flatMap((host): readonly Proposal[] => {
      const obstacles = obstaclesOf(host, failing[host] ?? 0, { applicant, ledger });
      return obstacles === undefined ? [] : choices(obstacles, host);
    })
    .toSorted(
      (left, right) =>
        left.relaxations.length - right.relaxations.length ||
        left.cost - right.cost ||
        left.host - right.host,
    );
}

/** Every host, or of many that fail alike the first and the one with the smallest cut. */
function closest(
  failing: Int32Array,
  sample: PlacementWorkload,
  ledger: Ledger,
): readonly number[] {
  const all = Array.from(failing, (_, host) => host);
  if (all.length <= HOSTS_CLOSELY_MAX) return all;
  const groups = new Map<number, { readonly first: number; least: number; cut: number }>();
  for (const host of all) {
    const mask = failing[host] ?? 0;
    const group = groups.get(mask);
    if (group === undefined) {
      groups.set(mask, { first: host, least: host, cut: cutPercent(host, sample, ledger) });
      continue;
    }
    if (group.cut === 0) continue;
    const cut = cutPercent(host, sample, ledger);
    if (cut < group.cut) Object.assign(group, { least: host, cut });
  }
  return [...new Set([...groups.values()].flatMap(({ first, least }) => [first, least]))];
}

/** The first edit against each obstacle, and the same with one of them made otherwise. */
function choices(obstacles: readonly (readonly Relaxation[])[], host: number): readonly Proposal[] {
  const firsts = obstacles.flatMap(([first]) => first ?? []);
  const proposal = (relaxations: readonly Relaxation[]): Proposal => ({
    relaxations,
    cost: relaxations.reduce((sum, { cost }) => sum + cost, 0),
    host,
  });
  const others = obstacles.flatMap((alternatives, position) =>
    alternatives
      .slice(1)
      .map((other) => proposal(firsts.map((each, index) => (index === position ? other : each)))),
  );
  return [proposal(firsts), ...others.slice(0, VARIANTS_MAX)];
}
