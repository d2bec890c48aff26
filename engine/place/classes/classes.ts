import type { Amounts } from "../../model/demand.ts";
import type { PlacementProblem, PlacementWorkload } from "../../model/placement.ts";
import { extendedText } from "./demand-text.ts";
import { type Family, FamilyTable, isAlike } from "./families.ts";
import { type Impact, ImpactTable } from "./impact.ts";
import { MatcherTable } from "./matchers.ts";
import { Numbering } from "./numbering.ts";
import { readsOf } from "./reads.ts";
import { type ClassTerms, isRelated, TermTable } from "./terms.ts";

/** Workloads that no filter and no score can tell apart; all of them share one verdict. */
export interface WorkloadClass {
  readonly id: number;
  /** A number of all that differ in nothing but the extended resources that they ask for. */
  readonly family: number;
  /** Any member; only what is equal in all members may be read from it. */
  readonly sample: PlacementWorkload;
  /** Host that a repair has to leave and that takes others; a closed one takes nobody anyway. */
  readonly leaves: string | undefined;
  /** True for what a lost host ran. */
  readonly isRestart: boolean;
  readonly terms: ClassTerms;
  /** What every host has to have unreserved for it. */
  readonly reserved: Amounts;
  /** Use that DRS counts: measured, or the entitlement as worst case. */
  readonly load: Amounts;
  readonly isPod: boolean;
  /** That of its scheduling terms. */
  readonly schedulingNumber: number;
  readonly extended: readonly (readonly [name: string, amount: number])[];
}

/** Gives every workload its class and keeps the selectors of all of them. */
export class ClassTable {
  readonly matchers: MatcherTable;
  readonly #byId: WorkloadClass[] = [];
  /** Workloads seen with the same demand object, which replicas share. */
  readonly #seen = new Map<PlacementWorkload["demand"], Known>();
  readonly #numbers = new Numbering();
  readonly #families: FamilyTable;
  /** The family of each class and its extended resources as text, by class number. */
  readonly #familyOf: Family[] = [];
  readonly #extended: string[] = [];
  /** Kins by what they have in common, by family, and by class number. */
  readonly #kins = new Map<string, Kin>();
  readonly #kinsByFamily = new Map<Family, Kin>();
  readonly #kinsByClass: Kin[] = [];
  /** Of the selectors, when kins were found by family. */
  #revision = 0;
  readonly #impacts: ImpactTable;
  /** By class number. */
  readonly #impactOf: Impact[] = [];
  /** The class that stands for each, by class number. */
  readonly #mergedInto: WorkloadClass[] = [];

  constructor(problem: Pick<PlacementProblem, "hosts" | "namespaces" | "policies">) {
    const numberOf = (part: object): number => this.#numbers.of(part);
    this.matchers = new MatcherTable(problem.hosts, problem.namespaces);
    const compiled = new TermTable(this.matchers, numberOf);
    this.#families = new FamilyTable(problem, { numbers: this.#numbers, compiled });
    this.#impacts = new ImpactTable(this.matchers, numberOf);
  }

  /** The class of a workload; a new one registers its selectors, so ask before placing any. */
  classOf(workload: PlacementWorkload): WorkloadClass {
    const alike = this.#seen.get(workload.demand);
    for (let known = alike; known !== undefined; known = known.next) {
      if (isReplica(workload, known.sample)) return known.workloadClass;
    }
    const workloadClass = this.#classIn(this.#families.of(workload), workload);
    const count = (alike?.count ?? 0) + 1;
    if (count <= ALIKE_MAX) {
      this.#seen.set(workload.demand, { sample: workload, workloadClass, next: alike, count });
    }
    return workloadClass;
  }

  #classIn(family: Family, sample: PlacementWorkload): WorkloadClass {
    const text = extendedText(sample.demand);
    let workloadClass = family.classes.get(text);
    if (workloadClass === undefined) {
      workloadClass = makeClass(this.#byId.length, sample, family);
      family.classes.set(text, workloadClass);
      this.#byId.push(workloadClass);
      this.#familyOf.push(family);
      this.#extended.push(text);
    }
    return workloadClass;
  }

  /**
   * The class that stands for all that differ only in names and labels which no selector tells
   * apart. Ask once every class is known.
   */
  merged(workloadClass: WorkloadClass): WorkloadClass {
    const { id } = workloadClass;
    const known = this.#mergedInto[id];
    if (known !== undefined) return known;
    const { firsts } = this.#kinOf(workloadClass);
    const extended = this.#extended[id] ?? "";
    const first = firsts.get(extended) ?? workloadClass;
    firsts.set(extended, first);
    this.#mergedInto[id] = first;
    return first;
  }

