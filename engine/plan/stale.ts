/** Whether a plan still fits the world it was made for; only what it touches matters. */
import { diagnose } from "../diagnostics/catalogue.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Host } from "../model/host.ts";
import type { ObservedObject, Observation } from "../model/observation.ts";
import type { Plan, PlannedChange, Step } from "../model/plan.ts";
import type { RecordedState } from "../model/recorded.ts";
import { CODES } from "./codes.ts";

export interface PresentWorld {
  readonly recorded: RecordedState;
  readonly observation: Observation;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

const AGAIN: readonly string[] = ["Make the plan again: vpac plan"];

/** One diagnostic per part that moved; empty when the plan may be applied as it stands. */
export function judgeStale(plan: Plan, world: PresentWorld): readonly Diagnostic[] {
  const general = [...lineage(plan, world), ...consumed(plan, world), ...age(plan, world)];
  // Nothing in the state or the world of another lineage can be compared with this plan.
  if (general.some((diagnostic) => diagnostic.code === CODES.otherLineage.code)) return general;
  return [...general, ...touched(plan, world), ...hosts(plan, world)];
}

function lineage(plan: Plan, { recorded }: PresentWorld): Diagnostic[] {
  const { base } = plan;
  const isFirst = base.serial === 0 && recorded.serial === 0 && recorded.lineage === "";
  if (isFirst || recorded.lineage === base.lineage) return [];
  const detail =
    `The plan belongs to state ${base.lineage} (serial ${base.serial}), but workspace ` +
    `${recorded.workspace} has state ${recorded.lineage || "none"} (serial ${recorded.serial}).`;
  return [diagnose(CODES.otherLineage, { detail, help: AGAIN })];
}

function consumed(plan: Plan, { recorded }: PresentWorld): Diagnostic[] {
  if (!recorded.consumedPlans.includes(plan.digest)) return [];
  const detail = `Plan ${plan.id} was applied before; the state has its digest ${plan.digest}.`;
  return [diagnose(CODES.alreadyApplied, { detail, help: AGAIN })];
}

function age(plan: Plan, { nowMs }: PresentWorld): Diagnostic[] {
  const madeMs = timeOf(plan.createdAt);
  if (madeMs !== undefined && nowMs - madeMs <= plan.base.expiresAfterMs) return [];
  const hours = plan.base.expiresAfterMs / 3_600_000;
  const detail = `The plan was made at ${plan.createdAt} and holds for ${hours} h.`;
  return [diagnose(CODES.tooOld, { detail, help: AGAIN })];
}

const RFC_3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{3}))?Z$/u;

/** Milliseconds since 1970 of a time in UTC; undefined when it is none. */
function timeOf(text: string): number | undefined {
  const match = RFC_3339.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0));
  // Days by the civil calendar with years that begin in March, so that leap days come last.
  const shifted = month <= 2 ? year - 1 : year;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const leaps = Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400);
  const days = shifted * 365 + leaps + dayOfYear - 719_468;
  return ((days * 24 + hour) * 60 + minute) * 60_000 + second * 1000 + ms;
}

/** Every object that a step acts on is as the plan saw it, and none stands where one is made. */
function touched(plan: Plan, { recorded, observation }: PresentWorld): Diagnostic[] {
  const byId = new Map<string, ObservedObject>();
  const byName = new Map<string, ObservedObject>();
  for (const object of observation.objects) {
    byId.set(`${object.provider}\u0000${object.id}`, object);
    byName.set(nameOf(object), object);
  }
  const complete = new Set(
    observation.readings.filter((reading) => reading.complete).map((reading) => reading.provider),
  );
  const acted = new Set(plan.steps.map((step) => step.objectId));
  const found: Diagnostic[] = [];
  for (const step of plan.steps) {
    const object = byId.get(`${step.provider}\u0000${step.objectId}`);
    const namesake = byName.get(nameOf(step));
    const isOther = namesake !== undefined && !acted.has(namesake.id);
    const problem =
      step.expect === "absent"
        ? appeared(step, isOther ? namesake : undefined)
        : moved(step, object, complete.has(step.provider));
    found.push(...(problem ?? recordMoved(step, recorded)));
  }
  return found;
}

