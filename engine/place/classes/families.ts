import type { Amounts } from "../../model/demand.ts";
import type { HostConnection } from "../../model/host.ts";
import type { PlacementProblem, PlacementWorkload } from "../../model/placement.ts";
import { policyOf } from "../../model/policy.ts";
import type { DemandModel } from "../../model/usage.ts";
import { isSame } from "../basics/same.ts";
import type { WorkloadClass } from "./classes.ts";
import { wantedBy } from "./demand.ts";
import { DemandNumbers } from "./demand-numbers.ts";
import { amountsText } from "./demand-text.ts";
import { entitlement, minimumEntitlement } from "./entitlement.ts";
import type { Numbering } from "./numbering.ts";
import type { TermTable } from "./terms.ts";

/** Classes that differ in nothing but the extended resources that they ask for. */
export interface Family {
  readonly sample: PlacementWorkload;
  /** That of its demand; see `DemandNumbers`. */
  readonly demandNumber: number;
  /** All that tells families apart but for namespace and labels. */
  readonly terms: string;
  /** What its classes have in common. */
  readonly common: Omit<WorkloadClass, "id" | "sample" | "extended">;
  /** Its classes by the text of what they ask for. */
  readonly classes: Map<string, WorkloadClass>;
}

/** Gives every workload its family. */
export class FamilyTable {
  readonly #known = new Map<string, Family>();
  /** The family of the last newcomer: many follow each other that are of one. */
  #last: Family | undefined;
  readonly #numbers: Numbering;
  readonly #demands = new DemandNumbers();
  readonly #compiled: TermTable;
  /** What counts as demand, by host, where some policy says it. */
  readonly #models: ReadonlyMap<string, DemandModel>;
  readonly #hosts: PlacementProblem["hosts"];
  /** States of hosts by name, once a repair asks. */
  #connections: ReadonlyMap<string, HostConnection> | undefined;

  constructor(
    { hosts, policies }: Pick<PlacementProblem, "hosts" | "policies">,
    { numbers, compiled }: { readonly numbers: Numbering; readonly compiled: TermTable },
  ) {
    this.#numbers = numbers;
    this.#compiled = compiled;
    this.#hosts = hosts;
    this.#models = demandModels({ hosts, policies });
  }

  /** The family of a workload; a new one registers its selectors. */
  of(workload: PlacementWorkload): Family {
    const demand = this.#demands.of(workload.demand);
    const last = this.#last;
    if (last?.demandNumber === demand && isSameNewcomer(workload, last.sample)) return last;
    const terms = this.#termsOf(workload, demand);
    const signature = this.signature(workload, terms);
    const family = this.#known.get(signature) ?? this.#make(workload, demand, terms);
    this.#known.set(signature, family);
    this.#last = family;
    return family;
  }

  /** Namespace and labels, before something else. */
  signature({ namespace, labels }: PlacementWorkload, terms: string): string {
    return `${namespace}\u0000${this.#numbers.of(labels)}\u0000${terms}`;
  }

  #make(sample: PlacementWorkload, demandNumber: number, terms: string): Family {
    const common = {
      family: this.#known.size,
      terms: this.#compiled.of(sample),
      load: this.#measuredLoad(sample) ?? entitlement(sample.demand),
      ...this.#departure(sample),
      reserved: minimumEntitlement(sample.demand),
      isPod: sample.demand.qos !== undefined,
      schedulingNumber: this.#numbers.of(sample.scheduling),
    };
    return { sample, demandNumber, terms, common, classes: new Map() };
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

  #termsOf(workload: PlacementWorkload, demand: number): string {
    const isRunning = workload.wish !== "place";
    const { leaves, isRestart } = this.#departure(workload);
    return [
      demand,
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

/** True when workloads are alike in what is told of every class but by demands and use. */
export const isAlike = (one: PlacementWorkload, other: PlacementWorkload): boolean =>
  one.namespace === other.namespace &&
  one.pinHost === other.pinHost &&
  one.isEnding === other.isEnding &&
  one.pool === other.pool &&
  one.provider === other.provider &&
  one.wish === other.wish;

/** True for two that wait to be placed and certainly differ in nothing but demands. */
const isSameNewcomer = (one: PlacementWorkload, other: PlacementWorkload): boolean =>
  one.wish === "place" &&
  isAlike(one, other) &&
  isSame(one.labels, other.labels) &&
  isSame(one.scheduling, other.scheduling);

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
