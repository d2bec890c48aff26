import type { SchemaIssue } from "../contract/kind.ts";
import { suggest } from "../diagnostics/suggest.ts";
import { isJsonArray, isJsonObject, type JsonValue } from "../model/json.ts";
import { isFinerThanMillicore, parseQuantity } from "../model/quantity.ts";
import type { CODES } from "./codes.ts";
import { pathWords } from "./subject.ts";

/** How one schema issue is told: which code, what is marked, what is wrong, what to write. */
export interface IssueWords {
  readonly code: keyof typeof CODES;
  readonly target: "key" | "value";
  readonly detail: string;
  readonly help: readonly string[];
}

type Teller = (issue: SchemaIssue, value: JsonValue | undefined, field: string) => IssueWords;

/** In the order of JSON Schema's own keywords; anything else falls back to its name. */
const TELLERS: Readonly<Record<string, Teller>> = {
  required: tellMissing,
  additionalProperties: tellUnknown,
  type: tellType,
  enum: tellChoice,
  const: tellConst,
  format: tellForm,
  minimum: (issue, value, field) => tellLimit(issue, field, `at least ${limitOf(issue)}`, value),
  maximum: (issue, value, field) => tellLimit(issue, field, `at most ${limitOf(issue)}`, value),
  minLength: (issue, _value, field) => tellSize(field, `at least ${limitOf(issue)} characters`),
  maxLength: (issue, _value, field) => tellSize(field, `at most ${limitOf(issue)} characters`),
  minItems: (issue, _value, field) => tellSize(field, `at least ${limitOf(issue)} items`),
  maxItems: (issue, _value, field) => tellSize(field, `at most ${limitOf(issue)} items`),
  maxProperties: (issue, _value, field) => tellSize(field, `at most ${limitOf(issue)} entries`),
  "x-quantity": tellQuantity,
  "x-version": tellVersion,
};

export function issueWords(issue: SchemaIssue, value: JsonValue | undefined): IssueWords {
  const teller = Object.hasOwn(TELLERS, issue.keyword) ? TELLERS[issue.keyword] : undefined;
  const field = issue.instancePath === "" ? "the document" : pathWords(issue.instancePath);
  if (teller !== undefined) return teller(issue, value, field);
  const detail = `${field} does not fit the schema of the kind (${issue.keyword}).`;
  return { code: "shapeWrong", target: "value", detail, help: [] };
}

const textOf = (value: JsonValue | undefined): string => (typeof value === "string" ? value : "");

const limitOf = (issue: SchemaIssue): string => String(Number(issue.params["limit"]));

function tellMissing(issue: SchemaIssue, _value: JsonValue | undefined, field: string): IssueWords {
  const missing = textOf(issue.params["missingProperty"]);
  const where = issue.instancePath === "" ? "the document" : field;
  const detail = `${where} has no ${missing}, which is required.`;
  return { code: "fieldMissing", target: "key", detail, help: [`add ${missing}`] };
}

function tellUnknown(issue: SchemaIssue, _value: JsonValue | undefined, field: string): IssueWords {
  const unknown = textOf(issue.params["additionalProperty"]);
  const list = issue.params["known"];
  const known = isJsonArray(list) ? list.filter((item) => typeof item === "string") : [];
  const near = suggest(unknown, known);
  const detail = `${field} has no field "${unknown}".`;
  const help =
    near !== undefined
      ? [`write ${near} instead of ${unknown}`]
      : known.length > 0 && known.length <= 12
        ? [`use one of ${known.join(", ")}`]
        : [`remove ${unknown}`];
  return { code: "fieldUnknown", target: "key", detail, help };
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: "text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
  array: "a list",
  object: "a map of fields",
};

function typeWords(value: JsonValue | undefined): string {
  if (value === null || value === undefined) return "empty";
  if (isJsonArray(value)) return "a list";
  if (isJsonObject(value)) return "a map of fields";
  if (typeof value === "string") return "text";
  if (typeof value === "boolean") return String(value);
  return `the number ${String(value)}`;
}

function tellType(issue: SchemaIssue, value: JsonValue | undefined, field: string): IssueWords {
  const type = issue.params["type"];
  const types = isJsonArray(type) ? type : [type];
  const words = types.map((name) => TYPE_WORDS[textOf(name)] ?? textOf(name)).join(" or ");
  const detail = `${field} must be ${words}, but it is ${typeWords(value)}.`;
  return { code: "typeWrong", target: "value", detail, help: typeHelp(types, value) };
}

