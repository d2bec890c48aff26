import type { Clock } from "../contract/clock.ts";
import type { Entropy } from "../contract/entropy.ts";
import type { Writer } from "../contract/writer.ts";
import type { Failure } from "../diagnostics/failure.ts";
import type { EventSink } from "../events/event.ts";
import type { ProgressTeller } from "./progress.ts";

/** What all steps of one run share. */
export interface Run {
  readonly id: string;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly emit: EventSink;
  /** Start nothing new and repeat nothing. */
  readonly stop: AbortSignal;
  /** Wait for no answer any more. */
  readonly cut: AbortSignal;
  readonly progress: ProgressTeller;
  /** The disk takes no records: the run must stop. */
  readonly recordFailed: (failure: Failure) => void;
  /** Stops from inside: nothing new is started. */
  readonly stopNow: () => void;
}
