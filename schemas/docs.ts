// What the schema of a kind says about one field: the facts behind `vpac explain vm.spec.image`.
import type { FieldMark, Kind } from "../engine/contract/kind.ts";
import { isJsonArray, isJsonObject, objectAt, stringAt } from "../engine/model/json.ts";
import type { JsonObject, JsonValue } from "../engine/model/json.ts";

/** One field as a table row. */
interface FieldRow {
  readonly name: string;
  readonly description: string;
  /** In words: `text`, `list of objects`, `CPU amount` and so on. */
  readonly type: string;
  readonly required: boolean;
  /** By provider type; `*` holds for all others. */
  readonly marks: Readonly<Record<string, FieldMark>>;
}

export interface FieldDocs extends FieldRow {
  /** The names from the document down to the field. */
  readonly path: readonly string[];
  readonly default?: JsonValue;
  /** Allowed values, where there are few. */
  readonly enum?: readonly JsonValue[];
  /** What a text must look like, in words. */
  readonly form?: string;
  /** First and last version of the kind that has the field. */
  readonly since?: string;
  readonly until?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  /** Why providers of a type do otherwise than the others, by type. */
  readonly reasons?: Readonly<Record<string, string>>;
  readonly children: readonly FieldRow[];
}

/** A path that leads nowhere: how far it leads, and what is known there. */
export interface MissingField {
  readonly missing: string;
  readonly path: readonly string[];
  readonly known: readonly string[];
}

/**
 * Documentation of the field at `path` (names only; the items of lists are passed through). The
 * empty path is the kind itself.
 */
export async function fieldDocs(
  kind: Kind,
  path: readonly string[],
): Promise<FieldDocs | MissingField> {
  const root = await kind.loadSchema();
  let schema: JsonObject = root;
  let isRequired = true;
  const walked: string[] = [];
  for (const name of path) {
    if (isItemToken(name)) continue;
    const parent = fieldsOf(root, schema);
    const field = parent.fields[name];
    if (!isJsonObject(field)) {
      return { missing: name, path: walked, known: Object.keys(parent.fields) };
    }
    walked.push(name);
    isRequired = parent.required.has(name);
    schema = field;
  }
  return docsOf(root, schema, { path: walked, required: isRequired, kind: kind.kind });
}

/** `[]`, `*` and indices stand for the items of a list, whose fields follow anyway. */
const isItemToken = (name: string): boolean => name === "*" || /^\[?[0-9]*\]?$/.test(name);

interface Fields {
  readonly fields: JsonObject;
  readonly required: ReadonlySet<JsonValue>;
}

/** Fields of a schema, of the part it refers to, or of the items it holds. */
function fieldsOf(root: JsonObject, schema: JsonObject): Fields {
  const own = partOf(root, schema);
  if (isJsonObject(own["properties"])) {
    const required = isJsonArray(own["required"]) ? own["required"] : [];
    return { fields: own["properties"], required: new Set(required) };
  }
  const inner = own["items"] ?? own["additionalProperties"];
  return isJsonObject(inner) ? fieldsOf(root, inner) : { fields: {}, required: new Set() };
}

/** The shared part that a schema refers to, under the words of the schema itself. */
function partOf(root: JsonObject, schema: JsonObject): JsonObject {
  const reference = stringAt(schema, "$ref");
  if (reference === undefined) return schema;
  const part = objectAt(root, "$defs", reference.replace("#/$defs/", ""));
  return { ...partOf(root, part), ...schema };
}

function docsOf(
  root: JsonObject,
  schema: JsonObject,
  where: { readonly path: readonly string[]; readonly required: boolean; readonly kind: string },
): FieldDocs {
  const whole = partOf(root, schema);
  const { fields, required } = fieldsOf(root, schema);
  const children = Object.entries(fields).flatMap(([name, field]) =>
    isJsonObject(field) ? [rowOf(root, field, { name, required: required.has(name) })] : [],
  );
  const name = where.path.at(-1) ?? where.kind;
  return {
    ...rowOf(root, schema, { name, required: where.required }),
    path: where.path,
    ...extrasOf(whole),
    children,
  };
}

/** Words of a schema that are told only where they are. */
function extrasOf(schema: JsonObject): Partial<FieldDocs> {
  const { default: fallback, enum: values, minimum, maximum } = schema;
  const form = stringAt(schema, "x-words");
  const since = stringAt(schema, "x-since");
  const until = stringAt(schema, "x-until");
  const reasons = schema["x-why"];
  return {
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(isJsonArray(values) ? { enum: values } : {}),
    ...(typeof minimum === "number" ? { minimum } : {}),
    ...(typeof maximum === "number" ? { maximum } : {}),
    ...(form === undefined ? {} : { form }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(isJsonObject(reasons) ? { reasons: reasons as Readonly<Record<string, string>> } : {}),
  };
}

function rowOf(
  root: JsonObject,
  schema: JsonObject,
  where: { readonly name: string; readonly required: boolean },
): FieldRow {
  return {
    ...where,
    description: stringAt(schema, "description") ?? "",
    type: typeWords(root, schema),
    marks: marksOf(schema["x-vpac"]),
  };
}

function marksOf(mark: JsonValue | undefined): Readonly<Record<string, FieldMark>> {
  if (isJsonObject(mark)) return mark as Readonly<Record<string, FieldMark>>;
  return { "*": (mark ?? "honoured") as FieldMark };
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: "text",
  integer: "whole number",
  number: "number",
  boolean: "true or false",
  object: "object",
};

const QUANTITY_WORDS: Readonly<Record<string, string>> = {
  cpu: "CPU amount",
  memory: "memory amount",
};

function typeWords(root: JsonObject, schema: JsonObject): string {
  const whole = partOf(root, schema);
  const quantity = stringAt(whole, "x-quantity");
  if (quantity !== undefined) return QUANTITY_WORDS[quantity] ?? "amount";
  const type = whole["type"];
  const { items, additionalProperties } = whole;
  if (type === "array") {
    return isJsonObject(items) ? `list of ${plural(typeWords(root, items))}` : "list";
  }
  if (type === "object" && isJsonObject(additionalProperties)) {
    return `map of ${plural(typeWords(root, additionalProperties))}`;
  }
  const types = isJsonArray(type) ? type : [type];
  return types
    .map((name) => TYPE_WORDS[typeof name === "string" ? name : ""] ?? "any")
    .join(" or ");
}

const plural = (words: string): string =>
  words === "object" ? "objects" : words.endsWith("number") ? `${words}s` : words;
