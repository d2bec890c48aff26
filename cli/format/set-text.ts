import { isMap, isScalar, isSeq, parseDocument, type Node, type YAMLMap } from "yaml";
import type { JsonValue } from "../../engine/model/json.ts";

/**
 * The text of one YAML or JSON document with one value set; everything else stays as it is written,
 * comments included. Undefined when the way leads through a plain value or past a list's end.
 */
export function withTextAt(
  text: string,
  keys: readonly string[],
  value: JsonValue,
): string | undefined {
  const document = parseDocument(text, { version: "1.2" });
  if (document.errors.length > 0) return undefined;
  let at: unknown = document.contents;
  for (const [depth, key] of keys.entries()) {
    if (isMap(at)) {
      const next = pairOf(at, key)?.value;
      if (next === undefined || next === null) return added(text, at, keys.slice(depth), value);
      at = next;
    } else if (isSeq(at)) {
      at = at.items[Number(key)];
    } else {
      const isEmpty = isScalar(at) && at.value === null;
      return isEmpty ? replaced(text, at as Node, nested(keys.slice(depth), value)) : undefined;
    }
  }
  return isNode(at) ? replaced(text, at, value) : undefined;
}

const isNode = (value: unknown): value is Node => isMap(value) || isSeq(value) || isScalar(value);

const pairOf = (map: YAMLMap, key: string): { readonly value: unknown } | undefined =>
  map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key);

/** The value as a tree of one branch: `{admission: {failures: 1}}`. */
const nested = (keys: readonly string[], value: JsonValue): JsonValue =>
  keys.reduceRight<JsonValue>((inner, key) => ({ [key]: inner }), value);

function replaced(text: string, node: Node, value: JsonValue): string {
  const [start = 0, end = 0] = node.range ?? [];
  // What is empty stands right behind its colon.
  const gap = start === end && !/\s/.test(text[start - 1] ?? "") ? " " : "";
  const isBlock = (isMap(node) || isSeq(node)) && node.flow !== true;
  const tail = isBlock ? (/\s*$/.exec(text.slice(start, end))?.[0] ?? "") : "";
  return `${text.slice(0, start)}${gap}${written(value, text)}${tail}${text.slice(end)}`;
}

function added(
  text: string,
  map: YAMLMap,
  [key = "", ...rest]: readonly string[],
  value: JsonValue,
): string {
  const entry = `${name(key, text)}: ${written(nested(rest, value), text)}`;
  const [start = 0, end = 0] = map.range ?? [];
  const last = map.items.at(-1);
  if (last === undefined) return `${text.slice(0, start)}{${entry}}${text.slice(end)}`;
  const lastEnd = endOf(text, last);
  if (map.flow === true) return `${text.slice(0, lastEnd)}, ${entry}${text.slice(lastEnd)}`;
  const first = startOf(map.items[0]);
  const indent = first - (text.lastIndexOf("\n", first - 1) + 1);
  const newline = text.indexOf("\n", lastEnd);
  const at = newline === -1 ? text.length : newline;
  return `${text.slice(0, at)}\n${" ".repeat(indent)}${entry}${text.slice(at)}`;
}

type Pair = YAMLMap["items"][number];

const startOf = (pair: Pair | undefined): number =>
  isNode(pair?.key) ? (pair.key.range?.[0] ?? 0) : 0;

/** The end of what is written of the pair, without the white space and comments behind it. */
function endOf(text: string, pair: Pair): number {
  const node = isNode(pair.value) ? pair.value : pair.key;
  const [start = 0, end = 0] = isNode(node) ? (node.range ?? []) : [];
  return start + text.slice(start, end).trimEnd().length;
}

const isJson = (text: string): boolean => /^\s*\{\s*"/.test(text);

const PLAIN = /^[A-Za-z][-A-Za-z0-9_./]*$/;
/** Words that YAML would read as something else. */
const SPECIAL = new Set(["null", "true", "false", "yes", "no", "on", "off", "y", "n"]);

const name = (key: string, text: string): string =>
  !isJson(text) && PLAIN.test(key) ? key : JSON.stringify(key);

/** Scalars as people write them, everything else in one line. */
function written(value: JsonValue, text: string): string {
  if (typeof value === "string") {
    const isPlain = !isJson(text) && PLAIN.test(value) && !SPECIAL.has(value.toLowerCase());
    return isPlain ? value : JSON.stringify(value);
  }
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) {
    return `[${value.map((item: JsonValue) => written(item, text)).join(", ")}]`;
  }
  const entries = Object.entries(value).map(
    ([key, item]) => `${name(key, text)}: ${written(item as JsonValue, text)}`,
  );
  return `{${entries.join(", ")}}`;
}
