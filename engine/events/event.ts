import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Address } from "../model/address.ts";
import type { Action, Drift } from "../model/change.ts";
import type {
  PlanDecision,
  PlanMove,
  PlannedChange,
  PlanSummary,
  StepVerb,
} from "../model/plan.ts";

/**
 * Everything observe and apply tell while they work (design of the command line §10). Views add
 * `seq`, `ts`, `level`, `message` and `run` when they print; the engine emits facts only.
 */
export type EngineEvent =
  | { readonly type: "run_start"; readonly run: string; readonly plan: string }
  | { readonly type: "diagnostic"; readonly diagnostic: Diagnostic }
  | { readonly type: "refresh_start"; readonly provider: string }
  | {
      readonly type: "refresh_complete";
      readonly provider: string;
      readonly objects: number;
      readonly hosts: number;
      readonly complete: boolean;
      readonly elapsedMs: number;
    }
  | { readonly type: "stage"; readonly stage: string; readonly elapsedMs: number }
  | { readonly type: "resource_drift"; readonly drift: Drift }
  | { readonly type: "planned_change"; readonly change: PlannedChange }
  | { readonly type: "placement_decision"; readonly decision: PlanDecision }
  /** `made` is false for a move that is only recommended. */
  | { readonly type: "planned_move"; readonly move: PlanMove; readonly made: boolean }
  | { readonly type: "change_summary"; readonly summary: PlanSummary }
  | { readonly type: "gate_wait"; readonly gate: string }
  | { readonly type: "gate_open"; readonly gate: string }
  | (StepFacts & { readonly type: "apply_start" })
  | (StepFacts & {
      readonly type: "apply_progress";
      readonly phase: string;
      readonly percent?: number;
      readonly waitsFor: readonly Address[];
      readonly elapsedMs: number;
    })
  | (StepFacts & {
      readonly type: "apply_retry";
      readonly attempt: number;
      readonly of: number;
      readonly delayMs: number;
      readonly code: string;
    })
  | (StepFacts & { readonly type: "apply_complete"; readonly elapsedMs: number })
  | (StepFacts & {
      readonly type: "apply_errored";
      readonly elapsedMs: number;
      readonly diagnostic: Diagnostic;
    })
  | (StepFacts & { readonly type: "apply_skipped"; readonly waitsFor: readonly Address[] })
  | { readonly type: "log"; readonly address?: Address; readonly text: string }
  | { readonly type: "checkpoint"; readonly serial: number }
  | {
      readonly type: "run_end";
      readonly run: string;
      readonly added: number;
      readonly changed: number;
      readonly destroyed: number;
      readonly failed: number;
      readonly skipped: number;
      readonly interrupted: boolean;
    };

export interface StepFacts {
  readonly step: string;
  readonly address: Address;
  readonly action: Action;
  /** Tells the two steps of a replacement apart; absent in streams written before it was known. */
  readonly verb?: StepVerb;
  readonly host?: string;
  readonly wave: number;
}

export type EventSink = (event: EngineEvent) => void;