const nameOf = (item: ObservedObject | Step): string =>
  [item.provider, item.kind, item.namespace ?? "", item.name].join("\u0000");

function appeared(step: Step, other: ObservedObject | undefined): Diagnostic[] | undefined {
  if (step.verb !== "create" || other === undefined) return undefined;
  const { address } = step;
  const detail = `Object ${other.id} exists at ${address}, where the plan makes a new one.`;
  return [diagnose(CODES.objectAppeared, { detail, address, help: AGAIN })];
}

function moved(
  step: Step,
  object: ObservedObject | undefined,
  isComplete: boolean,
): Diagnostic[] | undefined {
  const { address, objectId, provider, expect } = step;
  // What an earlier step of this plan changes is judged there.
  if (expect === "absent" || "step" in expect) return undefined;
  if (object?.revision === expect.revision) return undefined;
  if (object !== undefined) {
    const detail =
      `Object ${objectId} of ${address} has revision ${object.revision}, the plan was made ` +
      `from ${expect.revision}.`;
    return [diagnose(CODES.objectChanged, { detail, address, help: AGAIN })];
  }
  if (isComplete) {
    const detail = `Object ${objectId} of ${address} is no longer at provider ${provider}.`;
    return [diagnose(CODES.objectGone, { detail, address, help: AGAIN })];
  }
  const detail = `Provider ${provider} did not show object ${objectId} of ${address}.`;
  return [diagnose(CODES.cannotBeSeen, { detail, address, help: AGAIN })];
}

/** The state must still name the object that the step acts on, where it names one at all. */
function recordMoved(step: Step, recorded: RecordedState): Diagnostic[] {
  const record = recorded.resources.get(step.address);
  if (record === undefined || step.verb === "create" || record.id === step.objectId) return [];
  if (step.mode === "adopt") return [];
  const { address } = step;
  const detail = `The state has object ${record.id} for ${address}, the plan ${step.objectId}.`;
  return [diagnose(CODES.recordChanged, { detail, address, help: AGAIN })];
}

/** Hosts that the plan puts workloads on are there and take them. */
function hosts(plan: Plan, { observation }: PresentWorld): Diagnostic[] {
  const known = new Map(observation.hosts.map((host) => [host.name, host]));
  const changes = new Map(plan.changes.map((change) => [change.address, change]));
  const prepared = new Set(
    plan.steps.filter((step) => step.verb !== "remove").map((step) => step.address),
  );
  const isComplete = observation.readings.every((reading) => reading.complete);
  const closed = new Set(
    plan.placement.hosts.filter((host) => host.state === "unschedulable").map((host) => host.name),
  );
  const found: Diagnostic[] = [];
  for (const step of plan.steps) {
    if (step.host === undefined || !settles(step, changes.get(step.address))) continue;
    // A step of this very plan makes the host, or brings it into service.
    if (prepared.has(`host/${step.host}`)) continue;
    const wasClosed = closed.has(step.host);
    const problem = hostProblem(step, known.get(step.host), { isComplete, wasClosed });
    if (problem !== undefined) found.push(problem);
  }
  return found;
}

const settles = (step: Step, change: PlannedChange | undefined): boolean =>
  step.verb === "create" || (step.verb === "update" && change?.placement?.from !== step.host);

function hostProblem(
  { address, host: name }: Step,
  host: Host | undefined,
  { isComplete, wasClosed }: { readonly isComplete: boolean; readonly wasClosed: boolean },
): Diagnostic | undefined {
  if (host === undefined) {
    const detail = `Host ${name}, where the plan puts ${address}, is no longer in the inventory.`;
    const seen = isComplete ? CODES.hostGone : CODES.cannotBeSeen;
    return diagnose(seen, { detail, address, help: AGAIN });
  }
  const isClosed = host.unschedulable && !wasClosed;
  if (host.connection === "connected" && !isClosed) return undefined;
  const state = host.connection === "connected" ? "closed for scheduling" : host.connection;
  const detail = `Host ${name}, where the plan puts ${address}, is ${state} now.`;
  return diagnose(CODES.hostUnusable, { detail, address, help: AGAIN });
}
