import type { Amounts } from "../../model/demand.ts";
import type { HostConnection } from "../../model/host.ts";
import type { PlacementProblem, PlacementWorkload } from "../../model/placement.ts";
import type { DemandModel } from "../../model/usage.ts";
import { wantedBy } from "./demand.ts";
import { amountsText, demandText, extendedText } from "./demand-text.ts";
import { entitlement, minimumEntitlement } from "./entitlement.ts";
import { type Impact, ImpactTable } from "./impact.ts";
import { MatcherTable } from "./matchers.ts";
import { Numbering } from "./numbering.ts";
import { policyOf } from "./policy.ts";
import { readsOf } from "./reads.ts";
import { type ClassTerms, isRelated, TermTable } from "./terms.ts";

/** Workloads that no filter and no score can tell apart; all of them share one verdict. */
export interface WorkloadClass {
  readonly id: number;
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
  readonly extended: readonly (readonly [name: string, amount: number])[];
}

/** Gives every workload its class and keeps the selectors of all of them. */
export class ClassTable {
  readonly matchers: MatcherTable;
  readonly #classes = new Map<string, WorkloadClass>();
  readonly #byId: WorkloadClass[] = [];
  /** Workloads seen with the same demand object, which replicas share. */
  readonly #seen = new Map<PlacementWorkload["demand"], Known[]>();
  readonly #numbers = new Numbering();
  /** Terms of each class but for extended resources, and these, as text by class number. */
  readonly #terms: string[] = [];
  readonly #extended: string[] = [];
  /** Numbers of kins by what they have in common, and by class number. */
  readonly #kins = new Map<string, number>();
  readonly #kinOf: number[] = [];
  readonly #compiled: TermTable;
  readonly #impacts: ImpactTable;
  /** By what tells classes apart once all selectors are known, and by class number. */
  readonly #merged = new Map<string | number, WorkloadClass>();
  readonly #mergedInto: WorkloadClass[] = [];

  /** What counts as demand, by host, where some policy says it. */
  readonly #models: ReadonlyMap<string, DemandModel>;
  readonly #hosts: PlacementProblem["hosts"];
  /** States of hosts by name, once a repair asks. */
  #connections: ReadonlyMap<string, HostConnection> | undefined;

  constructor(problem: Pick<PlacementProblem, "hosts" | "namespaces" | "policies">) {
    const numberOf = (part: object): number => this.#numbers.of(part);
    this.matchers = new MatcherTable(problem.hosts, problem.namespaces);
    this.#compiled = new TermTable(this.matchers, numberOf);
    this.#impacts = new ImpactTable(this.matchers, numberOf);
    this.#hosts = problem.hosts;
    this.#models = demandModels(problem);
  }

  /** The class of a workload; a new one registers its selectors, so ask before placing any. */
  classOf(workload: PlacementWorkload): WorkloadClass {
    const alike = this.#seen.get(workload.demand);
    for (let index = 0; index < (alike?.length ?? 0); index++) {
      const known = alike?.[index];
      if (known !== undefined && isReplica(workload, known.sample)) return known.workloadClass;
    }
    const terms = this.#termsOf(workload);
    const extended = extendedText(workload.demand);
    const signature = `${this.#signature(workload, terms)}${extended}`;
    let workloadClass = this.#classes.get(signature);
    if (workloadClass === undefined) {
      workloadClass = makeClass(workload, {
        id: this.#byId.length,
        terms: this.#compiled.of(workload),
        load: this.#measuredLoad(workload) ?? entitlement(workload.demand),
        ...this.#departure(workload),
      });
      this.#classes.set(signature, workloadClass);
      this.#byId.push(workloadClass);
      this.#terms.push(terms);
      this.#extended.push(extended);
    }
    const known = { sample: workload, workloadClass };
    if (alike === undefined) this.#seen.set(workload.demand, [known]);
    else if (alike.length < ALIKE_MAX) alike.push(known);
    return workloadClass;
  }

  /**
   * The class that stands for all that differ only in names and labels which no selector tells
   * apart. Ask once every class is known.
   */
  merged(workloadClass: WorkloadClass): WorkloadClass {
    const known = this.#mergedInto[workloadClass.id];
    if (known !== undefined) return known;
    const extended = this.#extended[workloadClass.id] ?? "";
    const kin = this.kinOf(workloadClass);
    const signature = extended === "" ? kin : `${kin}${extended}`;
    const first = this.#merged.get(signature) ?? workloadClass;
    this.#merged.set(signature, first);
    this.#mergedInto[workloadClass.id] = first;
    return first;
  }

