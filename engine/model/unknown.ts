import type { JsonObject, JsonValue } from "./json.ts";
import { isJsonArray, isJsonObject, member } from "./json.ts";
import type { UnknownValue } from "./plan.ts";

/** True for what stands in attributes where a value is known only after apply. */
export function isUnknown(value: JsonValue): value is JsonValue & UnknownValue {
  if (!isJsonObject(value)) return false;
  const { unknownUntil, from, output } = value;
  return unknownUntil === "apply" && typeof from === "string" && typeof output === "string";
}

/** The output of a name; `a.b` is the member `b` of output `a`. */
export const outputAt = (outputs: JsonObject | undefined, name: string): JsonValue | undefined =>
  member(outputs, ...name.split("."));

/** The value with every unknown part that `known` has a value for; the rest stays unknown. */
export function withKnown(
  value: JsonValue,
  known: (unknown: UnknownValue) => JsonValue | undefined,
): JsonValue {
  if (isJsonArray(value)) return value.map((item) => withKnown(item, known));
  if (!isJsonObject(value)) return value;
  if (isUnknown(value)) return known(value) ?? value;
  const filled: Record<string, JsonValue | undefined> = {};
  for (const key of Object.keys(value)) {
    const item = value[key];
    filled[key] = item === undefined ? undefined : withKnown(item, known);
  }
  return filled;
}
