import type {
  CallContext,
  Intent,
  Outcome,
  Problem,
  Provider,
  UpdateIntent,
} from "../contract/provider.ts";
import type { StepEnding } from "../contract/writer.ts";
import { Failure } from "../diagnostics/failure.ts";
import type { StepFacts } from "../events/event.ts";
import type { JsonObject } from "../model/json.ts";
import type { OwnershipTag } from "../model/observation.ts";
import type { PlanDecision, Step } from "../model/plan.ts";
import { type RecordedResource, recentOf } from "../model/recorded.ts";
import { callOnce } from "./call.ts";
import { fillUnknown } from "./outputs.ts";
import type { MintPermit } from "./permit.ts";
import { ATTEMPTS_MAX, repeat } from "./retry.ts";
import type { Run } from "./run.ts";

/** How one step ended; only `done` lets its dependents start. */
export type StepResult =
  | { readonly is: "done" }
  /** Made and recorded, but it does not run. */
  | { readonly is: "not-started"; readonly problem: StepProblem }
  | { readonly is: "failed"; readonly problem: StepProblem }
  | { readonly is: "unknown"; readonly problem: StepProblem };

export interface StepProblem {
  readonly cause:
    | Problem["type"]
    | "unknown"
    | "not-started"
    | "output-missing"
    | "provider-missing"
    | "not-recorded";
  readonly code: string;
  readonly message: string;
}

/** What the plan says about a step beside the step itself. */
export interface StepContext {
  readonly provider: Provider | undefined;
  readonly source: string | undefined;
  readonly decision: PlanDecision | undefined;
  readonly hasUnknown: boolean;
  readonly mint: MintPermit;
  /** Called when the provider has answered and only records are left to write. */
  readonly onAnswered: (result: StepResult) => void;
}

/**
 * Carries out one step: begin record durable, then the provider call, then the end record durable.
 * Never rejects: a disk that takes no records stops the run and is told by the result.
 */
export async function runStep(step: Step, context: StepContext, run: Run): Promise<StepResult> {
  const { provider } = context;
  if (provider === undefined) {
    return failed("provider-missing", step.provider, `the provider "${step.provider}" is not open`);
  }
  const filled = context.hasUnknown
    ? fillUnknown(step.attributes, (address) => run.writer.lookup(address)?.outputs)
    : ({ is: "filled", attributes: step.attributes } as const);
  if (filled.is === "missing") {
    const message = `${filled.from} has no output "${filled.output}"`;
    return failed("output-missing", filled.output, message);
  }
  const tag = tagOf(step, run);
  const wish = wishOf(step, filled.attributes, run);
  if (!(await begin(step, { tag, wish }, run))) {
    return failed("not-recorded", "journal", "the state folder takes no more records");
  }
  run.emit({ type: "apply_start", ...factsOf(step) });
  const fromRevision = expectedRevision(step, run);
  const call = callOf(step, {
    provider,
    tag,
    attributes: filled.attributes,
    context,
    fromRevision,
  });
  const outcome = settled(step, await repeatCall(step, call, run));
  const result = resultOf(step, outcome);
  context.onAnswered(result);
  const isRecorded = await end(tag.intent, endingOf(step, outcome), run);
  return isRecorded ? result : UNRECORDED;
}

export const factsOf = ({ id, address, action, verb, host, wave }: Step): StepFacts => ({
  step: id,
  address,
  action,
  verb,
  ...(host === undefined ? {} : { host }),
  wave,
});

const tagOf = (step: Step, { id, writer }: Run): OwnershipTag => ({
  lineage: writer.lineage,
  address: step.address,
  fence: writer.fence,
  intent: `${id}/${step.id}`,
});

/** What is recorded when the step is done; undefined when success ends the record. */
function wishOf(step: Step, attributes: JsonObject, run: Run): RecordedResource | undefined {
  const { record } = step;
  if (record === undefined) return undefined;
  const before = run.writer.lookup(step.address);
  const isSame = before?.id === step.objectId;
  const movedAtMs = isSame ? movesOf(step, before, run.clock.now()) : [];
  return {
    address: step.address,
    id: step.objectId,
    provider: step.provider,
    kindKey: step.kindKey,
    apiVersion: step.apiVersion,
    kind: step.kind,
    namespace: step.namespace,
    name: step.name,
    attributes: record.attributes ?? attributes,
    host: step.host ?? (isSame ? before.host : undefined),
    ...(movedAtMs.length === 0 ? {} : { movedAtMs }),
    revision: isSame ? before.revision : "",
    dependsOn: record.dependsOn,
    owner: record.owner,
    condition: "ok",
    preventDestroy: record.preventDestroy,
    outputs: isSame ? before.outputs : {},
  };
}

/** The moves of late of the object, with the one that the step makes. */
function movesOf({ host }: Step, before: RecordedResource, nowMs: number): readonly number[] {
  const recent = recentOf(before.movedAtMs ?? [], nowMs);
  const isMove = before.host !== undefined && host !== undefined && host !== before.host;
  return isMove ? [...recent, nowMs] : recent;
}