  /**
   * A number that classes have in common which differ in their extended resources, in names and in
   * labels that no selector tells apart, and in nothing else. Ask once every class is known.
   */
  kinOf(workloadClass: WorkloadClass): number {
    const known = this.#kinOf[workloadClass.id];
    if (known !== undefined) return known;
    const signature = this.#kinSignature(workloadClass);
    const kin = this.#kins.get(signature) ?? this.#kins.size;
    this.#kins.set(signature, kin);
    this.#kinOf[workloadClass.id] = kin;
    return kin;
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

  /** Counters that a member of the class touches; complete once every class is known. */
  impactOf(workloadClass: WorkloadClass): Impact {
    return this.#impacts.of(workloadClass);
  }

  /** What is known of its use now, by the model of its cluster; a newcomer has none. */
  #measuredLoad({ wish, at, active, usage, demand }: PlacementWorkload): Amounts | undefined {
    if (wish === "place" || active === undefined || usage === undefined) {
      return wish === "place" ? undefined : active;
    }
    return wantedBy(demand, { active, ...usage }, this.#models.get(at ?? "") ?? "active");
  }

  /** What a repair leaves, as far as it matters to where it may go. */
  #departure({ wish, at }: PlacementWorkload): Pick<WorkloadClass, "leaves" | "isRestart"> {
    const state = wish === "repair" && at !== undefined ? this.#connectionOf(at) : undefined;
    const mayReturn = state === "connected" || state === "standby";
    return { leaves: mayReturn ? at : undefined, isRestart: state === "disconnected" };
  }

  #connectionOf(host: string): HostConnection | undefined {
    this.#connections ??= new Map(this.#hosts.map(({ name, connection }) => [name, connection]));
    return this.#connections.get(host);
  }

  #usageText(workload: PlacementWorkload): string {
    const load = workload.usage === undefined ? undefined : this.#measuredLoad(workload);
    return load === undefined ? "" : amountsText(load);
  }

  /** A number that equal parts of workloads have in common. */
  numberOf(part: object): number {
    return this.#numbers.of(part);
  }

  #signature({ namespace, labels }: PlacementWorkload, terms: string): string {
    return `${namespace}\u0000${this.#numbers.of(labels)}\u0000${terms}`;
  }

  /** Labels and namespace count as far as selectors, filters or the own terms look at them. */
  #kinSignature(workloadClass: WorkloadClass): string {
    const { sample, terms: related } = workloadClass;
    const terms = this.#terms[workloadClass.id] ?? "";
    const own = isRelated(related) ? this.#signature(sample, "") : "";
    const matched = this.impactOf(workloadClass).matchers.map(({ id }) => id);
    return [own, matched.join(" "), readsOf(workloadClass), terms].join("\u0000");
  }

  #termsOf(workload: PlacementWorkload): string {
    const isRunning = workload.wish !== "place";
    const { leaves, isRestart } = this.#departure(workload);
    return [
      demandText(workload.demand),
      this.#numbers.of(workload.scheduling),
      workload.pinHost ?? "",
      workload.isEnding === true ? "ending" : "",
      workload.pool ?? "",
      workload.provider ?? "",
      leaves ?? "",
      isRestart ? "restart" : "",
      isRunning && workload.active !== undefined ? amountsText(workload.active) : "",
      this.#usageText(workload),
    ].join("\u0000");
  }
}

/** A workload whose class is known. */
interface Known {
  readonly sample: PlacementWorkload;
  readonly workloadClass: WorkloadClass;
}

/** Workloads with one demand that are kept to be recognised; the rest is told by its signature. */
const ALIKE_MAX = 16;

/** True when two workloads with the same demand object are certainly of one class. */
const isReplica = (one: PlacementWorkload, other: PlacementWorkload): boolean =>
  one.scheduling === other.scheduling &&
  one.labels === other.labels &&
  one.namespace === other.namespace &&
  one.pinHost === other.pinHost &&
  one.isEnding === other.isEnding &&
  one.pool === other.pool &&
  one.provider === other.provider &&
  one.wish === other.wish &&
  (one.wish === "place" || (one.wish === "keep" && isUsedAlike(one, other)));

const isUsedAlike = (one: PlacementWorkload, other: PlacementWorkload): boolean =>
  isSameUse(one.active, other.active) && one.usage === undefined && other.usage === undefined;

/** Whoever measures makes new amounts for each, replicas included. */
const isSameUse = (one: Amounts | undefined, other: Amounts | undefined): boolean =>
  one?.cpuMillicores === other?.cpuMillicores && one?.memoryBytes === other?.memoryBytes;

function makeClass(
  sample: PlacementWorkload,
  known: Pick<WorkloadClass, "id" | "terms" | "load" | "leaves" | "isRestart">,
): WorkloadClass {
  const { id, terms, load, leaves, isRestart } = known;
  return {
    id,
    terms,
    load,
    leaves,
    isRestart,
    sample,
    reserved: minimumEntitlement(sample.demand),
    isPod: sample.demand.qos !== undefined,
    extended: extendedOf(sample),
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

/** The model of every host whose policy names one. */
function demandModels({
  hosts,
  policies,
}: Pick<PlacementProblem, "hosts" | "policies">): ReadonlyMap<string, DemandModel> {
  const models = new Map<string, DemandModel>();
  if (policies.every(({ demand }) => demand === undefined)) return models;
  for (const { name, cluster } of hosts) {
    const { demand } = policyOf(policies, cluster) ?? {};
    if (demand !== undefined) models.set(name, demand);
  }
  return models;
}
