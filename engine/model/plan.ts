import type { Address } from "./address.ts";
import type { Action, ChangeReason, Drift } from "./change.ts";
import type { Amounts } from "./demand.ts";
import type { MigrationLimits } from "./desired.ts";
import type { JsonObject, JsonPointer, JsonValue } from "./json.ts";
import type { Candidate, Fix, Move, PowerAdvice, RejectedHost } from "./placement.ts";
import type { HappinessBins, HostUse, PeakProof } from "./outlook.ts";

/** The `vpac.plan/1.0` document: immutable, canonical, and all that `apply` needs. */
export interface Plan {
  readonly format: "vpac.plan/1.0";
  readonly id: string;
  /** `sha256:` over everything but the cosmetic fields `digest`, `createdAt` and `timingMs`. */
  readonly digest: string;
  readonly createdAt: string;
  readonly workspace: string;
  readonly mode: "apply" | "destroy";
  readonly generator: { readonly name: "vpac"; readonly version: string };
  readonly base: PlanBase;
  readonly summary: PlanSummary;
  readonly changes: readonly PlannedChange[];
  readonly steps: readonly Step[];
  readonly placement: PlanPlacement;
  readonly drift: readonly Drift[];
  readonly policy: readonly Gate[];
  readonly diagnostics: readonly JsonObject[];
  readonly timingMs: Readonly<Record<string, number>>;
}

export interface PlanBase {
  readonly lineage: string;
  readonly serial: number;
  readonly stateDigest: string;
  readonly desiredDigest: string;
  readonly inventoryDigest: string;
  readonly seed: number;
  readonly expiresAfterMs: number;
  readonly providers: readonly {
    readonly name: string;
    readonly type: string;
    /** As in the `Environment`, so that a saved plan can be applied without the documents. */
    readonly settings: JsonObject;
    readonly complete: boolean;
    readonly error?: string;
  }[];
  readonly budgets: {
    readonly allowDestroy?: number;
    readonly maxDeletes?: number;
    readonly maxReplaces?: number;
    readonly maxMoves?: number;
  };
  /** What the plan was limited to; absent when it is about everything. */
  readonly selection?: PlanSelection;
}

/** Addresses and globs as given, before dependencies were added or dependents dropped. */
export interface PlanSelection {
  readonly targets: readonly string[];
  readonly excludes: readonly string[];
}

export interface PlanSummary {
  readonly create: number;
  readonly update: number;
  readonly replace: number;
  readonly delete: number;
  readonly move: number;
  readonly adopt: number;
  readonly forget: number;
  readonly noop: number;
  readonly blocked: number;
  readonly terraform: { readonly add: number; readonly change: number; readonly destroy: number };
}

export interface PlannedField {
  readonly path: JsonPointer;
  readonly op: "add" | "remove" | "replace";
  readonly before?: JsonValue;
  readonly after?: JsonValue;
  readonly forces?: "replace" | "power-off";
}

export interface PlannedChange {
  readonly address: Address;
  readonly action: Action;
  readonly reasons: readonly ChangeReason[];
  readonly risk: {
    readonly level: "none" | "low" | "medium" | "high";
    readonly downtimeMs: number;
    readonly dataLoss: boolean;
  };
  readonly diff: readonly PlannedField[];
  readonly unknown: readonly JsonPointer[];
  readonly sensitive: readonly JsonPointer[];
  readonly dependsOn: readonly Address[];
  readonly wave: number;
  readonly provider: string;
  readonly owner?: Address;
  readonly qos?: string;
  readonly warnings?: readonly string[];
  readonly placement?: {
    readonly from?: string;
    readonly to?: string;
    readonly decision?: string;
  };
  readonly source?: { readonly file: string; readonly line: number; readonly column: number };
  readonly fixes?: readonly Fix[];
}

/** A value that a provider gives at apply; a step may only use one of an earlier step. */
export interface UnknownValue {
  readonly unknownUntil: "apply";
  readonly from: Address;
  readonly output: string;
}

export type StepVerb = "create" | "update" | "remove";

/**
 * `live`: in place. `power-off`: the VM stops for it. `move`: changes only the host.
 * `adopt`: writes our tag. `forget`: takes it off. `wake`, `standby`: of a host, changes only that.
 * For creates and removes it is `live`.
 */
export type StepMode = "live" | "power-off" | "move" | "adopt" | "forget" | "wake" | "standby";