function typeHelp(
  types: readonly (JsonValue | undefined)[],
  value: JsonValue | undefined,
): readonly string[] {
  const isPlain = typeof value === "number" || typeof value === "boolean";
  if (types.includes("string") && isPlain) return [`put it in quotes: "${String(value)}"`];
  if (typeof value !== "string") return [];
  const looksNumeric = value !== "" && Number.isInteger(Number(value));
  if (types.includes("integer") && looksNumeric) return [`write ${value} without quotes`];
  const looksBoolean = value === "true" || value === "false";
  if (types.includes("boolean") && looksBoolean) return [`write ${value} without quotes`];
  if (types.includes("array")) return ["write it as a list, one item on a line with a dash"];
  return [];
}

function tellChoice(issue: SchemaIssue, value: JsonValue | undefined, field: string): IssueWords {
  const list = issue.params["allowedValues"];
  const allowed = (isJsonArray(list) ? list : []).map((item) => textOf(item));
  const shown = allowed.filter((word) => word !== "").join(", ");
  const near = typeof value === "string" ? suggest(value, allowed) : undefined;
  const detail = `${field} is ${JSON.stringify(value ?? null)}; it must be one of ${shown}.`;
  const help = near === undefined ? [] : [`write ${near}`];
  return { code: "valueNotAllowed", target: "value", detail, help };
}

function tellConst(issue: SchemaIssue, value: JsonValue | undefined, field: string): IssueWords {
  const allowed = JSON.stringify(issue.params["allowedValue"] ?? null);
  const detail = `${field} is ${JSON.stringify(value ?? null)}; it must be ${allowed}.`;
  return { code: "valueNotAllowed", target: "value", detail, help: [`write ${allowed}`] };
}

/** Long texts are told by their beginning. */
const SHOWN_MAX = 60;

function tellForm(issue: SchemaIssue, value: JsonValue | undefined, field: string): IssueWords {
  const text = textOf(value);
  const shown = text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text;
  const detail = `${field} is "${shown}"; it must be ${textOf(issue.params["format"])}.`;
  return { code: "formWrong", target: "value", detail, help: formHelp(issue, text) };
}

/** A name that only needs lower case and dashes is put right. */
function formHelp(issue: SchemaIssue, text: string): readonly string[] {
  if (!issue.instancePath.endsWith("name") || text.length > SHOWN_MAX) return [];
  const name = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9.-]/g, "-")
    .replaceAll(/^[-.]+|[-.]+$/g, "");
  return name === "" || name === text ? [] : [`write ${name}`];
}

function tellLimit(
  _issue: SchemaIssue,
  field: string,
  words: string,
  value: JsonValue | undefined,
): IssueWords {
  const detail = `${field} is ${JSON.stringify(value ?? null)}; it must be ${words}.`;
  return { code: "outOfRange", target: "value", detail, help: [] };
}

function tellSize(field: string, words: string): IssueWords {
  const detail = `${field} must have ${words}.`;
  return { code: "outOfRange", target: "value", detail, help: [] };
}

function tellQuantity(issue: SchemaIssue, value: JsonValue | undefined, field: string): IssueWords {
  const text = typeof value === "number" ? String(value) : textOf(value);
  const quantity = parseQuantity(text);
  const tell = (why: string, help: readonly string[]): IssueWords => {
    const detail = `${field} is ${JSON.stringify(value ?? null)}, which ${why}.`;
    return { code: "quantityWrong", target: "value", detail, help };
  };
  if (!quantity.ok) return tell(quantity.why, quantityHelp(text));
  if (quantity.nano < 0n) return tell("is negative", []);
  if (issue.params["quantity"] === "cpu" && isFinerThanMillicore(text)) {
    return tell("is finer than one thousandth of a CPU (1m)", ["write 1m or more"]);
  }
  return tell("is no amount for this field", []);
}

/** Units as people write them elsewhere, and what they are here. */
const UNITS: ReadonlyMap<string, string> = new Map([
  ["kb", "k"],
  ["kib", "Ki"],
  ["mb", "M"],
  ["mib", "Mi"],
  ["gb", "G"],
  ["gib", "Gi"],
  ["tb", "T"],
  ["tib", "Ti"],
  ["g", "G"],
  ["gi", "Gi"],
  ["mi", "Mi"],
]);

function quantityHelp(text: string): readonly string[] {
  const match = /^([0-9]{1,15}(?:\.[0-9]{1,9})?) ?([A-Za-z]{1,4})$/.exec(text);
  const unit = UNITS.get((match?.[2] ?? "").toLowerCase());
  return unit === undefined || match === null ? [] : [`write ${match[1] ?? ""}${unit}`];
}

function tellVersion(issue: SchemaIssue, _value: JsonValue | undefined, field: string): IssueWords {
  const { since, until, version } = issue.params;
  const when =
    typeof since === "string" ? `exists from ${since} on` : `was removed after ${textOf(until)}`;
  const detail = `${field} ${when}, and the document is written in ${textOf(version)}.`;
  const help =
    typeof since === "string" ? [`set the version in apiVersion to ${since} or newer`] : [];
  return { code: "fieldNotInVersion", target: "key", detail, help };
}
