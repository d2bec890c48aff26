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
  // Putting the keys in order first is several times faster than joining texts.
  const result = inOrder(value);
  return result === AWKWARD ? joined(value) : JSON.stringify(result);
}

/** The value with all keys in order; itself when it is so already, or cannot be. */
export function ordered(value: JsonObject): JsonObject {
  const result = inOrder(value);
  return result === AWKWARD ? value : (result as JsonObject);
}

/** Answer of `inOrder` where objects cannot keep the order: keys like numbers come first. */
const AWKWARD = Symbol("awkward key");

/** Keys that JSON.stringify would not print in code-unit order, or would not treat as data. */
function isAwkward(key: string): boolean {
  const first = key.charCodeAt(0);
  return (first >= 48 && first <= 57) || key === "__proto__";
}

/** A copy whose keys are in order all the way down; what is in order already is not copied. */
function inOrder(value: JsonValue): JsonValue | typeof AWKWARD {
  if (typeof value !== "object" || value === null) return value;
  return Array.isArray(value) ? listInOrder(value) : objectInOrder(value as JsonObject);
}

function listInOrder(list: readonly JsonValue[]): JsonValue | typeof AWKWARD {
  let copy: JsonValue[] | undefined;
  for (let index = 0; index < list.length; index++) {
    const item = list[index];
    if (typeof item !== "object" || item === null) continue;
    const sorted = inOrder(item);
    if (sorted === AWKWARD) return AWKWARD;
    if (sorted === item) continue;
    copy ??= list.slice();
    copy[index] = sorted;
  }
  return copy ?? list;
}

function objectInOrder(object: JsonObject): JsonValue | typeof AWKWARD {
  const keys = Object.keys(object);
  const order = orderOf(keys);
  if (order === "awkward") return AWKWARD;
  let copy: Record<string, JsonValue> | undefined = order === "sorted" ? undefined : {};
  if (copy !== undefined) sortKeys(keys);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] ?? "";
    const item = object[key];
    if (item === undefined) continue;
    const sorted = inOrder(item);
    if (sorted === AWKWARD) return AWKWARD;
    if (sorted !== item) copy ??= headOf(object, keys, index);
    if (copy !== undefined) copy[key] = sorted;
  }
  return copy ?? object;
}

/** More keys than objects of documents have; beyond it the built-in sort is the faster one. */
const FEW_KEYS = 24;

/** Sorts in place. The built-in sort takes room of its own, which is most of the garbage here. */
function sortKeys(keys: string[]): void {
  if (keys.length > FEW_KEYS) {
    keys.sort();
    return;
  }
  for (let next = 1; next < keys.length; next++) {
    const key = keys[next] ?? "";
    let at = next;
    for (let before = keys[at - 1]; at > 0 && before !== undefined && before > key; ) {
      keys[at] = before;
      at--;
      before = keys[at - 1];
    }
    keys[at] = key;
  }
}

function orderOf(keys: readonly string[]): "sorted" | "unsorted" | "awkward" {
  let previous = "";
  let isSorted = true;
  for (const key of keys) {
    if (isAwkward(key)) return "awkward";
    if (previous > key) isSorted = false;
    previous = key;
  }
  return isSorted ? "sorted" : "unsorted";
}

/** The members before `end`, which needed no change. */
function headOf(
  object: JsonObject,
  keys: readonly string[],
  end: number,
): Record<string, JsonValue> {
  const copy: Record<string, JsonValue> = {};
  for (const key of keys.slice(0, end)) {
    const item = object[key];
    if (item !== undefined) copy[key] = item;
  }
  return copy;
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
