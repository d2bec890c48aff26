// The README of a kind: description, example and table of fields.
import { eachField } from "./marks.mjs";

const typeOf = (field) => {
  if (field["x-quantity"] !== undefined) return field["x-quantity"];
  if (field.enum !== undefined) return field.enum.map((item) => `\`${item}\``).join(" ");
  if (Array.isArray(field.type)) return field.type.join(" or ");
  return field.type ?? (field.$ref ? "object" : "any");
};

const markOf = (mark) =>
  typeof mark === "string"
    ? mark
    : Object.entries(mark)
        .map(([provider, value]) => `${provider}: ${value}`)
        .join(", ");

export function readmeOf(schema, example) {
  const lines = [`# ${schema.title}`, "", schema.description, ""];
  lines.push(
    `Served as ${schema.properties.apiVersion.enum.map((api) => `\`${api}\``).join(", ")}.`,
  );
  if (example !== undefined) lines.push("", "```yaml", example.trimEnd(), "```");
  const rows = fieldRows(schema);
  if (rows.length > 0) {
    lines.push("", "| Field | Type | Support | Meaning |", "|---|---|---|---|", ...rows);
  }
  return `${lines.join("\n")}\n`;
}

/** Two levels below the document: deeper fields are told by `vpac explain`. */
function fieldRows(schema) {
  const rows = [];
  eachField(schema, (path, field) => {
    const name = path.slice(1).replaceAll("/", ".").replaceAll(".*", "[]");
    const skip = /^\/(?:apiVersion|kind|metadata|status)$/u.test(path);
    if (skip) return false;
    const text = field.description.replaceAll("|", "\\|");
    rows.push(`| \`${name}\` | ${typeOf(field)} | ${markOf(field["x-vpac"])} | ${text} |`);
    return path.split("/").length < 4;
  });
  return rows;
}
