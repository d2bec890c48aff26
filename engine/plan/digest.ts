import { canonicalJson } from "../model/canonical.ts";
import type { Digest } from "../model/digest.ts";
import type { JsonObject, JsonValue } from "../model/json.ts";
import type { Plan } from "../model/plan.ts";

/** Answer of `inOrder` where the fast way cannot give the canonical order. */
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
  if (copy !== undefined) keys.sort();
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

/** The value with all keys in order; itself when it is so already, or cannot be. */
export function ordered(value: JsonObject): JsonObject {
  const result = inOrder(value);
  return result === AWKWARD ? value : (result as JsonObject);
}

/**
 * The same text as `canonicalJson`, several times faster on large documents: the keys are put in
 * order first, and the printing is left to the runtime.
 */
export function canonicalText(value: JsonValue): string {
  const result = inOrder(value);
  return result === AWKWARD ? canonicalJson(value) : JSON.stringify(result);
}

/** A plan is JSON by construction; the type system cannot see that through its interfaces. */
export const planJson = (plan: Plan): JsonValue => plan as unknown as JsonValue;

/** `sha256:` over the canonical plan without the cosmetic `digest`, `createdAt` and `timingMs`. */
export function digestOfPlan(plan: Omit<Plan, "digest">, digest: Digest): string {
  const body = { ...plan, digest: undefined, createdAt: undefined, timingMs: undefined };
  return `sha256:${digest(canonicalText(body as unknown as JsonValue))}`;
}
