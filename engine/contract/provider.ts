import type { Address } from "../model/address.ts";
import type { ProviderConfig } from "../model/desired.ts";
import type { Host } from "../model/host.ts";
import type { JsonObject, JsonPointer } from "../model/json.ts";
import type { ObservedObject, OwnershipTag } from "../model/observation.ts";
import type { PlanDecision, StepMode } from "../model/plan.ts";
import type { Clock } from "./clock.ts";
import type { Entropy } from "./entropy.ts";

/**
 * What every platform adapter promises. The numbered rules are in docs/provider-contract.md and
 * each is a test in test/contract that runs on every provider.
 */
export interface Provider {
  readonly name: string;
  readonly type: ProviderConfig["type"];
  readonly capabilities: Capabilities;
  /**
   * Reads the world and changes nothing. Must say whether the answer is complete; a part that
   * could not be read makes it incomplete, never empty.
   */
  observe(scope: ObserveScope, context: CallContext): Promise<Inventory>;
  /** Idempotent by `intent.objectId`: a repeat finds the first object and is `done`. */
  create(intent: Intent, context: CallContext): Promise<Outcome>;
  /** Level-triggered: brings the object to `intent.attributes` and `intent.host`. */
  update(intent: UpdateIntent, context: CallContext): Promise<Outcome>;
  /** Removes one object of ours. An object that is gone already is `done`. */
  remove(permit: DestroyPermit, context: CallContext): Promise<Outcome>;
  /**
   * Asks the platform, changing nothing, whether it would refuse these writes (row C-51): access
   * that is missing, what its own checks find wrong. Absent where a platform cannot be asked. An
   * answer about part of the writes is fine; what is not answered is not judged.
   */
  review?(
    writes: readonly ReviewedWrite[],
    context: CallContext,
  ): Promise<readonly ReviewFinding[]>;
  close(): Promise<void>;
}

/** A writing call of a plan, before it is made. */
export interface ReviewedWrite {
  readonly verb: "create" | "update" | "remove";
  readonly objectId: string;
  readonly address: Address;
  readonly kindKey: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
  /** Values that are known only after apply are absent. Empty for removals. */
  readonly attributes: JsonObject;
}

/** What the platform would say to one of the writes. */
export interface ReviewFinding {
  readonly address: Address;
  readonly verb: ReviewedWrite["verb"];
  readonly problem: Problem;
}

export interface Capabilities {
  /** Key of every kind the provider can hold; `*` for plain objects of any other kind. */
  readonly kinds: readonly string[];
  readonly liveMove: boolean;
  readonly powerControl: boolean;
  /** Hosts can be put to sleep and woken: `update` of a host in the modes `standby` and `wake`. */
  readonly hostPower: boolean;
  /** Old fences are refused by the platform itself; else only the sweep finds them. */
  readonly fencing: boolean;
  readonly adopt: boolean;
  /** A second object of the same kind, namespace and name can stand beside the first. */
  readonly sameNameTwice: boolean;
  readonly measuresUse: boolean;
  /** Calls that may run at once. */
  readonly parallelCallsMax: number;
}

export interface ObserveScope {
  /** Ids the engine asks about besides everything tagged with `lineage`; may be empty. */
  readonly ids: readonly string[];
  readonly lineage: string;
}

export interface Inventory {
  readonly complete: boolean;
  /** What could not be read, each in words: a host, a kind; only when not complete. */
  readonly missing?: readonly string[];
  /** What the user should know about the way here, such as certificates that are not checked. */
  readonly warnings?: readonly string[];
  /** Revision of the platform this answer belongs to. */
  readonly asOf: string;
  readonly hosts: readonly Host[];
  readonly objects: readonly ObservedObject[];
}

/** A provider is given these and nothing else. */
export interface CallContext {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly log: (progress: ProviderProgress) => void;
}

export interface ProviderProgress {
  readonly phase: string;
  readonly percent?: number;
  readonly detail?: string;
}

/** One journaled wish: durable before the call is made. */
export interface Intent {
  /** Chosen by the plan; the identity of the object for its whole life. */
  readonly objectId: string;
  readonly tag: OwnershipTag;
  readonly address: Address;
  readonly kindKey: string;
  readonly apiVersion: string;
  /** Short kind, as in addresses. */
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly attributes: JsonObject;
  readonly host: string | undefined;
  /** File and line the wish comes from; step 1 of a Pod's start records it (row P01). */
  readonly source: string | undefined;
  readonly deadlineMs: number;
  /** How the plan chose `host`, for providers that keep a record of it (rows P03-P05). */
  readonly decision?: PlanDecision;
}

export interface UpdateIntent extends Intent {
  readonly mode: StepMode;
  /** Revision the plan was made from; a provider that can check it answers `conflict`. */
  readonly fromRevision: string | undefined;
}

declare const permitBrand: unique symbol;

/** Leave to destroy one object. Only the executor can make one, from a step of the plan. */
export interface DestroyPermit {
  readonly [permitBrand]: true;
  readonly objectId: string;
  readonly tag: OwnershipTag;
  readonly address: Address;
  readonly kindKey: string;
  readonly apiVersion: string;
  /** Short kind, as in addresses. */
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly planDigest: string;
  readonly fromRevision: string | undefined;
  readonly deadlineMs: number;
}

/** The outcome of a writing call is data. A time-out is always `unknown`. */
export type Outcome =
  | {
      readonly is: "done";
      readonly revision: string;
      /** False when the call found its work done by an earlier one. */
      readonly changed: boolean;
      readonly host?: string | undefined;
      readonly outputs?: JsonObject;
      /** Made, but it does not run: the step counts as failed (rows S19, F12). */
      readonly notStarted?: { readonly code: string; readonly message: string };
    }
  | { readonly is: "failed"; readonly why: Problem }
  | { readonly is: "unknown"; readonly why: Problem };

/** The engine alone decides on retry: `transient` is tried again, the others are not. */
export interface Problem {
  readonly type: "transient" | "conflict" | "notFound" | "forbidden" | "invalid";
  /** Code of the catalogue where one fits (`VP6012`), else a constant of the provider. */
  readonly code: string;
  readonly message: string;
  readonly retryAfterMs?: number;
  /** Fields of the wish that the platform objects to; pointers are into `attributes`. */
  readonly fields?: readonly ProblemField[];
}

export interface ProblemField {
  readonly pointer: JsonPointer;
  readonly message: string;
}

/** How a provider is opened; `dataFolder` is where an embedded one may keep its world. */
export interface ProviderSetup {
  readonly config: ProviderConfig;
  readonly dataFolder: string;
  /** Folder of the project file; relative paths in settings are relative to it. */
  readonly baseFolder: string;
  readonly clock: Clock;
  readonly entropy: Entropy;
  /** Environment of the process, for credentials that live there; absent: nothing of it. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Thrown by `open` and `observe` when a platform cannot be reached or refuses us. */
export class ProviderError extends Error {
  override readonly name = "ProviderError";
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

export type OpenProvider = (setup: ProviderSetup) => Promise<Provider>;
