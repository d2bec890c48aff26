/** JSON as data: the form in which documents, attributes and steps travel between the rooms. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}

/** A JSON pointer (RFC 6901) such as `/spec/containers/0/image`; the root is the empty text. */
export type JsonPointer = string;

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isJsonArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** Reads a nested member by keys; undefined where any step is missing or not a container. */
export function member(
  value: JsonValue | undefined,
  ...keys: readonly (string | number)[]
): JsonValue | undefined {
  let current = value;
  for (const key of keys) {
    if (typeof key === "number") current = isJsonArray(current) ? current[key] : undefined;
    else current = isJsonObject(current) && Object.hasOwn(current, key) ? current[key] : undefined;
  }
  return current;
}

/** As `member`, but only an object; anything else reads as an empty object. */
export function objectAt(
  value: JsonValue | undefined,
  ...keys: readonly (string | number)[]
): JsonObject {
  const found = member(value, ...keys);
  return isJsonObject(found) ? found : {};
}

/** As `member`, but only an array; anything else reads as an empty array. */
export function arrayAt(
  value: JsonValue | undefined,
  ...keys: readonly (string | number)[]
): readonly JsonValue[] {
  const found = member(value, ...keys);
  return isJsonArray(found) ? found : [];
}

/** As `member`, but only a string. */
export function stringAt(
  value: JsonValue | undefined,
  ...keys: readonly (string | number)[]
): string | undefined {
  const found = member(value, ...keys);
  return typeof found === "string" ? found : undefined;
}

/** As `member`, but only a finite number. */
export function numberAt(
  value: JsonValue | undefined,
  ...keys: readonly (string | number)[]
): number | undefined {
  const found = member(value, ...keys);
  return typeof found === "number" && Number.isFinite(found) ? found : undefined;
}

export function pointerToken(key: string | number): string {
  return String(key).replaceAll("~", "~0").replaceAll("/", "~1");
}

export function pointerOf(...keys: readonly (string | number)[]): JsonPointer {
  return keys.map((key) => `/${pointerToken(key)}`).join("");
}

export function pointerKeys(pointer: JsonPointer): string[] {
  if (pointer === "") return [];
  return pointer
    .slice(1)
    .split("/")
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
}
