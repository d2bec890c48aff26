import type { Amounts } from "../model/demand.ts";
import type { PlacementProblem, PlacementWorkload } from "../model/placement.ts";
import { entitlement, minimumEntitlement } from "./entitlement.ts";
import type { Holder, Matcher } from "./matchers.ts";
import { MatcherTable } from "./matchers.ts";
import { Numbering } from "./numbering.ts";
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

  constructor(problem: Pick<PlacementProblem, "hosts" | "namespaces">) {
    this.matchers = new MatcherTable(problem.hosts, problem.namespaces);
  }

  /** The class of a workload; a new one registers its selectors, so ask before placing any. */
  classOf(workload: PlacementWorkload): WorkloadClass {
    const signature = this.#signature(workload);
    let known = this.#classes.get(signature);
    if (known === undefined) {
      known = makeClass(workload, this.#classes.size, compileTerms(workload, this.matchers));
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
    ].join("\u0000");
  }
}

const textOfAmounts = ({ cpuMillicores, memoryBytes }: Amounts): string =>
  `${cpuMillicores} ${memoryBytes}`;

function makeClass(sample: PlacementWorkload, id: number, terms: ClassTerms): WorkloadClass {
  const measured = sample.wish === "place" ? undefined : sample.active;
  return {
    id,
    sample,
    leaves: sample.wish === "repair" ? sample.at : undefined,
    terms,
    reserved: minimumEntitlement(sample.demand),
    load: measured ?? entitlement(sample.demand),
    isPod: sample.demand.qos !== undefined,
    extended: Object.entries(sample.demand.request.extended)
      .filter(([, amount]) => amount > 0)
      .sort(([left], [right]) => (left < right ? -1 : 1)),
  };
}
