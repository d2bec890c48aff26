import type { Change, ChangeReason, FieldChange } from "../model/change.ts";
import type { DesiredResource } from "../model/desired.ts";
import { diagnose } from "../diagnostics/catalogue.ts";
import type { CodeEntry } from "../diagnostics/catalogue.ts";
import type { ObservedObject } from "../model/observation.ts";
import type { OpenOperation, RecordedResource } from "../model/recorded.ts";
import type { UnknownValue } from "../model/plan.ts";
import { wantedFields, wishedPower } from "./attributes.ts";
import type { Subject, Verdict } from "./build.ts";
import { because, changeOf } from "./build.ts";
import { CODES } from "./codes.ts";
import type { DecideContext } from "./inputs.ts";
import { hostReasons } from "./host-reasons.ts";
import { protectedVerdict, protectionVerdict } from "./protection.ts";
import { decideReadOnly } from "./read-only.ts";
import { worstTiming } from "./structural.ts";
import { versionProblem } from "./version.ts";

/** The three sides of one declared address. */
interface Sides {
  readonly desired: DesiredResource;
  readonly recorded: RecordedResource | undefined;
  readonly object: ObservedObject | undefined;
  readonly open: OpenOperation | undefined;
  /** An output that the wish takes and that nothing has told or will tell. */
  readonly missing: UnknownValue | undefined;
}

function problem(
  entry: CodeEntry,
  resource: DesiredResource,
  rest: { readonly detail: string; readonly help?: readonly string[] },
  context: DecideContext,
): void {
  const { source, address } = resource;
  context.report(diagnose(entry, { ...rest, address, source }));
}

/** The object an address stands for: recorded, named by an open call, or carrying our mark. */
function findObject(
  desired: DesiredResource,
  recorded: RecordedResource | undefined,
  context: DecideContext,
): ObservedObject | undefined {
  const { world } = context;
  if (recorded !== undefined) return world.byId(recorded.provider, recorded.id);
  const open = world.openAt(desired.address);
  const opened = open === undefined ? undefined : world.byId(open.provider, open.objectId);
  if (opened !== undefined) return opened;
  const [own] = world.ownAt(desired.address);
  if (own !== undefined) return own;
  const { adopt } = desired.behaviour;
  return adopt === undefined ? undefined : world.byId(desired.provider, adopt);
}

const unseen = (doubt: string): Verdict => ({
  action: "blocked",
  reasons: [because("provider-unreachable", { detail: doubt })],
});

/** Nothing was observed for a declared resource. */
function decideAbsent(sides: Sides, context: DecideContext): Verdict {
  const { desired, recorded, open } = sides;
  const { world } = context;
  const needsHost = desired.workload !== undefined;
  const doubt = world.doubt(desired.provider, recorded?.host ?? open?.wish?.host);
  if (doubt !== undefined) return unseen(doubt);
  if (open !== undefined) {
    return { action: "create", reasons: [because("unfinished")], needsHost };
  }
  if (recorded !== undefined) return { action: "create", reasons: [because("gone")], needsHost };
  const { adopt } = desired.behaviour;
  if (adopt !== undefined) {
    const detail =
      `${desired.address} shall adopt object "${adopt}", which provider ` +
      `"${desired.provider}" does not have.`;
    problem(CODES.adoptMissing, desired, { detail }, context);
    return { action: "blocked", reasons: [because("adopt-asked", { detail: "no such object" })] };
  }
  const foreign = world.foreignAt(desired);
  if (foreign === undefined) return { action: "create", reasons: [because("new")], needsHost };
  if (desired.sharesExisting === true) {
    const detail = "it is there already, and it is not ours";
    return { action: "noop", reasons: [because("foreign-object", { detail })] };
  }
  const detail = `object "${foreign.id}" has this name and is not ours`;
  problem(
    CODES.nameTaken,
    desired,
    {
      detail: `${desired.address} cannot be made: ${detail}.`,
      help: [`to take it over, add the annotation vpac.dev/adopt: ${foreign.id}`],
    },
    context,
  );
  return { action: "blocked", reasons: [because("foreign-object", { detail })] };
}

