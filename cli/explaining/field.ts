import type { Kind } from "../../engine/contract/kind.ts";
import { suggest } from "../../engine/diagnostics/suggest.ts";
import { fieldDocs, type FieldDocs } from "../../schemas/docs.ts";
import { usageError } from "../exit.ts";
import { cleanLine } from "../views/clean.ts";
import { tableText } from "../views/human/table.ts";
import type { Style } from "../views/style.ts";
import type { Answer } from "./answer.ts";
import { wrap } from "./code.ts";

/** One field of a kind, or the kind itself: meaning, form, default, support by provider, fields. */
export async function explainField(
  kind: Kind,
  path: readonly string[],
  style: Style,
): Promise<Answer> {
  const found = await fieldDocs(kind, path);
  if ("missing" in found) {
    const near = suggest(found.missing, found.known);
    const at = [kind.kind, ...found.path].join(".");
    const known = found.known.slice(0, 12).join(", ");
    throw usageError(
      `${at} has no field "${cleanLine(found.missing)}"`,
      near === undefined ? `it has ${known === "" ? "no fields" : known}` : `did you mean ${near}?`,
    );
  }
  const subject = [kind.kind, ...found.path].join(".");
  const { children, ...field } = found;
  const json = { explanation: found.description, field: { ...field, children } };
  return { subject, title: found.description, json, text: fieldText(kind, found, style) };
}

function fieldText(kind: Kind, field: FieldDocs, style: Style): string {
  const subject = [kind.kind, ...field.path].join(".");
  const required = field.required && field.path.length > 0 ? ", required" : "";
  const facts: readonly (readonly [name: string, value: unknown])[] = [
    ["default", field.default],
    ["values", field.enum?.map((value) => JSON.stringify(value)).join(", ")],
    ["form", field.form],
    ["minimum", field.minimum],
    ["maximum", field.maximum],
    ["since", field.since],
    ["until", field.until],
    ["support", marksText(field)],
    ...Object.entries(field.reasons ?? {}).map(([type, why]) => [`on ${type}`, why] as const),
  ];
  const lines = facts
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([name, value]) => `  ${name}: ${plainText(value)}`);
  const versions = field.path.length === 0 ? [`  versions: ${versionsText(kind)}`] : [];
  const head = `${style.paint("bold", subject)}  <${field.type}>${required}`;
  const description = wrap(field.description).map((line) => `  ${line}`);
  const text = [head, "", ...description, "", ...versions, ...lines].join("\n");
  return `${text}\n${childrenText(field)}`;
}

const plainText = (value: unknown): string =>
  typeof value === "string" ? value : JSON.stringify(value);

const versionsText = ({ group, versions }: Kind): string =>
  versions.map((version) => (group === "" ? version : `${group}/${version}`)).join(", ");

const marksText = ({ marks }: Pick<FieldDocs, "marks">): string =>
  Object.entries(marks)
    .map(([provider, mark]) => (provider === "*" ? mark : `${provider}: ${mark}`))
    .join(", ");

function childrenText({ children }: FieldDocs): string {
  if (children.length === 0) return "";
  const rows = children.map((child) => [
    `${child.name}${child.required ? " *" : ""}`,
    child.type,
    marksText(child),
    child.description,
  ]);
  return `\n${tableText({ headers: ["FIELD", "TYPE", "SUPPORT", "MEANING"], rows })}`;
}
