import type { PlanOutcome } from "../../../engine/index.ts";
import type { Exit } from "../../exit.ts";
import { diagnosticJson } from "./diagnostics.ts";
import { documentOf } from "./document.ts";

type StageValue = (outcome: PlanOutcome) => unknown;

const STAGE_VALUES: ReadonlyMap<string, StageValue> = new Map<string, StageValue>([
  ["load", (outcome) => outcome.documents],
  ["validate", (outcome) => outcome.specs],
  ["resolve", (outcome) => outcome.desired],
  ["observe", (outcome) => outcome.observation],
  ["diff", (outcome) => outcome.diff],
  ["place", (outcome) => outcome.placement],
  ["plan", (outcome) => outcome.plan],
]);

export const STAGES: readonly string[] = [...STAGE_VALUES.keys()];

/** One stage's result as it stands, for golden files and for looking into the machine. */
export function stageDocument(stage: string, outcome: PlanOutcome, exit: Exit): object {
  const value = STAGE_VALUES.get(stage)?.(outcome);
  return documentOf(
    "stage",
    { stage, value: plain(value), diagnostics: outcome.diagnostics.map(diagnosticJson) },
    exit,
  );
}

/** Maps become objects; everything else is JSON already. */
function plain(value: unknown): unknown {
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([key, item]) => [String(key), plain(item)]));
  }
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}
