/** Front door of the engine; the command line imports nothing else of it but types. */
import { load } from "./load/load.ts";
import type { SourceDocument, SourceText } from "./model/document.ts";

export { type ApplyOutcome, type ApplyRequest, applyPlan } from "./execute.ts";
export {
  type LoadedSpec,
  loadSpec,
  makePlan,
  observeAll,
  type PlanOutcome,
  type PlanRequest,
  type SpecRequest,
  validateSpec,
} from "./pipeline.ts";
export type { EnginePorts } from "./ports.ts";
export { openSession, type Session } from "./session.ts";

/** The documents of a few texts, without judging them: for settings needed before the plan. */
export const loadSpecTexts = (texts: readonly SourceText[]): readonly SourceDocument[] =>
  load(texts, { cache: new Map() }).value;
