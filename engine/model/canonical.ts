import type { JsonObject, JsonValue } from "./json.ts";

/** Orders text by UTF-16 code unit: the same in every locale and on every machine. */
export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/**
 * JSON with object keys in code-unit order and no white space: equal values give equal bytes.
 * Members that are undefined are left out, as JSON.stringify does.
 */
export function canonicalJson(value: JsonValue | undefined): string {
  if (value === undefined) return "null";
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  // Writing a copy in key order is several times faster than joining texts.
  const ordered = inKeyOrder(value);
  return ordered === undefined ? joined(value) : JSON.stringify(ordered);
}

/**
 * A copy whose members stand in key order; undefined where objects cannot keep that order, since
 * keys that look like numbers always come first.
 */
function inKeyOrder(value: JsonObject | readonly JsonValue[]): JsonValue | undefined {
  if (Array.isArray(value)) return listInKeyOrder(value as readonly JsonValue[]);
  const object = value as JsonObject;
  const ordered: Record<string, JsonValue> = {};
  for (const key of sortedKeys(object)) {
    if (!keepsItsPlace(key)) return undefined;
    const item = object[key];
    if (item === undefined) continue;
    const inner = typeof item === "object" && item !== null ? inKeyOrder(item) : item;
    if (inner === undefined) return undefined;
    ordered[key] = inner;
  }
  return ordered;
}

function listInKeyOrder(list: readonly JsonValue[]): JsonValue | undefined {
  const ordered: JsonValue[] = [];
  for (const item of list) {
    const inner = typeof item === "object" && item !== null ? inKeyOrder(item) : item;
    if (inner === undefined) return undefined;
    ordered.push(inner);
  }
  return ordered;
}

const DIGIT_FIRST = 48;
const DIGIT_LAST = 57;

function keepsItsPlace(key: string): boolean {
  const first = key.charCodeAt(0);
  return !(first >= DIGIT_FIRST && first <= DIGIT_LAST) && key !== "__proto__";
}

/** Keys in code-unit order; most objects have few, which are put in place one by one. */
function sortedKeys(object: JsonObject): string[] {
  const keys = Object.keys(object);
  if (keys.length > 16) return keys.sort();
  for (let index = 1; index < keys.length; index++) {
    const key = keys[index] ?? "";
    let place = index;
    for (; place > 0 && (keys[place - 1] ?? "") > key; place--) keys[place] = keys[place - 1] ?? "";
    keys[place] = key;
  }
  return keys;
}

function joined(value: JsonValue): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) {
    return `[${(value as readonly JsonValue[]).map((item) => joined(item)).join(",")}]`;
  }
  const object = value as JsonObject;
  const parts: string[] = [];
  for (const key of Object.keys(object).sort()) {
    const item = object[key];
    if (item !== undefined) parts.push(`${JSON.stringify(key)}:${joined(item)}`);
  }
  return `{${parts.join(",")}}`;
}
