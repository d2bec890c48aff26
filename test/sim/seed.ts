/** What one seed is asked and what came of it. */

/** An invariant that did not hold, and how. */
export interface Violation {
  readonly invariant: string;
  readonly message: string;
}

/** Equal for equal seeds and options, to the last line of the trace. */
export interface SeedResult {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly traceHash: number;
  readonly trace: readonly string[];
  readonly steps: number;
  readonly virtualMs: number;
  readonly crashes: number;
  readonly faults: ReadonlyMap<string, number>;
  /** Scheduler steps that the first process took: the crash points there are. */
  readonly firstSteps: number;
}

/** A bug put in on purpose, which the checks must find. */
export type Mutant =
  /** Syncs return, but nothing is durable. */
  | "lying-sync"
  /** The platform gives out ids of its own, so that a repeat makes a second object. */
  | "own-ids"
  /** After a crash the journal is gone: what was begun is forgotten. */
  | "lost-journal";

/** All absent: faults, crashes and sizes as the seed draws them. */
export interface SeedOptions {
  readonly mutant?: Mutant;
  /** Fixed crash points of the first processes; none are added. */
  readonly crashAt?: readonly number[];
  readonly resources?: number;
  readonly calm?: boolean;
}