/** An object that is there but not recorded: a leftover of ours, or one to take over. */
function decideUnrecorded(sides: Sides, object: ObservedObject, context: DecideContext): Verdict {
  const { desired, open } = sides;
  const { tag } = object;
  const isOurs = tag?.lineage === context.input.recorded.lineage;
  const needsHost = desired.workload !== undefined && object.host === undefined;
  if (open !== undefined && open.objectId === object.id && open.verb !== "remove") {
    return { action: open.verb, reasons: [because("unfinished")], needsHost };
  }
  if (!isOurs && tag !== undefined) {
    const detail =
      `${desired.address} shall adopt object "${object.id}", which belongs to lineage ` +
      `${tag.lineage}.`;
    problem(CODES.adoptForeign, desired, { detail }, context);
    return {
      action: "blocked",
      reasons: [because("foreign-object", { detail: "the object belongs to another state" })],
    };
  }
  const fields = wantedFields(
    { desired: desired.attributes, recorded: undefined, observed: object.attributes },
    context.compareFor(desired.rules),
  );
  const code = isOurs ? "found-own" : "adopt-asked";
  return { action: "adopt", reasons: [because(code)], fields, needsHost };
}

const isEnded = (object: ObservedObject): boolean =>
  object.status["phase"] === "Succeeded" || object.status["phase"] === "Failed";

/** True for workloads that may end by themselves; what has ended well is not started again. */
function mayEnd(desired: DesiredResource): boolean {
  if (desired.workload?.lifetime === "short") return true;
  const spec = desired.attributes["spec"];
  const policy =
    typeof spec === "object" && spec !== null && "restartPolicy" in spec
      ? spec["restartPolicy"]
      : undefined;
  return policy === "Never" || policy === "OnFailure";
}

/** A field for the power state, where the machine is not in the state that is wished. */
function powerField(desired: DesiredResource, object: ObservedObject): FieldChange[] {
  if (desired.workload === undefined || object.power === undefined) return [];
  const wish = wishedPower(desired.attributes);
  if (object.power === wish) return [];
  if (wish === "on" && isEnded(object) && mayEnd(desired)) return [];
  return [{ path: "/power", op: "replace", before: object.power, after: wish, timing: "live" }];
}

function firstPath(fields: readonly FieldChange[], timing?: FieldChange["timing"]): string {
  return fields.find((field) => timing === undefined || field.timing === timing)?.path ?? "";
}

function replaceVerdict(
  sides: Sides,
  fields: readonly FieldChange[],
  reason: ChangeReason,
): Verdict {
  const { desired, recorded } = sides;
  if (desired.behaviour.preventDestroy || recorded?.preventDestroy === true) {
    return protectedVerdict(fields, "it would have to be replaced");
  }
  const isHeldBack = desired.workload?.rolloutWave === -1 && reason.code !== "replace-asked";
  if (isHeldBack) {
    return { action: "noop", reasons: [because("paused", { detail: "held back by partition" })] };
  }
  const needsHost = desired.workload !== undefined;
  return { action: "replace", reasons: [reason], fields, needsHost, timing: "replace" };
}

function updateVerdict(
  sides: Sides & { readonly object: ObservedObject },
  fields: readonly FieldChange[],
  moves: readonly ChangeReason[],
): Verdict {
  const { desired, object } = sides;
  const isRunning = object.power !== "off";
  const worst = worstTiming(fields);
  const timing = worst === "power-off" && !isRunning ? "live" : worst;
  if (timing === "power-off" && desired.behaviour.allowPowerOff === "never") {
    const path = firstPath(fields, "power-off");
    return {
      action: "blocked",
      reasons: [because("power-off-needed", { path, detail: "vpac.dev/allow-power-off is never" })],
      fields,
    };
  }
  const code = updateReason(sides, timing);
  const path = firstPath(fields, timing === "power-off" ? timing : undefined);
  const needsHost =
    moves.length > 0 || (desired.workload?.poweredOn === true && object.host === undefined);
  return {
    action: "update",
    reasons: [because(code, { path }), ...moves],
    fields,
    timing,
    needsHost,
  };
}

function updateReason(sides: Sides, timing: Change["timing"]): ChangeReason["code"] {
  const { desired, recorded } = sides;
  if (isOnlyDrift(desired, recorded)) {
    // What the last apply could not start was not changed by anybody.
    return recorded?.condition === "failed-start" ? "unfinished" : "drift";
  }
  return timing === "power-off" ? "power-off-needed" : "field-changed";
}

/** True when the documents ask for what was last applied: then the world has changed. */
function isOnlyDrift(desired: DesiredResource, recorded: RecordedResource | undefined): boolean {
  if (recorded === undefined) return false;
  const versions = { desired: desired.attributes, recorded: recorded.attributes };
  return wantedFields({ ...versions, observed: undefined }, SAME_SHAPE).length === 0;
}

