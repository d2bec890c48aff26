import type { Address } from "../model/address.ts";
import type { JsonObject } from "../model/json.ts";
import type { OpenOperation, RecordedResource, RecordedState } from "../model/recorded.ts";

/** What a run is, for the journal. */
export interface RunFacts {
  readonly run: string;
  readonly plan: string;
  readonly planDigest: string;
  readonly mode: string;
  readonly steps: number;
}

/** How a provider call ended, with what the record needs of it beside the wish. */
export type StepEnding =
  | {
      readonly is: "done";
      readonly revision: string;
      readonly host?: string;
      readonly outputs?: JsonObject;
      readonly condition: RecordedResource["condition"];
    }
  | { readonly is: "failed" | "unknown"; readonly code: string; readonly message: string };

/** A record put, renamed or removed by hand. */
export type StateEdit =
  | { readonly is: "put"; readonly resource: RecordedResource }
  | { readonly is: "remove"; readonly address: Address }
  | { readonly is: "move"; readonly from: Address; readonly resource: RecordedResource };

/**
 * The one process that may write the state. Every method rejects with a `Failure` when its record
 * is not durable; after that the journal takes no more records, but `commit` may still be tried.
 */
export interface Writer {
  /** Number of this writer; grows with every writer and rides on every provider call. */
  readonly fence: number;
  readonly lineage: string;
  /** The state as this writer sees it now. */
  readonly recorded: RecordedState;
  /** One record of `recorded`, without the cost of making the whole. */
  lookup(address: Address): RecordedResource | undefined;
  /** Records what a reading of the world said about operations of earlier runs. */
  settle(settled: RecordedState): Promise<void>;
  startRun(facts: RunFacts): Promise<void>;
  /** Marks the plan as applied; rejects when it was before. */
  consumePlan(planDigest: string): Promise<void>;
  /** Durable before it resolves: only then may the provider be called. */
  begin(operation: OpenOperation): Promise<void>;
  end(intent: string, ending: StepEnding): Promise<void>;
  endRun(run: string, finished: boolean): Promise<void>;
  /** Changes made by hand; `commit` keeps the states before them as backups. */
  edit(edits: readonly StateEdit[]): Promise<void>;
  /** Writes the state with the next serial, which is the result. */
  commit(): Promise<number>;
  /** Gives the lock back. What is not committed stays in the journal and is not lost. */
  close(): Promise<void>;
}
