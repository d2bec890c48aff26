import type { PlacementLimits, PlacementWorkload } from "../model/placement.ts";
import { candidateOf } from "./candidates.ts";
import type { WorkloadClass } from "./classes.ts";
import { type DecisionBasis, type Draft, PlacedDecision, unplacedDraft } from "./decision.ts";
import { Explainer } from "./explain.ts";
import { unplacedGate } from "./gates.ts";
import type { Ledger } from "./ledger.ts";
import type { Past } from "./past.ts";
import { policyFor } from "./policy.ts";
import { TERMS } from "./score.ts";
import { type Search, type Standing, standingOf } from "./standing.ts";
import type { HostVerdictCache } from "./verdict.ts";

/** Longer lists are for people: they are written at once, with ranks. */
const SHORT_LIST = 2;

/** Classes whose desks are kept; each takes some 50 bytes a host. */
const DESKS_MAX = 64;

/** What every desk works with. */
interface Office {
  readonly ledger: Ledger;
  readonly cache: HostVerdictCache;
  readonly past: Past;
  readonly limits: PlacementLimits;
  readonly search: Search;
}

/** Decides about the members of one class, one after the other. */
class Desk {
  readonly #standing: Standing;
  readonly #explainer: Explainer;
  readonly #basis: DecisionBasis;
  readonly #limits: PlacementLimits;

  constructor(workloadClass: WorkloadClass, office: Office, placements: number) {
    const { ledger, past, limits } = office;
    const standing = standingOf(workloadClass, ledger, { ...office, placements });
    const { chooser } = policyFor(workloadClass, ledger);
    this.#standing = standing;
    this.#explainer = new Explainer(standing, limits);
    const cards = { applicant: standing.applicant, ledger, chooser };
    this.#basis = { ledger, past, cards, valuesOf: standing.valuesOf(0) };
    this.#limits = limits;
  }

  /** The best host, or the one the workload is on where it may stay; the ledger is not changed. */
  choose(workload: PlacementWorkload): {
    readonly draft: Draft;
    readonly host: number | undefined;
  } {
    const standing = this.#standing;
    const { ledger } = standing;
    standing.sync();
    const [best, second] = standing.top(SHORT_LIST);
    const at = workload.at === undefined ? undefined : ledger.indexOf.get(workload.at);
    const mayStay = workload.wish === "place" && at !== undefined && standing.reasonOf(at) === 0;
    const chosen = mayStay ? at : best;
    const rejections = this.#explainer.rejections();
    if (chosen === undefined) {
      const messageOf = (): string =>
        rejections.rejected.find(({ code }) => code === "cluster-failover")?.message ?? "";
      const gate = unplacedGate(rejections.rejectedCounts, messageOf);
      const hosts = ledger.hosts.length;
      return { draft: unplacedDraft(workload, hosts, { gate, rejections }), host: undefined };
    }
    const draft = new PlacedDecision(this.#basis, {
      workload,
      chosen,
      decidedBy: chosen === best ? decidedBy(standing, best, second) : "stays",
      candidates: this.#candidates(),
      rejections,
      hostsFeasible: standing.feasible,
    });
    return { draft, host: chosen };
  }

  #candidates(): ConstructorParameters<typeof PlacedDecision>[1]["candidates"] {
    const standing = this.#standing;
    const { candidatesMax } = this.#limits;
    const hosts = standing.top(candidatesMax);
    const { past, cards, valuesOf: usual } = this.#basis;
    if (candidatesMax <= SHORT_LIST) {
      return hosts.map((host) => {
        const [row, valuesOf] = [past.keep(host), standing.valuesOf(host)];
        return valuesOf === usual ? { host, row } : { host, row, valuesOf };
      });
    }
    return hosts.map((host) => ({
      ...candidateOf(host, standing.valuesOf(host)(host), cards),
      rank: standing.rankOf(host),
    }));
  }
}

/** Name of the first term in which the best host beats the second. */
function decidedBy(standing: Standing, best: number, second: number | undefined): string {
  return second === undefined ? "only" : (TERMS[standing.difference(best, second)] ?? "name");
}

/** The desks of one run. */
export class Desks {
  readonly #office: Office;
  readonly #desks = new Map<WorkloadClass, Desk>();

  constructor(office: Office) {
    this.#office = office;
  }

  /** Gives all desks up; needed when a host changes its state. */
  clear(): void {
    this.#desks.clear();
  }

  /**
   * The desk of a class. It is kept for later where `isRecurring`; the longest unused one is given
   * up for it. Others serve the next `placements` and are gone.
   */
  of(
    workloadClass: WorkloadClass,
    { isRecurring, placements }: { readonly isRecurring: boolean; readonly placements: number },
  ): Desk {
    const known = this.#desks.get(workloadClass);
    if (known === undefined && !isRecurring) {
      return new Desk(workloadClass, this.#office, placements);
    }
    const desk = known ?? new Desk(workloadClass, this.#office, Number.POSITIVE_INFINITY);
    this.#desks.delete(workloadClass);
    this.#desks.set(workloadClass, desk);
    const [oldest] = this.#desks.keys();
    if (this.#desks.size > DESKS_MAX && oldest !== undefined) this.#desks.delete(oldest);
    return desk;
  }
}
