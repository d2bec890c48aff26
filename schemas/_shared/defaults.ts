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

const NO_FIELDS: NonNullable<DefaultNode["fields"]> = Object.freeze({});

function fill(value: JsonValue, node: DefaultNode): JsonValue {
  if (Array.isArray(value)) return fillList(value as readonly JsonValue[], node);
  if (!isJsonObject(value)) return value;
  const changes: [string, JsonValue][] = [];
  const fields = node.fields ?? NO_FIELDS;
  for (const key of Object.keys(fields)) {
    const child = fields[key];
    if (child === undefined) continue;
    const before = Object.hasOwn(value, key) ? value[key] : undefined;
    const after = before === undefined ? child.value : fill(before, child);
    if (after !== undefined && after !== before) changes.push([key, after]);
  }
  if (node.each !== undefined) fillEach(value, node.each, fields, changes);
  return changes.length === 0 ? value : { ...value, ...Object.fromEntries(changes) };
}

/** Members of a map that no named field speaks for. */
function fillEach(
  value: JsonObject,
  each: DefaultNode,
  named: Readonly<Record<string, DefaultNode>>,
  changes: [string, JsonValue][],
): void {
  for (const key of Object.keys(value)) {
    const before = value[key];
    if (before === undefined || named[key] !== undefined) continue;
    const after = fill(before, each);
    if (after !== before) changes.push([key, after]);
  }
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
