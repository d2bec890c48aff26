import type { Clock } from "../../engine/contract/clock.ts";
import type { TraceEvent } from "./journal.ts";
import type { Change, World } from "./world.ts";

/** What one record says; it is numbered, timed and chained by the store. */
export interface Entry {
  readonly changes: readonly Change[];
  readonly events?: readonly TraceEvent[];
  /** Virtual time that passes with it. */
  readonly spendMs?: number;
}

/** Handed to a writer while it holds the world; it must not be kept. */
export interface Transaction {
  readonly world: World;
  /** Carries the entry into the world at once and returns its revision. */
  record(entry: Entry): number;
}

/** Where a world is kept, and by which clock. */
export interface StoreSetup {
  readonly folder: string;
  readonly clock: Clock;
  /** Test seam: true cuts the process off right after this record reached the disk. */
  readonly crashAfter?: (events: readonly TraceEvent[]) => boolean;
}

/** Thrown to everybody who uses a store whose process was cut off. */
export class CutOffError extends Error {
  override readonly name = "CutOffError";
}

/** One piece of work on the world, and whom to tell how it ended. */
export interface Job {
  readonly work: (transaction: Transaction) => void;
  readonly reject: (error: unknown) => void;
  readonly resolve: () => void;
}

/** Tells every job of a batch that was made durable whether its own work threw. */
export function settle(jobs: readonly Job[], failures: ReadonlyMap<Job, unknown>): void {
  for (const job of jobs) {
    if (failures.has(job)) job.reject(failures.get(job));
    else job.resolve();
  }
}
