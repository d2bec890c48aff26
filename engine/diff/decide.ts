import { type CodeEntry, diagnose } from "../diagnostics/catalogue.ts";
import type { Change } from "../model/change.ts";
import type { DesiredResource } from "../model/desired.ts";
import type { ObservedObject } from "../model/observation.ts";
import type { UnknownValue } from "../model/plan.ts";
import type { RecordedResource } from "../model/recorded.ts";
import { wantedFields } from "./attributes.ts";
import { because, changeOf, type Subject, type Verdict } from "./build.ts";
import { CODES } from "./codes.ts";
import type { DecideContext } from "./inputs.ts";
import { decidePresent } from "./present.ts";
import { protectedVerdict } from "./protection.ts";
import { decideReadOnly } from "./read-only.ts";
import type { Sides } from "./sides.ts";
import { versionProblem } from "./version.ts";

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
