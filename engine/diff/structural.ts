import type { FieldChange } from "../model/change.ts";
import type { ChangeRules, ChangeTiming, ListRule } from "../model/desired.ts";
import type { JsonObject, JsonPointer, JsonValue } from "../model/json.ts";
import { isJsonArray, isJsonObject, pointerKeys, pointerToken, stringAt } from "../model/json.ts";
import { isSameQuantity } from "../model/quantity.ts";
import { canonicalJson } from "../model/canonical.ts";

/** The rules of a kind, made ready for many comparisons. */
interface Matcher {
  readonly timing: (path: JsonPointer) => ChangeTiming;
  readonly list: (path: JsonPointer) => ListRule["by"] | undefined;
}

/** True when every token of the pattern equals the path's or is `*`; the path may go on. */
function covers(pattern: readonly string[], path: readonly string[]): boolean {
  if (pattern.length > path.length) return false;
  return pattern.every((token, index) => token === "*" || token === path[index]);
}

function matcherOf(rules: ChangeRules): Matcher {
  const timing = rules.timing.map((rule) => ({ keys: pointerKeys(rule.path), rule }));
  const lists = rules.lists.map((rule) => ({ keys: pointerKeys(rule.path), rule }));
  return {
    timing: (path) => {
      const keys = pointerKeys(path);
      let best: ChangeTiming = "live";
      let length = -1;
      for (const { keys: pattern, rule } of timing) {
        if (pattern.length >= length && covers(pattern, keys)) {
          best = rule.timing;
          length = pattern.length;
        }
      }
      return best;
    },
    list: (path) => {
      const keys = pointerKeys(path);
      const found = lists.find(
        ({ keys: pattern }) => pattern.length === keys.length && covers(pattern, keys),
      );
      return found?.rule.by;
    },
  };
}

/** Deep equality without looking at rules: the fast way out for what has not changed. */
export function isSame(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object") return false;
  if (left === null || right === null) return false;
  if (isJsonArray(left)) return isJsonArray(right) && isSameList(left, right);
  return !isJsonArray(right) && isSameObject(left as JsonObject, right as JsonObject);
}

function isSameList(left: readonly JsonValue[], right: readonly JsonValue[]): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index++) {
    if (!isSame(left[index], right[index])) return false;
  }
  return true;
}

function isSameObject(left: JsonObject, right: JsonObject): boolean {
  const keys = Object.keys(left);
  let stated = 0;
  // By index: this is asked for every object of every resource, twice.
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] ?? "";
    const item = left[key];
    if (item === undefined ? right[key] !== undefined : !isSame(item, right[key])) return false;
    if (item !== undefined) stated++;
  }
  const others = Object.keys(right);
  return others.length === stated || others.every((key) => hasBoth(key, left, right));
}

const hasBoth = (key: string, left: JsonObject, right: JsonObject): boolean =>
  right[key] === undefined || left[key] !== undefined;

/** Walks two values side by side and collects what differs. */
class Comparison {
  readonly fields: FieldChange[] = [];
  readonly #matcher: Matcher;
  readonly #ignoresUnset: boolean;

  constructor(matcher: Matcher, ignoresUnset: boolean) {
    this.#matcher = matcher;
    this.#ignoresUnset = ignoresUnset;
  }

  values(before: JsonValue | undefined, after: JsonValue | undefined, path: JsonPointer): void {
    if (isSame(before, after)) return;
    if (isJsonObject(before) && isJsonObject(after)) return this.objects(before, after, path);
    if (isJsonArray(before) && isJsonArray(after)) return this.lists(before, after, path);
    if (isEqualAmount(before, after)) return;
    this.record(before, after, path);
  }

