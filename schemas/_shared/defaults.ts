import { isJsonObject } from "../../engine/model/json.ts";
import type { JsonObject, JsonValue } from "../../engine/model/json.ts";

/** Defaults along the shape of a document; generated from the `default` words of a schema. */
export interface DefaultNode {
  readonly value?: JsonValue;
  readonly fields?: Readonly<Record<string, DefaultNode>>;
  /** For every item of a list and every value of a map. */
  readonly each?: DefaultNode;
}

/**
 * The document with every missing field that has a default, where its parent is there. What needs
 * no change is shared with the input.
 */
export function fillDefaults(document: JsonObject, node: DefaultNode): JsonObject {
  const filled = fill(document, node);
  return isJsonObject(filled) ? filled : document;
}

function fill(value: JsonValue, node: DefaultNode): JsonValue {
  if (Array.isArray(value)) return fillList(value as readonly JsonValue[], node);
  if (!isJsonObject(value)) return value;
  let result: Record<string, JsonValue | undefined> | undefined;
  const put = (key: string, item: JsonValue): void => {
    result ??= { ...value };
    result[key] = item;
  };
  for (const [key, child] of Object.entries(node.fields ?? {})) {
    const before = Object.hasOwn(value, key) ? value[key] : undefined;
    const after = before === undefined ? child.value : fill(before, child);
    if (after !== undefined && after !== before) put(key, after);
  }
  if (node.each !== undefined) {
    for (const key of Object.keys(value)) {
      const before = value[key];
      if (before === undefined || node.fields?.[key] !== undefined) continue;
      const after = fill(before, node.each);
      if (after !== before) put(key, after);
    }
  }
  return result ?? value;
}

function fillList(list: readonly JsonValue[], node: DefaultNode): JsonValue {
  const each = node.each;
  if (each === undefined) return list;
  const filled = list.map((item) => fill(item, each));
  return filled.some((item, index) => item !== list[index]) ? filled : list;
}

/** The document with empty objects at the given paths, so that defaults below them apply. */
export function withObjects(
  document: JsonObject,
  paths: readonly (readonly string[])[],
): JsonObject {
  return paths.reduce<JsonObject>((result, path) => ensure(result, path), document);
}

function ensure(value: JsonObject, path: readonly string[]): JsonObject {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const present = value[key];
  if (present !== undefined && !isJsonObject(present)) return value;
  return { ...value, [key]: ensure(present ?? {}, rest) };
}