/** One provider call. Every argument is literal: `apply` has nothing left to choose. */
export interface Step {
  /** `s-` and a number; unique in the plan. */
  readonly id: string;
  readonly address: Address;
  readonly action: Action;
  readonly provider: string;
  readonly verb: StepVerb;
  readonly mode: StepMode;
  readonly objectId: string;
  readonly kindKey: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  /** What the object shall be afterwards; empty for removes. */
  readonly attributes: JsonObject;
  readonly host?: string;
  /** Steps that must have ended well before this one starts. */
  readonly after: readonly string[];
  readonly wave: number;
  /** What the object must look like: a revision, as an earlier step left it, or `absent`. */
  readonly expect: { readonly revision: string } | { readonly step: string } | "absent";
  readonly deadlineMs: number;
  /** What is written to the state when the step is done; absent for removes and forgets. */
  readonly record?: {
    readonly dependsOn: readonly Address[];
    readonly owner?: Address;
    readonly preventDestroy: boolean;
    /** Attributes as recorded; equal to `attributes` when absent. */
    readonly attributes?: JsonObject;
  };
  /** The object is made but cannot be started; the step counts as failed (rows S19, F12). */
  readonly willNotStart?: { readonly code: string; readonly message: string };
}

/** Scores and their terms are the core's integers divided by 100, as everywhere in documents. */
export interface PlanDecision {
  readonly id: string;
  readonly address: string;
  readonly chosen?: string;
  readonly from?: string;
  readonly decidedBy: string;
  readonly candidates: readonly Candidate[];
  readonly rejected: readonly RejectedHost[];
  readonly rejectedCounts: Readonly<Record<string, number>>;
  readonly hostsConsidered: number;
  readonly hostsFeasible: number;
  /** Devices of the chosen host, by number: whole ones, then the one of which it gets a part. */
  readonly gpus?: readonly number[];
  /** NUMA nodes of the chosen host, by number; several for even parts. */
  readonly numaNodes?: readonly number[];
  /** CPUs of these nodes that it may use; absent: all of them. */
  readonly cpus?: readonly number[];
  /** It has `cpus` for itself, one for each virtual CPU. */
  readonly isPinned?: true;
}

export interface PlanHost {
  readonly name: string;
  readonly state: string;
  readonly cluster: string;
  readonly capacity: Amounts;
  readonly before: HostUse;
  readonly after: HostUse;
}

/** One live move; `wave` and `after` (positions in its list) are those of the core. */
export interface PlanMove extends Omit<Move, "key"> {
  readonly address: string;
  /** Datastores of the workload that only some hosts reach; absent: none. */
  readonly datastores?: readonly string[];
}

/** Something of ours that is ended so that something of a higher priority gets its room. */
interface PlanPreemption {
  readonly address: string;
  readonly host: string;
  readonly for: string;
}

/** A host to be woken or put to sleep. */
export interface PlanPower extends PowerAdvice {
  /** A step of this plan does it; absent: only a human can. */
  readonly isMade?: true;
}

export interface PlanPlacement {
  readonly algorithm: string;
  readonly score: { readonly before: number; readonly after: number };
  /** Placed workloads by happiness, in fifths from the worst to the best. */
  readonly happiness: { readonly before: HappinessBins; readonly after: HappinessBins };
  readonly proof: PeakProof;
  /** `count` is the number of workloads that move; one that stops on the way has two moves. */
  readonly moves: {
    readonly count: number;
    readonly budget?: number;
    /** How many may run at once; absent: `DEFAULT_MIGRATION`. */
    readonly limits?: MigrationLimits;
    /** In an order in which they can be made one after the other. */
    readonly list: readonly PlanMove[];
  };
  /** Moves that would even the load further, and that only a human decides on. */
  readonly recommendations: readonly PlanMove[];
  readonly preempted: readonly PlanPreemption[];
  /** Hosts to be woken or put to sleep, by this plan or by a human. */
  readonly power: readonly PlanPower[];
  readonly hosts: readonly PlanHost[];
  readonly decisions: readonly PlanDecision[];
  readonly unplaced: readonly {
    readonly address: string;
    readonly code: string;
    readonly message: string;
    readonly fixes: readonly Fix[];
  }[];
  readonly resilience: {
    readonly nPlus: number;
    readonly tightest: string;
    readonly spare: number;
    /** What finds no host after one failure more, and the hosts that are lost with it. */
    readonly stranded?: { readonly address: string; readonly hosts: readonly string[] };
  };
}

type GateName = "policy" | "protection" | "budget" | "window" | "confirm" | "empty" | "signature";

/** A refusal by rule; `holds` tells whether `plan` exits with it or only what writes. */
export interface Gate {
  readonly gate: GateName;
  readonly holds: "plan" | "write";
  readonly message: string;
  readonly help: string;
  readonly addresses: readonly Address[];
}

/** What the independent checker thinks of a plan; any `error` stops it. */
export interface PlanFinding {
  readonly severity: "error" | "note";
  readonly code: string;
  readonly address?: Address;
  readonly message: string;
}
