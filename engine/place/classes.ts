import type { Amounts } from "../model/demand.ts";
import type { PlacementProblem, PlacementWorkload } from "../model/placement.ts";
import type { DemandModel } from "../model/usage.ts";
import { wantedBy } from "./demand.ts";
import { entitlement, minimumEntitlement } from "./entitlement.ts";
import type { Holder, Matcher } from "./matchers.ts";
import { MatcherTable } from "./matchers.ts";
import { Numbering } from "./numbering.ts";
import { policyOf } from "./policy.ts";
import { type ClassTerms, compileTerms } from "./terms.ts";

/** Workloads that no filter and no score can tell apart; all of them share one verdict. */
export interface WorkloadClass {
  readonly id: number;
  /** Any member; only what is equal in all members may be read from it. */
  readonly sample: PlacementWorkload;
  /** Host that a repair has to leave. */
  readonly leaves: string | undefined;
  readonly terms: ClassTerms;
  /** What every host has to have unreserved for it. */
  readonly reserved: Amounts;
  /** Use that DRS counts: measured, or the entitlement as worst case. */
  readonly load: Amounts;
  readonly isPod: boolean;
  readonly extended: readonly (readonly [name: string, amount: number])[];
}

/** The class, and what placing one of its members adds to the counters of others. */
export interface Impact {
  readonly matchers: readonly Matcher[];
  readonly antiHolders: readonly Holder[];
  readonly scoreHolders: readonly Holder[];
}

/** Gives every workload its class and keeps the selectors of all of them. */
export class ClassTable {
  readonly matchers: MatcherTable;
  readonly #classes = new Map<string, WorkloadClass>();
  readonly #numbers = new Numbering();
  readonly #impacts = new Map<number, Impact>();

  /** What counts as demand, by host, where some policy says it. */
  readonly #models: ReadonlyMap<string, DemandModel>;

  constructor(problem: Pick<PlacementProblem, "hosts" | "namespaces" | "policies">) {
    this.matchers = new MatcherTable(problem.hosts, problem.namespaces);
    this.#models = demandModels(problem);
  }

  /** The class of a workload; a new one registers its selectors, so ask before placing any. */
  classOf(workload: PlacementWorkload): WorkloadClass {
    const signature = this.#signature(workload);
    let known = this.#classes.get(signature);
    if (known === undefined) {
      known = makeClass(workload, {
        id: this.#classes.size,
        terms: compileTerms(workload, this.matchers),
        load: this.#measuredLoad(workload) ?? entitlement(workload.demand),
      });
      this.#classes.set(signature, known);
    }
    return known;
  }

  all(): readonly WorkloadClass[] {
    return [...this.#classes.values()];
  }

  /** Counters that a member of the class touches; complete once every class is known. */
  impactOf(workloadClass: WorkloadClass): Impact {
    let impact = this.#impacts.get(workloadClass.id);
    if (impact === undefined) {
      const matching = this.matchers.matching(workloadClass.sample);
      // Spread constraints count no workload on its way out; every other term still does.
      const matchers =
        workloadClass.sample.isEnding === true
          ? matching.map((matcher) => ({ ...matcher, perHost: undefined }))
          : matching;
      impact = {
        matchers,
        antiHolders: matchers.flatMap((matcher) => matcher.antiHolders),
        scoreHolders: matchers.flatMap((matcher) => matcher.scoreHolders),
      };
      this.#impacts.set(workloadClass.id, impact);
    }
    return impact;
  }

  /** What is known of its use now, by the model of its cluster; a newcomer has none. */
  #measuredLoad({ wish, at, active, usage, demand }: PlacementWorkload): Amounts | undefined {
    if (wish === "place" || active === undefined || usage === undefined) {
      return wish === "place" ? undefined : active;
    }
    return wantedBy(demand, { active, ...usage }, this.#models.get(at ?? "") ?? "active");
  }

  #usageText(workload: PlacementWorkload): string {
    const load = workload.usage === undefined ? undefined : this.#measuredLoad(workload);
    return load === undefined ? "" : textOfAmounts(load);
  }

  #signature(workload: PlacementWorkload): string {
    const running = workload.wish !== "place";
    return [
      workload.namespace,
      this.#numbers.of(workload.labels),
      this.#numbers.of(workload.demand),
      this.#numbers.of(workload.scheduling),
      workload.pinHost ?? "",
      workload.isEnding === true ? "ending" : "",
      workload.pool ?? "",
      workload.provider ?? "",
      workload.wish === "repair" ? (workload.at ?? "") : "",
      running && workload.active !== undefined ? textOfAmounts(workload.active) : "",
      this.#usageText(workload),
    ].join("\u0000");
  }
}

const textOfAmounts = ({ cpuMillicores, memoryBytes }: Amounts): string =>
  `${cpuMillicores} ${memoryBytes}`;

function makeClass(
  sample: PlacementWorkload,
  known: Pick<WorkloadClass, "id" | "terms" | "load">,
): WorkloadClass {
  return {
    ...known,
    sample,
    leaves: sample.wish === "repair" ? sample.at : undefined,
    reserved: minimumEntitlement(sample.demand),
    isPod: sample.demand.qos !== undefined,
    extended: Object.entries(sample.demand.request.extended)
      .filter(([, amount]) => amount > 0)
      .sort(([left], [right]) => (left < right ? -1 : 1)),
  };
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