  objects(before: JsonObject, after: JsonObject, path: JsonPointer): void {
    const keys = new Set(Object.keys(after));
    if (!this.#ignoresUnset) for (const key of Object.keys(before)) keys.add(key);
    for (const key of [...keys].sort()) {
      const old = Object.hasOwn(before, key) ? before[key] : undefined;
      const next = Object.hasOwn(after, key) ? after[key] : undefined;
      this.values(old, next, `${path}/${pointerToken(key)}`);
    }
  }

  lists(before: readonly JsonValue[], after: readonly JsonValue[], path: JsonPointer): void {
    const by = this.#matcher.list(path);
    if (by === "set") {
      if (!isSameSet(before, after)) this.record(before, after, path);
      return;
    }
    if (by !== undefined && this.keyed(before, after, { key: by.key, path })) return;
    const length = Math.max(before.length, after.length);
    if (before.length !== after.length && !isJsonObject(after[0] ?? before[0])) {
      this.record(before, after, path);
      return;
    }
    for (let index = 0; index < length; index++) {
      this.values(before[index], after[index], `${path}/${index}`);
    }
  }

  /** Compares lists whose items have unique names; false when they have not. */
  keyed(
    before: readonly JsonValue[],
    after: readonly JsonValue[],
    at: { readonly key: string; readonly path: JsonPointer },
  ): boolean {
    const old = indexBy(before, at.key);
    const next = indexBy(after, at.key);
    if (old === undefined || next === undefined) return false;
    const names = new Set(next.keys());
    if (!this.#ignoresUnset) for (const name of old.keys()) names.add(name);
    for (const name of [...names].sort()) {
      this.values(old.get(name), next.get(name), `${at.path}/${pointerToken(name)}`);
    }
    return true;
  }

  record(before: JsonValue | undefined, after: JsonValue | undefined, path: JsonPointer): void {
    if (before === undefined && after === undefined) return;
    const timing = this.#matcher.timing(path);
    if (before === undefined && after !== undefined) {
      this.fields.push({ path, op: "add", after, timing });
    } else if (after === undefined && before !== undefined) {
      this.fields.push({ path, op: "remove", before, timing });
    } else if (before !== undefined && after !== undefined) {
      this.fields.push({ path, op: "replace", before, after, timing });
    }
  }
}

function indexBy(items: readonly JsonValue[], key: string): Map<string, JsonValue> | undefined {
  const index = new Map<string, JsonValue>();
  for (const item of items) {
    const name = isJsonObject(item) ? item[key] : undefined;
    const text = typeof name === "number" ? String(name) : stringAt(item, key);
    if (text === undefined || index.has(text)) return undefined;
    index.set(text, item);
  }
  return index;
}

function isSameSet(before: readonly JsonValue[], after: readonly JsonValue[]): boolean {
  const texts = (items: readonly JsonValue[]): string[] => items.map(canonicalJson).sort();
  return isSame(texts(before), texts(after));
}

/** `1Gi` and `1024Mi` are the same amount; texts that are no quantities are compared as is. */
function isEqualAmount(before: JsonValue | undefined, after: JsonValue | undefined): boolean {
  if (typeof before !== "string" && typeof before !== "number") return false;
  if (typeof after !== "string" && typeof after !== "number") return false;
  if (!startsLikeAmount(before) || !startsLikeAmount(after)) return false;
  return isSameQuantity(before, after);
}

const startsLikeAmount = (value: string | number): boolean =>
  typeof value === "number" || /^[+-]?[0-9.]/.test(value);

interface CompareOptions {
  /** True compares only what `after` states: what `before` has besides is ignored. */
  readonly ignoresUnset: boolean;
}

/** Compares attributes of one kind again and again. */
export type Compare = (
  before: JsonObject,
  after: JsonObject,
  options: CompareOptions,
) => readonly FieldChange[];

const NOTHING: readonly FieldChange[] = Object.freeze([]);

/** A comparison by the rules of a kind: list keys, sets, amounts, and the timing of each field. */
export function comparer(rules: ChangeRules): Compare {
  const matcher = matcherOf(rules);
  return (before, after, { ignoresUnset }) => {
    if (isSame(before, after)) return NOTHING;
    const comparison = new Comparison(matcher, ignoresUnset);
    comparison.objects(before, after, "");
    return comparison.fields;
  };
}

const RANK: Readonly<Record<ChangeTiming, number>> = { live: 0, "power-off": 1, replace: 2 };

/** The timing that the whole change has: the worst of its fields. */
export function worstTiming(fields: readonly FieldChange[]): ChangeTiming {
  let worst: ChangeTiming = "live";
  for (const field of fields) if (RANK[field.timing] > RANK[worst]) worst = field.timing;
  return worst;
}