async function begin(
  step: Step,
  { tag, wish }: { readonly tag: OwnershipTag; readonly wish: RecordedResource | undefined },
  run: Run,
): Promise<boolean> {
  const { address, objectId, provider, verb, id } = step;
  const operation = { run: run.id, step: id, address, objectId, provider, verb };
  try {
    const intent = tag.intent;
    await run.writer.begin({ ...operation, intent, ...(wish === undefined ? {} : { wish }) });
    return true;
  } catch (error) {
    run.recordFailed(asFailure(error));
    return false;
  }
}

async function end(intent: string, ending: StepEnding, run: Run): Promise<boolean> {
  try {
    await run.writer.end(intent, ending);
    return true;
  } catch (error) {
    run.recordFailed(asFailure(error));
    return false;
  }
}

/** The provider has answered, but a crash now would forget what it said. */
const UNRECORDED: StepResult = {
  is: "unknown",
  problem: {
    cause: "not-recorded",
    code: "journal",
    message: "its outcome could not be recorded",
  },
};

function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  throw error;
}

/** The revision the plan saw, or the one that an earlier step of this run left. */
function expectedRevision({ expect, address }: Step, { writer }: Run): string | undefined {
  if (expect === "absent") return undefined;
  return "step" in expect ? writer.lookup(address)?.revision : expect.revision;
}

type ProviderCall = (context: CallContext) => Promise<Outcome>;

function callOf(
  step: Step,
  wiring: {
    readonly provider: Provider;
    readonly tag: OwnershipTag;
    readonly attributes: JsonObject;
    readonly context: StepContext;
    readonly fromRevision: string | undefined;
  },
): ProviderCall {
  const { provider, tag, attributes, context, fromRevision } = wiring;
  const { expect, objectId, address, kindKey, apiVersion, kind, namespace, name } = step;
  // The plan saw no object. Should that reading have been wrong, our mark must stay on it.
  if (step.mode === "forget" && expect === "absent") return () => Promise.resolve(NOTHING_SENT);
  if (step.verb === "remove") {
    const permit = context.mint(step, tag);
    return (callContext) => provider.remove(permit, callContext);
  }
  const { host, deadlineMs } = step;
  const { source, decision } = context;
  const identity = { objectId, tag, address, kindKey, apiVersion, kind, namespace, name };
  const wish = { attributes, host, source, deadlineMs };
  const intent: Intent = { ...identity, ...wish, ...(decision === undefined ? {} : { decision }) };
  if (step.verb === "create") return (callContext) => provider.create(intent, callContext);
  const update: UpdateIntent = { ...intent, mode: step.mode, fromRevision };
  return (callContext) => provider.update(update, callContext);
}

function repeatCall(step: Step, call: ProviderCall, run: Run): Promise<Outcome> {
  const { clock, entropy, stop, cut } = run;
  const facts = factsOf(step);
  const limits = {
    clock,
    deadlineMs: step.deadlineMs,
    cut,
    log: run.progress.logOf(facts),
  };
  return repeat(() => callOnce(call, limits), {
    clock,
    entropy,
    stop,
    onRetry: (retry) => run.emit({ type: "apply_retry", ...facts, of: ATTEMPTS_MAX, ...retry }),
  });
}

const NOTHING_SENT: Outcome = { is: "done", revision: "", changed: false };

/** Our mark is off an object that is gone: a forget has nothing left to do. */
function settled(step: Step, outcome: Outcome): Outcome {
  const isGone = outcome.is === "failed" && outcome.why.type === "notFound";
  return isGone && step.mode === "forget" ? NOTHING_SENT : outcome;
}

function endingOf(step: Step, outcome: Outcome): StepEnding {
  if (outcome.is !== "done") {
    const { code, message } = outcome.why;
    return { is: outcome.is, code, message };
  }
  const { revision, host, outputs } = outcome;
  const isStarted = (outcome.notStarted ?? step.willNotStart) === undefined;
  return {
    is: "done",
    revision,
    condition: isStarted ? "ok" : "failed-start",
    ...(host === undefined ? {} : { host }),
    ...(outputs === undefined ? {} : { outputs }),
  };
}

function resultOf(step: Step, outcome: Outcome): StepResult {
  if (outcome.is === "done") {
    const reason = outcome.notStarted ?? step.willNotStart;
    if (reason === undefined) return { is: "done" };
    return { is: "not-started", problem: { cause: "not-started", ...reason } };
  }
  const { type, code, message } = outcome.why;
  const cause = outcome.is === "unknown" ? "unknown" : type;
  return { is: outcome.is, problem: { cause, code, message } };
}

const failed = (cause: StepProblem["cause"], code: string, message: string): StepResult => ({
  is: "failed",
  problem: { cause, code, message },
});
