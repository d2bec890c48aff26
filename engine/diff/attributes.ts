import type { FieldChange } from "../model/change.ts";
import type { JsonObject, JsonValue } from "../model/json.ts";
import { isJsonObject, stringAt } from "../model/json.ts";
import type { PowerState } from "../model/observation.ts";
import type { Compare } from "./structural.ts";
import { isSame } from "./structural.ts";

/** How deep an absent field counts as one that the provider does not hold at all. */
const HELD_DEPTH = 2;

/**
 * What the object has, as far as it can be known: observed fields, and recorded ones where the
 * provider holds no such field. Deeper down an absent field is a field that is gone.
 */
function known(recorded: JsonObject, observed: JsonObject, depth = 1): JsonObject {
  if (recorded === observed) return observed;
  const merged: Record<string, JsonValue | undefined> = { ...observed };
  for (const key of Object.keys(recorded)) {
    const before = recorded[key];
    const now = observed[key];
    if (now === undefined) merged[key] = before;
    else if (depth < HELD_DEPTH && isJsonObject(before) && isJsonObject(now)) {
      merged[key] = known(before, now, depth + 1);
    }
  }
  return merged;
}

/** The fields turned round: what leads from `after` to `before`. */
function inverted(fields: readonly FieldChange[]): FieldChange[] {
  return fields.map(({ path, op, before, after, timing }) => {
    if (op === "add" && after !== undefined) return { path, op: "remove", before: after, timing };
    if (op === "remove" && before !== undefined) return { path, op: "add", after: before, timing };
    return {
      path,
      op,
      timing,
      ...(after === undefined ? {} : { before: after }),
      ...(before === undefined ? {} : { after: before }),
    };
  });
}

/** Fields of the last apply that were changed by others; fields we never set do not count. */
export function driftFields(
  recorded: JsonObject,
  observed: JsonObject,
  compare: Compare,
): readonly FieldChange[] {
  if (isSame(recorded, observed)) return [];
  return inverted(compare(known(recorded, observed), recorded, { ignoresUnset: true }));
}

export interface Versions {
  readonly desired: JsonObject;
  readonly recorded: JsonObject | undefined;
  readonly observed: JsonObject | undefined;
}

/**
 * Fields that have to change: where the object is not as wished, in fields that the wish states or
 * that the last apply set and the documents no longer have.
 */
export function wantedFields(versions: Versions, compare: Compare): readonly FieldChange[] {
  const { desired, recorded, observed } = versions;
  const isSettled = recorded !== undefined && isSame(recorded, desired);
  const isAsBefore = observed === undefined || observed === recorded;
  if (isSettled && (isAsBefore || isSame(observed, desired))) return [];
  const now = observed === undefined ? (recorded ?? {}) : known(recorded ?? {}, observed);
  const stated = compare(now, desired, { ignoresUnset: true });
  if (isSettled || recorded === undefined) return stated;
  const paths = new Set(stated.map((field) => field.path));
  const left = compare(recorded, desired, { ignoresUnset: false }).filter(
    (field) => field.op === "remove" && !paths.has(field.path),
  );
  return left.length === 0 ? stated : [...stated, ...left];
}

/** The power state that attributes ask for; machines run unless they say otherwise. */
export function wishedPower(attributes: JsonObject): PowerState {
  const power = stringAt(attributes, "power");
  if (power === "off" || power === "suspended") return power;
  switch (stringAt(attributes, "spec", "powerState")?.toLowerCase()) {
    case "poweredoff":
      return "off";
    case "suspended":
      return "suspended";
    default:
      return "on";
  }
}
