/** Looks through attributes for what is not literal yet and for what must not be printed. */
import { type Address, parseAddress } from "../model/address.ts";
import { type JsonObject, type JsonPointer, type JsonValue, pointerOf } from "../model/json.ts";

export interface Unknowns {
  readonly pointers: readonly JsonPointer[];
  /** Addresses whose steps give the values; sorted, without repeats. */
  readonly from: readonly Address[];
}

const NOTHING_UNKNOWN: Unknowns = { pointers: [], from: [] };
const SENSITIVE_TEXT = "(sensitive)";

/** Values that are known after apply, by the address that will give them. */
export function unknownsIn(attributes: JsonObject): Unknowns {
  const found: { pointer: JsonPointer; from: Address }[] = [];
  collect(attributes, [], found);
  if (found.length === 0) return NOTHING_UNKNOWN;
  return {
    pointers: found.map(({ pointer }) => pointer),
    from: [...new Set(found.map(({ from }) => from))].sort(),
  };
}

function collect(
  value: JsonValue | undefined,
  path: (string | number)[],
  found: { pointer: JsonPointer; from: Address }[],
): void {
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) {
    const list = value as readonly JsonValue[];
    for (let index = 0; index < list.length; index++) {
      path.push(index);
      collect(list[index], path, found);
      path.pop();
    }
    return;
  }
  const object = value as JsonObject;
  const from = unknownFrom(object);
  if (from !== undefined) {
    found.push({ pointer: pointerOf(...path), from });
    return;
  }
  for (const key of Object.keys(object)) {
    path.push(key);
    collect(object[key], path, found);
    path.pop();
  }
}

/** The address an unknown value comes from; undefined when the object is plain data. */
function unknownFrom(object: JsonObject): Address | undefined {
  const { unknownUntil, from, output } = object;
  if (unknownUntil !== "apply" || typeof from !== "string" || typeof output !== "string") {
    return undefined;
  }
  return parseAddress(from) === undefined ? undefined : (from as Address);
}

/** Concrete pointers in `attributes` that the patterns (`*` for any key) select. */
export function pointersMatching(
  attributes: JsonObject,
  patterns: readonly JsonPointer[],
): readonly JsonPointer[] {
  const found: JsonPointer[] = [];
  for (const pattern of patterns) expand(attributes, pattern.split("/").slice(1), "", found);
  return [...new Set(found)].sort();
}

function expand(
  value: JsonValue | undefined,
  tokens: readonly string[],
  at: JsonPointer,
  found: JsonPointer[],
): void {
  const [token, ...rest] = tokens;
  if (token === undefined) {
    if (value !== undefined) found.push(at);
    return;
  }
  if (typeof value !== "object" || value === null) return;
  const members = value as { readonly [key: string]: JsonValue };
  for (const key of Object.keys(members)) {
    const own = key.replaceAll("~", "~0").replaceAll("/", "~1");
    if (token === "*" || token === own) expand(members[key], rest, `${at}/${own}`, found);
  }
}

/** A field's value as it may be shown: undefined when all of it is sensitive. */
export function shown(
  value: JsonValue | undefined,
  path: JsonPointer,
  patterns: readonly JsonPointer[],
): JsonValue | undefined {
  if (value === undefined || patterns.length === 0) return value;
  return mask(
    value,
    path.split("/").slice(1),
    patterns.map((pattern) => pattern.split("/").slice(1)),
  );
}

function mask(
  value: JsonValue,
  at: readonly string[],
  patterns: readonly (readonly string[])[],
): JsonValue | undefined {
  const near = patterns.filter((pattern) => overlaps(pattern, at));
  if (near.length === 0) return value;
  if (near.some((pattern) => pattern.length <= at.length)) return undefined;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const list = value as readonly JsonValue[];
    return list.map((item, index) => mask(item, [...at, String(index)], near) ?? SENSITIVE_TEXT);
  }
  const copy: Record<string, JsonValue> = {};
  for (const [key, item] of Object.entries(value as JsonObject)) {
    const own = key.replaceAll("~", "~0").replaceAll("/", "~1");
    if (item !== undefined) copy[key] = mask(item, [...at, own], near) ?? SENSITIVE_TEXT;
  }
  return copy;
}

/** True when one of the two is a prefix of the other. */
function overlaps(pattern: readonly string[], at: readonly string[]): boolean {
  const length = Math.min(pattern.length, at.length);
  for (let index = 0; index < length; index++) {
    if (pattern[index] !== "*" && pattern[index] !== at[index]) return false;
  }
  return true;
}
