import type { RunFacts, StateEdit, StepEnding } from "../contract/writer.ts";
import type { Address } from "../model/address.ts";
import type { OpenOperation, RecordedResource } from "../model/recorded.ts";

/** Who writes the journal that starts with this; the first record of every journal. */
interface OpenEntry {
  readonly kind: "open";
  readonly format: 1;
  readonly workspace: string;
  readonly lineage: string;
  readonly serial: number;
  readonly fence: number;
  readonly writer: string;
  readonly who: string;
  readonly operation: string;
}

interface RunEntry extends RunFacts {
  readonly kind: "run";
}

/** Durable before the provider is called; carries all that is recorded on success. */
export interface BeginEntry {
  readonly kind: "begin";
  readonly operation: OpenOperation;
}

export interface EndEntry {
  readonly kind: "end";
  readonly intent: string;
  readonly ending: StepEnding;
}

/** An open operation that a reading of the world has settled. */
export interface SettleEntry {
  readonly kind: "settle";
  readonly intent: string;
  readonly address: Address;
  /** The record from now on; null where there is none. */
  readonly resource: RecordedResource | null;
}

interface RunEndEntry {
  readonly kind: "runEnd";
  readonly run: string;
  /** False when steps were skipped, interrupted or ended unknown. */
  readonly finished: boolean;
}

export type JournalEntry =
  | OpenEntry
  | RunEntry
  | BeginEntry
  | EndEntry
  | SettleEntry
  | { readonly kind: "consume"; readonly planDigest: string }
  | RunEndEntry
  | { readonly kind: "edit"; readonly edit: StateEdit };
