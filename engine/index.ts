/** Front door of the engine; the command line imports nothing else of it but types. */
import type { Judged } from "./diagnostics/diagnostic.ts";
import { load } from "./load/load.ts";
import { locate } from "./load/locate.ts";
import type { SourceDocument, SourceText } from "./model/document.ts";

export { ENGINE_CODES } from "./codes.ts";
export { type ApplyOutcome, applyPlan } from "./execute.ts";
export { look, type LookOutcome } from "./look.ts";
export { loadSpec, makePlan, validateSpec } from "./pipeline.ts";
export type { PlanOutcome, PlanRequest, SpecRequest } from "./planning.ts";
export { type Headroom, headroom } from "./place/capacity.ts";
export { type PowerReason, powerReason } from "./place/improve/power-reasons.ts";
export { place } from "./place/place.ts";
export {
  compareSeats,
  type HostOverlay,
  type SeatChange,
  type SeatChanges,
  withHosts,
} from "./place/what-if.ts";
export { askedAnew, seatsAfter } from "./place/outcome/seats.ts";
export { type HostVerdict, verdicts } from "./place/verdicts.ts";
export { decode as decodePlan, encode as encodePlan } from "./plan/planfile.ts";
export type { EnginePorts } from "./ports.ts";
export { readReading } from "./reading.ts";
export { openStore } from "./record/store.ts";

export { podShape, reservedShape } from "./shape.ts";
export { type DocumentEdit, editTexts } from "./what-if.ts";
export { editState, type StateEditOutcome } from "./state-edit.ts";

/** The documents of a few texts, without judging them: for settings needed before the plan. */
export const loadSpecTexts = (texts: readonly SourceText[]): readonly SourceDocument[] =>
  load(texts, { cache: new Map() }).value;

/** As `loadSpecTexts`, with everything that cannot be read in them, located. */
export function loadTexts(texts: readonly SourceText[]): Judged<readonly SourceDocument[]> {
  const { value, diagnostics } = load(texts, { cache: new Map() });
  return { value, diagnostics: locate(diagnostics, texts) };
}
