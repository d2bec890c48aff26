import type { Digest } from "../model/digest.ts";
import type { JsonObject, JsonPointer, JsonValue } from "../model/json.ts";
import { isJsonArray, isJsonObject, pointerKeys } from "../model/json.ts";

/** Member that stands where a secret was. */
const HASH_MEMBER = "$sha256";

/** Turns secret texts into keyed hashes: equal secrets of one place compare equal, nothing else. */
export type Conceal = (value: JsonValue, place: string) => JsonObject;

export function concealer(digest: Digest, workspace: string): Conceal {
  return (value, place) => ({
    [HASH_MEMBER]: digest(
      ["vpac.secret.v1", workspace, place, JSON.stringify(value)].join("\u0000"),
    ),
  });
}

function concealAll(value: JsonValue, place: string, conceal: Conceal): JsonValue {
  if (isJsonObject(value)) {
    const hidden: Record<string, JsonValue> = {};
    for (const key of Object.keys(value)) {
      const item = value[key];
      if (item !== undefined) hidden[key] = concealAll(item, `${place}/${key}`, conceal);
    }
    return hidden;
  }
  if (isJsonArray(value)) {
    return value.map((item, index) => concealAll(item, `${place}/${index}`, conceal));
  }
  return conceal(value, place);
}

function concealAt(
  value: JsonValue,
  path: { readonly keys: readonly string[]; readonly place: string },
  conceal: Conceal,
): JsonValue {
  const [key, ...rest] = path.keys;
  if (key === undefined) return concealAll(value, path.place, conceal);
  const into = (item: JsonValue, name: string): JsonValue =>
    concealAt(item, { keys: rest, place: `${path.place}/${name}` }, conceal);
  if (isJsonArray(value)) {
    return value.map((item, index) =>
      key === "*" || key === String(index) ? into(item, String(index)) : item,
    );
  }
  if (!isJsonObject(value)) return value;
  const names = key === "*" ? Object.keys(value) : [key];
  let changed: Record<string, JsonValue | undefined> | undefined;
  for (const name of names) {
    const item = Object.hasOwn(value, name) ? value[name] : undefined;
    const hidden = item === undefined ? undefined : into(item, name);
    if (hidden === item) continue;
    changed ??= { ...value };
    changed[name] = hidden;
  }
  return changed ?? value;
}

/** Pointers taken apart, by the list that a kind has them in: ten thousand documents share it. */
const KEYS = new WeakMap<readonly JsonPointer[], readonly (readonly string[])[]>();

function keysOf(pointers: readonly JsonPointer[]): readonly (readonly string[])[] {
  let keys = KEYS.get(pointers);
  if (keys === undefined) {
    keys = pointers.map(pointerKeys);
    KEYS.set(pointers, keys);
  }
  return keys;
}

/** A quick look along plain keys: most documents have no secrets at all. */
function mayHave(attributes: JsonObject, keys: readonly string[]): boolean {
  let value: JsonValue | undefined = attributes;
  for (const key of keys) {
    if (key === "*" || !isJsonObject(value)) return value !== undefined;
    value = value[key];
  }
  return value !== undefined;
}

/** The attributes with every leaf under a sensitive pointer hashed (threat T21). */
export function withoutSecrets(
  attributes: JsonObject,
  sensitive: readonly JsonPointer[],
  at: { readonly address: string; readonly conceal: Conceal },
): JsonObject {
  let hidden: JsonValue = attributes;
  for (const keys of keysOf(sensitive)) {
    if (!mayHave(attributes, keys)) continue;
    hidden = concealAt(hidden, { keys, place: at.address }, at.conceal);
  }
  return isJsonObject(hidden) ? hidden : attributes;
}