  /**
   * A number that classes have in common which differ in their extended resources, in names and in
   * labels that no selector tells apart, and in nothing else. Ask once every class is known.
   */
  kinOf(workloadClass: WorkloadClass): number {
    return this.#kinOf(workloadClass).number;
  }

  #kinOf(workloadClass: WorkloadClass): Kin {
    const { id } = workloadClass;
    return (this.#kinsByClass[id] ??= this.#kinOfFamily(workloadClass, this.#family(id)));
  }

  /** Families stay what they are as long as no selector comes that may tell more apart. */
  #kinOfFamily(workloadClass: WorkloadClass, family: Family): Kin {
    const { revision } = this.matchers;
    if (this.#revision !== revision) this.#kinsByFamily.clear();
    this.#revision = revision;
    let kin = this.#kinsByFamily.get(family);
    if (kin === undefined) {
      const signature = this.#kinSignature(workloadClass, family);
      kin = this.#kins.get(signature) ?? { number: this.#kins.size, firsts: new Map() };
      this.#kins.set(signature, kin);
      this.#kinsByFamily.set(family, kin);
    }
    return kin;
  }

  #family(id: number): Family {
    const family = this.#familyOf[id];
    if (family === undefined) throw new Error("no such class");
    return family;
  }

  all(): readonly WorkloadClass[] {
    return [...this.#byId];
  }

  /** The class with a number. */
  at(id: number): WorkloadClass {
    const workloadClass = this.#byId[id];
    if (workloadClass === undefined) throw new Error("no such class");
    return workloadClass;
  }

  /**
   * Counters that a member of the class touches. Ask once every class is known: selectors that
   * come later are not in it.
   */
  impactOf(workloadClass: WorkloadClass): Impact {
    const { id } = workloadClass;
    return (this.#impactOf[id] ??= this.#impacts.of(this.#family(id).sample));
  }

  /** A number that equal parts of workloads have in common. */
  numberOf(part: object): number {
    return this.#numbers.of(part);
  }

  /** Labels and namespace count as far as selectors, filters or the own terms look at them. */
  #kinSignature(workloadClass: WorkloadClass, { terms }: Family): string {
    const { sample, terms: related } = workloadClass;
    const own = isRelated(related) ? this.#families.signature(sample, "") : "";
    const matched = this.impactOf(workloadClass).matchers.map(({ id }) => id);
    return [own, matched.join(" "), readsOf(workloadClass), terms].join("\u0000");
  }
}

/** Classes that differ in extended resources and in what nothing tells apart. */
interface Kin {
  readonly number: number;
  /** The class that stands for all with the same extended resources, by the text of these. */
  readonly firsts: Map<string, WorkloadClass>;
}

/** A workload whose class is known, before others with the same demand. */
interface Known {
  readonly sample: PlacementWorkload;
  readonly workloadClass: WorkloadClass;
  readonly next: Known | undefined;
  /** How many they are with it. */
  readonly count: number;
}

/** Workloads with one demand that are kept to be recognised; the rest is told by its signature. */
const ALIKE_MAX = 16;

/** True when two workloads with the same demand object are certainly of one class. */
const isReplica = (one: PlacementWorkload, other: PlacementWorkload): boolean =>
  one.scheduling === other.scheduling &&
  one.labels === other.labels &&
  isAlike(one, other) &&
  (one.wish === "place" || (one.wish === "keep" && isUsedAlike(one, other)));

const isUsedAlike = (one: PlacementWorkload, other: PlacementWorkload): boolean =>
  isSameUse(one.active, other.active) && one.usage === undefined && other.usage === undefined;

/** Whoever measures makes new amounts for each, replicas included. */
const isSameUse = (one: Amounts | undefined, other: Amounts | undefined): boolean =>
  one?.cpuMillicores === other?.cpuMillicores && one?.memoryBytes === other?.memoryBytes;

/** Written out: there may be one for every workload. */
function makeClass(id: number, sample: PlacementWorkload, { common }: Family): WorkloadClass {
  const { family, terms, load, leaves, isRestart, reserved, isPod, schedulingNumber } = common;
  return {
    id,
    family,
    terms,
    load,
    leaves,
    isRestart,
    sample,
    reserved,
    isPod,
    extended: extendedOf(sample),
    schedulingNumber,
  };
}

const NOTHING: WorkloadClass["extended"] = [];

function extendedOf({ demand }: PlacementWorkload): WorkloadClass["extended"] {
  const entries = Object.entries(demand.request.extended);
  if (entries.length === 0) return NOTHING;
  return entries
    .filter(([, amount]) => amount > 0)
    .sort(([left], [right]) => (left < right ? -1 : 1));
}
