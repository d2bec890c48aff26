import { compareText } from "../../model/canonical.ts";
import { type Applicant, applicantOf } from "../classes/applicant.ts";
import { PASS } from "../filters/filter.ts";
import { FILTERS } from "../filters/index.ts";
import { hostGate, poolGate } from "../judging/gates.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { busyFilters, isByHost } from "../judging/verdict.ts";
import { poolRelaxations } from "./limits.ts";
import { failingFilters, obstaclesOf } from "./obstacles.ts";
import { copyOf, type Obstacles, type Scene, type World } from "./scene.ts";

/** Some hosts, and the workload that asks for one of them. */
interface Part {
  readonly ledger: Ledger;
  readonly applicant: Applicant;
}

/**
 * A world with some edits made in which a workload asks for a host. Where one host's answer depends
 * on no other, only hosts that are edited are set up anew.
 */
export class Stage {
  /** Hosts as the plan leaves them, or all of them; sums above hosts are kept there. */
  readonly #whole: Part;
  /** Hosts that are other than they were; they count instead of those of the same name. */
  readonly #edited: Part | undefined;

  constructor(scene: Scene, world: World) {
    const { whole, edited } = partsOf(scene, world);
    this.#whole = whole;
    this.#edited = edited;
  }

  /** True when that very host takes the workload. */
  takes(name: string): boolean {
    const [part, host] = this.#find(name);
    return host !== undefined && this.#isAdmitted(part) && passesAll(host, part);
  }

  /** The first host by name that takes it. */
  firstHost(): string | undefined {
    const edited = this.#edited;
    const isElsewhere = (name: string): boolean => edited?.ledger.indexOf.has(name) === true;
    const found = [this.#whole, ...(edited === undefined ? [] : [edited])]
      .filter((part) => this.#isAdmitted(part))
      .flatMap((part) => firstOf(part, (name) => part === edited || !isElsewhere(name)) ?? []);
    return found.sort(compareText)[0];
  }

  /** All that is in the way on a host; undefined when something cannot be taken away. */
  obstaclesOn(name: string): Obstacles | undefined {
    const [part, host] = this.#find(name);
    if (host === undefined) return undefined;
    const { ledger, applicant } = part;
    const onHost = obstaclesOf(host, failingFilters(host, applicant, ledger), part);
    const { workloadClass } = this.#whole.applicant;
    return onHost && [...onHost, ...poolRelaxations(workloadClass, this.#whole.ledger)];
  }

  #find(name: string): readonly [Part, number | undefined] {
    const host = this.#edited?.ledger.indexOf.get(name);
    return this.#edited === undefined || host === undefined
      ? [this.#whole, this.#whole.ledger.indexOf.get(name)]
      : [this.#edited, host];
  }

  /** Gates above hosts: those of pools count what runs anywhere. */
  #isAdmitted({ ledger, applicant: { workloadClass } }: Part): boolean {
    const { ledger: all, applicant } = this.#whole;
    return (
      hostGate(workloadClass, ledger) === undefined &&
      poolGate(applicant.workloadClass, all) === undefined
    );
  }
}

/** Hosts of whom nothing else depends are enough; else all are set up with the edits made. */
function partsOf(scene: Scene, world: World): { readonly whole: Part; readonly edited?: Part } {
  const { pools, policies, dropped, hosts, added } = scene;
  if (pools.size + policies.size + dropped.size === 0) {
    const whole = partOf(world.ledger, scene);
    if (hosts.size + added.length === 0) return { whole };
    const edited = isAlone(whole) ? partOf(editedHosts(scene, world), scene) : undefined;
    if (edited !== undefined && isAlone(edited)) return { whole, edited };
  }
  return { whole: partOf(copyOf(scene, world), scene) };
}

function partOf(ledger: Ledger, { workload }: Scene): Part {
  return { ledger, applicant: applicantOf(ledger.classes.classOf(workload), ledger) };
}

/** True when nothing on one host changes what is said of another, or how much pools reserve. */
const isAlone = ({ ledger, applicant }: Part): boolean =>
  !ledger.pools.hasReservations && isByHost(busyFilters(applicant, ledger));

/** The hosts that are new or described anew, with what is on them. */
function editedHosts(scene: Scene, world: World): Ledger {
  const { ledger } = world;
  const known = [...scene.hosts.keys()].flatMap(
    (name) => ledger.hosts[ledger.indexOf.get(name) ?? -1] ?? [],
  );
  return copyOf(scene, world, { hosts: [...known, ...scene.added] });
}

const passesAll = (host: number, { ledger, applicant }: Part): boolean =>
  FILTERS.every((filter) => filter.test(host, applicant, ledger) === PASS);

/** Name of the first host of a part that takes the workload. */
const firstOf = (part: Part, isAsked: (name: string) => boolean): string | undefined =>
  part.ledger.hosts.find(({ name }, host) => isAsked(name) && passesAll(host, part))?.name;
