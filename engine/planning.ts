import type { Diagnostic } from "./diagnostics/diagnostic.ts";
import type { Selection } from "./diff/diff.ts";
import type { CachedText, LoadResult } from "./load/load.ts";
import type { DiffResult } from "./model/change.ts";
import type { DesiredState } from "./model/desired.ts";
import type { SourceDocument, SourceText, SpecDocument } from "./model/document.ts";
import type { Observation } from "./model/observation.ts";
import type { PlacementProblem, PlacementResult } from "./model/placement.ts";
import type { Plan, PlanFinding } from "./model/plan.ts";
import type { RecordedState } from "./model/recorded.ts";
import type { MovesRequest } from "./placing.ts";
import type { BudgetOverrides } from "./plan/plan.ts";
import type { EnginePorts } from "./ports.ts";
import type { MissingReference } from "./resolve/resolve.ts";

/** The texts of a run; those in the cache are not parsed again. */
export interface SpecRequest {
  readonly texts: readonly SourceText[];
  readonly cache: ReadonlyMap<string, CachedText>;
}

/** What the documents say, judged but not compared with any world. */
export interface LoadedSpec {
  readonly documents: readonly SourceDocument[];
  readonly specs: readonly SpecDocument[];
  /** Undefined when the documents have errors. */
  readonly desired: DesiredState | undefined;
  readonly missing: readonly MissingReference[];
  readonly diagnostics: readonly Diagnostic[];
  /** Texts parsed anew; the caller may keep them for next time. */
  readonly fresh: LoadResult["fresh"];
  /** Milliseconds by stage, as far as the run has come. */
  readonly timingMs: Readonly<Record<string, number>>;
}

/** What is planned, and how. */
export interface PlanRequest extends SpecRequest {
  readonly mode: "apply" | "destroy";
  readonly selection: Selection;
  /** Addresses or globs whose no-op or update becomes a replacement. */
  readonly replace: readonly string[];
  readonly seed: number;
  readonly budgets: BudgetOverrides;
  /** Only moves, and for balance whoever decides on them; whatever else differs stays as it is. */
  readonly moves?: MovesRequest;
  /** An earlier reading to plan from instead of asking the providers. */
  readonly observation: Observation | undefined;
}

/** All that the stages of one plan have yielded, as far as they came. */
export interface PlanOutcome extends LoadedSpec {
  readonly recorded: RecordedState | undefined;
  readonly observation: Observation | undefined;
  readonly diff: DiffResult | undefined;
  readonly problem: PlacementProblem | undefined;
  readonly placement: PlacementResult | undefined;
  /** Undefined when an earlier stage found errors. */
  readonly plan: Plan | undefined;
  readonly findings: readonly PlanFinding[];
  /** Changes that a plan of moves alone leaves as they are; absent: none. */
  readonly leftOut?: number;
}

/** What every stage behind the reading of the world is given. */
export interface Planning {
  readonly request: PlanRequest;
  readonly ports: EnginePorts;
  readonly desired: DesiredState;
  readonly before: PlanOutcome;
}

/** The outcome of a plan that no stage has worked on yet. */
export const nothingPlanned = (spec: LoadedSpec): PlanOutcome => ({
  ...spec,
  recorded: undefined,
  observation: undefined,
  diff: undefined,
  problem: undefined,
  placement: undefined,
  plan: undefined,
  findings: [],
});
