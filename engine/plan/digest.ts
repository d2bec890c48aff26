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
    const item = list[index] ?? null;
    const ordered = inOrder(item);
    if (ordered === AWKWARD) return AWKWARD;
    if (ordered !== item) copy ??= list.slice();
    if (copy !== undefined) copy[index] = ordered;
  }
  return copy ?? list;
}

function objectInOrder(object: JsonObject): JsonValue | typeof AWKWARD {
  const keys = Object.keys(object);
  if (keys.some(isAwkward)) return AWKWARD;
  let copy: Record<string, JsonValue> | undefined;
  if (!isSorted(keys)) {
    keys.sort();
    copy = {};
  }
  for (const [index, key] of keys.entries()) {
    const item = object[key];
    if (item === undefined) continue;
    const ordered = inOrder(item);
    if (ordered === AWKWARD) return AWKWARD;
    if (ordered !== item) copy ??= headOf(object, keys, index);
    if (copy !== undefined) copy[key] = ordered;
  }
  return copy ?? object;
}

function isSorted(keys: readonly string[]): boolean {
  for (let index = 1; index < keys.length; index++) {
    if (String(keys[index - 1]) > String(keys[index])) return false;
  }
  return true;
}

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

/**
 * The same text as `canonicalJson`, several times faster on large documents: the keys are put in
 * order first, and the printing is left to the runtime.
 */
export function canonicalText(value: JsonValue): string {
  const ordered = inOrder(value);
  return ordered === AWKWARD ? canonicalJson(value) : JSON.stringify(ordered);
}

/** A plan is JSON by construction; the type system cannot see that through its interfaces. */
export const planJson = (plan: Plan): JsonValue => plan as unknown as JsonValue;

/** `sha256:` over the canonical plan without the cosmetic `digest`, `createdAt` and `timingMs`. */
export function digestOfPlan(plan: Omit<Plan, "digest">, digest: Digest): string {
  const body = { ...plan, digest: undefined, createdAt: undefined, timingMs: undefined };
  return `sha256:${digest(canonicalText(body as unknown as JsonValue))}`;
}
