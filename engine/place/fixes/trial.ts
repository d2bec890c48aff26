import {
  type Doubts,
  doubtsOf,
  edited,
  type Relaxation,
  replayed,
  type Scene,
  sceneOf,
  type World,
} from "./scene.ts";
import { Stage } from "./stage.ts";

/** Rounds in which one edit may bring up the next obstacle on the same host. */
const ROUNDS_MAX = 32;
/** Up to so many edits every smaller choice of them is tried; more are dropped one by one. */
const SUBSETS_OF_MAX = 5;

/** Edits that were made and with which a host takes the workload. */
export interface Remedy {
  readonly relaxations: readonly Relaxation[];
  /** Name of the host; it may be a new one. */
  readonly host: string;
}

/**
 * Tries edits for one workload on the world as the plan leaves it. Where a plan may do more than
 * seat it, what counts is what a plan does.
 */
export class Trial {
  readonly #world: World;
  readonly #start: Scene;
  readonly #doubts: Doubts;
  /** Hosts that plans gave it, by the edits. */
  readonly #planned = new Map<string, string | undefined>();
  #last: { readonly name: string; readonly stage: Stage } | undefined;

  constructor(workload: Scene["workload"], world: World) {
    this.#world = world;
    this.#start = sceneOf(workload, world);
    this.#doubts = doubtsOf(world);
  }

  /** True where a plan may take a host away that was found. */
  get isDoubted(): boolean {
    return this.#doubts === "any";
  }

  /** The host that takes the workload with these edits: the preferred one, else the first. */
  hostWith(relaxations: readonly Relaxation[], preferred: string | undefined): string | undefined {
    if (preferred !== undefined && this.takes(relaxations, preferred)) return preferred;
    return this.#stage(relaxations).firstHost();
  }

  /** True when that very host takes the workload with these edits. */
  takes(relaxations: readonly Relaxation[], name: string): boolean {
    return this.#stage(relaxations).takes(name);
  }

  /** Adds the cheapest edit for whatever is still in the way on a host; undefined if it stays. */
  complete(given: readonly Relaxation[], name: string): Remedy | undefined {
    let relaxations = united(given);
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const obstacles = this.#stage(relaxations).obstaclesOn(name);
      if (obstacles === undefined) return undefined;
      if (obstacles.length === 0) {
        const host = this.hostWith(relaxations, name);
        return host === undefined ? undefined : { relaxations, host };
      }
      const more = united([...relaxations, ...obstacles.flatMap(([first]) => first ?? [])]);
      if (textOf(more) === textOf(relaxations)) return undefined;
      relaxations = more;
    }
    return undefined;
  }

  /**
   * The smallest choice of the edits that is enough: no part of it places the workload. Undefined
   * where all of them are not enough for a plan.
   */
  shrink(remedy: Remedy): Remedy | undefined {
    let { host } = remedy;
    const isEnough = (part: readonly Relaxation[]): boolean => {
      const found = this.hostInPlan(part, host);
      host = found ?? host;
      return found !== undefined;
    };
    if (this.isDoubted && !isEnough(remedy.relaxations)) return undefined;
    const relaxations = smallestOf(remedy.relaxations, isEnough);
    return { relaxations, host };
  }

  /** As `hostWith`; a plan is made where it may say otherwise and not too many were made. */
  hostInPlan(
    relaxations: readonly Relaxation[],
    preferred: string | undefined,
  ): string | undefined {
    const host = this.hostWith(relaxations, preferred);
    if (this.#doubts === "none" || (this.#doubts === "no" && host !== undefined)) return host;
    const name = nameOf(relaxations);
    if (this.#planned.has(name)) return this.#planned.get(name);
    const { effort, problem } = this.#world;
    if (effort.left <= 0) return host;
    effort.left -= problem.workloads.length + problem.hosts.length;
    const scene = edited(this.#start, relaxations);
    const found = replayed(scene, [this.#start.workload], this.#world).get(scene.workload.key);
    this.#planned.set(name, found);
    return found;
  }

  /** The world with some edits made; the last one is kept, since it is asked for again. */
  #stage(relaxations: readonly Relaxation[]): Stage {
    const name = nameOf(relaxations);
    if (this.#last?.name !== name) {
      this.#last = { name, stage: new Stage(edited(this.#start, relaxations), this.#world) };
    }
    return this.#last.stage;
  }
}

/**
 * Each value edited once, as it was edited last; one that goes on where another ended is both of
 * them. What is added to a list is a value of its own.
 */
export function united(relaxations: readonly Relaxation[]): readonly Relaxation[] {
  const valueOf = ({ edit: { path, from, to } }: Relaxation): string => `${path} ${from ?? to}`;
  const known = new Map<string, Relaxation>();
  for (const each of relaxations) {
    const before = [...known.values()].find((earlier) => goesOn(earlier, each));
    const whole = before === undefined ? each : oneAfterTheOther(before, each);
    known.set(valueOf(whole), whole);
  }
  return [...known.values()];
}

const goesOn = ({ edit: earlier }: Relaxation, { edit: later }: Relaxation): boolean =>
  later.path === earlier.path && later.from !== undefined && later.from === earlier.to;

const oneAfterTheOther = (earlier: Relaxation, later: Relaxation): Relaxation => ({
  cost: earlier.cost + later.cost,
  description: `${earlier.description}, ${later.description}`,
  edit: { ...later.edit, from: earlier.edit.from },
  change: (scene) => later.change(earlier.change(scene)),
});

/** What tells edits from others: two may be said in the same words. */
const nameOf = (relaxations: readonly Relaxation[]): string =>
  relaxations.map(({ edit: { path, from, to } }) => `${path} ${from} ${to}`).join("\u0000");

/** Edits in words. */
export const textOf = (relaxations: readonly Relaxation[]): string =>
  relaxations.map(({ description }) => description).join(", ");

/** The smallest choice of edits that is enough, of which no part is. */
export function smallestOf(
  relaxations: readonly Relaxation[],
  isEnough: (part: readonly Relaxation[]) => boolean,
): readonly Relaxation[] {
  const part = partsOf(relaxations).find((each) => isEnough(each));
  return part === undefined ? relaxations : smallestOf(part, isEnough);
}

/** Every choice of some of the edits, small ones first; of many only those without one of them. */
function partsOf(relaxations: readonly Relaxation[]): readonly (readonly Relaxation[])[] {
  if (relaxations.length > SUBSETS_OF_MAX) {
    return relaxations.map((left) => relaxations.filter((each) => each !== left));
  }
  const whole = 2 ** relaxations.length - 1;
  const parts = Array.from({ length: Math.max(0, whole - 1) }, (_, index) =>
    relaxations.filter((_each, position) => ((index + 1) & (1 << position)) !== 0),
  );
  return parts.sort((left, right) => left.length - right.length);
}
