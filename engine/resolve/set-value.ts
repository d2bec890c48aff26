import type { JsonValue } from "../model/json.ts";
import { isJsonArray, isJsonObject, member } from "../model/json.ts";

/**
 * A copy with the value at the path, objects on the way made; undefined when the way leads through
 * a plain value or past the end of a list.
 */
export function withValue(
  at: JsonValue | undefined,
  keys: readonly string[],
  value: JsonValue,
): JsonValue | undefined {
  const [key, ...rest] = keys;
  if (key === undefined) return value;
  if (isJsonArray(at)) {
    const index = /^\d{1,9}$/.test(key) ? Number(key) : at.length;
    const changed = index < at.length ? withValue(at[index], rest, value) : undefined;
    return changed === undefined ? undefined : at.with(index, changed);
  }
  if (at !== undefined && !isJsonObject(at)) return undefined;
  const changed = withValue(member(at, key), rest, value);
  return changed === undefined ? undefined : { ...at, [key]: changed };
}
