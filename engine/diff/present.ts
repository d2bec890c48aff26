import type { Change, ChangeReason, FieldChange } from "../model/change.ts";
import type { DesiredResource } from "../model/desired.ts";
import type { ObservedObject } from "../model/observation.ts";
import type { RecordedResource } from "../model/recorded.ts";
import { wantedFields, wishedPower } from "./attributes.ts";
import { because, type Verdict } from "./build.ts";
import { hostReasons } from "./host-reasons.ts";
import type { DecideContext } from "./inputs.ts";
import { protectedVerdict, protectionVerdict } from "./protection.ts";
import type { Sides } from "./sides.ts";
import { worstTiming } from "./structural.ts";

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
export function decidePresent(
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
