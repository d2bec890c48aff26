/**
 * Carries out the steps of a plan, in the order of its graph and in parallel where that allows.
 * In: a finished plan, open providers, the writer of the state. Out: what was done.
 * Decides nothing the plan has decided, destroys nothing the plan does not show, starts nothing
 * that is not recorded first, and undoes nothing: what went wrong is recorded and its dependents
 * are skipped.
 */
import type { Clock } from "../contract/clock.ts";
import type { Entropy } from "../contract/entropy.ts";
import type { Provider } from "../contract/provider.ts";
import type { Writer } from "../contract/writer.ts";
import { Failure } from "../diagnostics/failure.ts";
import type { EventSink } from "../events/event.ts";
import type { Plan } from "../model/plan.ts";
import type { RecordedState } from "../model/recorded.ts";
import type { RunSummary } from "../model/run.ts";
import { buildGraph, type Node } from "./graph.ts";
import { startProgress } from "./progress.ts";
import type { Run } from "./run.ts";
import { watchStop } from "./stop.ts";
import { summarise } from "./summary.ts";
import { walk } from "./walk.ts";

export interface ApplyOptions {
  /** Provider calls at once, over all providers. */
  readonly parallelism: number;
  /** How long running calls may go on after the first stop signal. */
  readonly graceMs: number;
  /** Start nothing new after the first failure. */
  readonly failFast: boolean;
  /** Second stop signal: wait for nothing. */
  readonly abort?: AbortSignal;
}

export interface ApplyRequest {
  readonly plan: Plan;
  readonly providers: ReadonlyMap<string, Provider>;
  readonly writer: Writer;
  /** The state with open operations of earlier runs settled; recorded before the first step. */
  readonly settled?: RecordedState;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly emit: EventSink;
  /** First stop signal: start nothing new, wait for what runs. */
  readonly signal: AbortSignal;
  readonly options: ApplyOptions;
}

export async function apply(request: ApplyRequest): Promise<RunSummary> {
  const { plan, writer, clock, entropy, emit } = request;
  const id = entropy.uuid();
  const nodes = buildGraph(plan);
  const stopping = watchStop(request);
  const progress = startProgress(clock, emit);
  let recordProblem: Failure | undefined;
  const run: Run = {
    id,
    writer,
    clock,
    entropy,
    emit,
    stop: stopping.stop,
    cut: stopping.cut,
    progress,
    recordFailed: (error) => {
      if (recordProblem === undefined) emit({ type: "diagnostic", diagnostic: error.diagnostic });
      recordProblem ??= error;
      stopping.stopNow();
    },
    stopNow: stopping.stopNow,
  };
  emit({ type: "run_start", run: id, plan: plan.id });
  try {
    if (await openRun(request, run)) await walk(nodes, request, run);
  } finally {
    progress.stop();
    stopping.dispose();
  }
  const serial = await closeRun(nodes, request, run);
  const interrupted = request.signal.aborted || recordProblem !== undefined;
  const summary = summarise(nodes, { run: id, interrupted, serial });
  emitEnd(summary, emit);
  return summary;
}

/** Records that the run begins and that its plan is used up; false when that is not possible. */
async function openRun({ plan, writer, settled }: ApplyRequest, run: Run): Promise<boolean> {
  try {
    await writer.startRun({
      run: run.id,
      plan: plan.id,
      planDigest: plan.digest,
      mode: plan.mode,
      steps: plan.steps.length,
    });
    await writer.consumePlan(plan.digest);
    if (settled !== undefined) await writer.settle(settled);
    return true;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    run.recordFailed(error);
    return false;
  }
}

/** Writes the state; the serial is the old one when the disk refused. */
async function closeRun(
  nodes: readonly Node[],
  { writer, signal, emit }: ApplyRequest,
  run: Run,
): Promise<number> {
  const isFinished = !signal.aborted && nodes.every((node) => node.result?.is === "done");
  try {
    // The state may be written even when the journal takes no more records: it knows as much.
    await writer.endRun(run.id, isFinished).catch(run.recordFailed);
    const serial = await writer.commit();
    emit({ type: "checkpoint", serial });
    return serial;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    run.recordFailed(error);
    return writer.recorded.serial;
  }
}

function emitEnd(summary: RunSummary, emit: EventSink): void {
  const { run, added, changed, destroyed, failed, unknown, skipped, interrupted } = summary;
  const counts = { added, changed, destroyed, skipped: skipped.length };
  const failures = failed.length + unknown.length;
  emit({ type: "run_end", run, ...counts, failed: failures, interrupted });
}