/** Enough to learn whether anything differs; which fields is not asked. */
const SAME_SHAPE = (): readonly FieldChange[] => [
  { path: "", op: "replace", before: null, after: null, timing: "live" },
];

/** A recorded object that is there: what differs decides. */
function decidePresent(
  sides: Sides & { readonly recorded: RecordedResource; readonly object: ObservedObject },
  context: DecideContext,
): Verdict {
  const { desired, recorded, object, open } = sides;
  const compare = context.compareFor(desired.rules);
  const versions = {
    desired: desired.attributes,
    recorded: recorded.attributes,
    observed: context.observedOf(recorded, object),
  };
  const stated = wantedFields(versions, compare);
  if (context.isReplaceAsked(desired)) {
    return replaceVerdict(sides, stated, because("replace-asked"));
  }
  if (desired.owner !== undefined && context.remadeClusters.has(desired.owner)) {
    const detail = `${desired.owner} is replaced`;
    return replaceVerdict(sides, stated, because("replace-asked", { detail }));
  }
  if (worstTiming(stated) === "replace") {
    const path = firstPath(stated, "replace");
    return replaceVerdict(sides, stated, because("immutable-field", { path }));
  }
  const power = powerField(desired, object);
  const moves = hostReasons(desired, object, context);
  if (stated.length > 0 || (power.length > 0 && moves.length === 0)) {
    const verdict = updateVerdict(sides, mergedFields(stated, power), moves);
    return open === undefined
      ? verdict
      : { ...verdict, reasons: [...verdict.reasons, because("unfinished")] };
  }
  if (moves.length > 0) return { action: "move", reasons: moves, fields: power, needsHost: true };
  return decideSettled(sides);
}

/** Every field is as wished; a call may still be open, or the workload may have no host. */
function decideSettled(sides: Sides & { readonly object: ObservedObject }): Verdict {
  const { desired, object, open } = sides;
  if (open?.verb === "update") return { action: "update", reasons: [because("unfinished")] };
  if (object.unfinished !== undefined) {
    return { action: "update", reasons: [because("unfinished", { detail: object.unfinished })] };
  }
  const isHomeless = object.host === undefined && object.power !== undefined;
  if (isHomeless && desired.workload?.poweredOn === true) {
    const reasons = [because("drift", { detail: "has no host" })];
    return { action: "update", reasons, needsHost: true };
  }
  return protectionVerdict(desired, sides.recorded);
}

/** The power field stands only where no document field says the same. */
function mergedFields(
  stated: readonly FieldChange[],
  power: readonly FieldChange[],
): readonly FieldChange[] {
  if (power.length === 0) return stated;
  const isStated = stated.some(({ path }) => path === "/power" || path === "/spec/powerState");
  return isStated ? stated : [...stated, ...power];
}

function verdictFor(sides: Sides, context: DecideContext): Verdict {
  const { desired, recorded, object } = sides;
  if (desired.behaviour.paused) {
    return { action: "noop", reasons: [because("paused", { detail: "vpac.dev/paused" })] };
  }
  if (desired.readOnly) return decideReadOnly(sides, context);
  if (sides.missing !== undefined) {
    const { from, output } = sides.missing;
    const detail = `${from} has not told its ${output} yet`;
    return { action: "blocked", reasons: [because("dependency-blocked", { detail })] };
  }
  if (recorded !== undefined && recorded.provider !== desired.provider) {
    const detail =
      `${desired.address} is recorded at provider "${recorded.provider}" and now bound to ` +
      `"${desired.provider}".`;
    problem(CODES.providerChanged, desired, { detail }, context);
    return protectedVerdict([], "the provider changed");
  }
  const version = versionProblem(desired, recorded);
  if (version !== undefined) context.report(version);
  if (object === undefined) return decideAbsent(sides, context);
  if (recorded === undefined) return decideUnrecorded(sides, object, context);
  return decidePresent({ ...sides, recorded, object }, context);
}

/** What has to happen to a declared resource. */
export function decideDesired(
  desired: DesiredResource,
  recorded: RecordedResource | undefined,
  context: DecideContext,
  missing?: UnknownValue,
): Change {
  const object = findObject(desired, recorded, context);
  const open = context.world.openAt(desired.address);
  const verdict = verdictFor({ desired, recorded, object, open, missing }, context);
  const isNew = verdict.action === "create" && open === undefined;
  const subject: Subject = {
    address: desired.address,
    object,
    objectId: isNew ? undefined : (open?.objectId ?? recorded?.id),
    source: desired.source,
  };
  return changeOf(subject, verdict);
}
