import { isAlias, isMap, isScalar, isSeq } from "yaml";
import type { Document, Node, Pair, Scalar, YAMLMap, YAMLSeq } from "yaml";
import { pointerOf } from "../model/json.ts";
import type { JsonValue } from "../model/json.ts";
import { CODES } from "./codes.ts";
import { shorten } from "./limits.ts";
import type { LoadLimits } from "./limits.ts";
import type { Problem } from "./parse.ts";

/** Plain data of one document and all that is wrong with it beyond its syntax. */
export interface ValueResult {
  readonly value: JsonValue;
  readonly problems: readonly Problem[];
}

interface Walk {
  readonly problems: Problem[];
  readonly path: (string | number)[];
  readonly nodesMax: number;
  readonly problemsMax: number;
  nodes: number;
}

const RESERVED_KEYS: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);
const PLAIN_TAGS: ReadonlySet<string> = new Set(
  ["str", "int", "float", "bool", "null", "map", "seq"].map((name) => `tag:yaml.org,2002:${name}`),
);
const PLAIN = "PLAIN";
const OCTAL_LOOK = /^[-+]?0[0-9]+$/;
const YES_NO = /^(?:yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF)$/;
const SURROGATE = /[\ud800-\udfff]/;
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Turns a syntax tree into plain data. The tree is shallow (see parse.ts), so recursion is safe.
 * Objects are made key by key and the three keys that could reach a prototype are refused.
 */
export function valueOf(tree: Document.Parsed, limits: LoadLimits): ValueResult {
  const { nodesMax, diagnosticsMax: problemsMax } = limits;
  const walk: Walk = { problems: [], path: [], nodesMax, problemsMax, nodes: 0 };
  const value = read(tree.contents, walk);
  return { value, problems: walk.problems };
}

function read(node: Node | null | undefined, walk: Walk): JsonValue {
  walk.nodes += 1;
  if (walk.nodes === walk.nodesMax + 1 && node) {
    report(
      walk,
      CODES.tooManyNodes,
      node,
      `A document may have ${walk.nodesMax} values; this is one more.`,
    );
  }
  if (walk.nodes > walk.nodesMax || !node) return null;
  if (isScalar(node)) return readScalar(node, walk);
  if (isMap(node)) return readMap(node, walk);
  if (isSeq(node)) return readList(node, walk);
  if (isAlias(node)) {
    report(
      walk,
      CODES.alias,
      node,
      `The alias *${shorten(node.source)} repeats another part of the document.`,
      ["write the value out in both places"],
    );
  }
  return null;
}

function readList(node: YAMLSeq, walk: Walk): JsonValue {
  refuseTag(node, walk);
  const list: JsonValue[] = [];
  for (const [index, item] of node.items.entries()) {
    walk.path.push(index);
    list.push(read(item as Node | null, walk));
    walk.path.pop();
  }
  return list;
}

function readMap(node: YAMLMap, walk: Walk): JsonValue {
  refuseTag(node, walk);
  const map: Record<string, JsonValue> = {};
  for (const pair of node.items as Pair<Node | null, Node | null>[]) {
    const key = keyOf(pair, node, walk);
    if (key === undefined) continue;
    walk.path.push(key);
    if (Object.hasOwn(map, key)) reportDuplicate(pair.key as Scalar, node, walk);
    else map[key] = read(pair.value, walk);
    walk.path.pop();
    walk.nodes += 1;
  }
  return map;
}

/** The key of a pair, or undefined when it was refused. */
function keyOf(pair: Pair<Node | null, Node | null>, map: YAMLMap, walk: Walk): string | undefined {
  const node = pair.key;
  if (!isScalar(node) || typeof node.value !== "string") {
    report(walk, CODES.keyNotText, node ?? map, "Only text can be a key; here is none.");
    return undefined;
  }
  refuseTag(node, walk);
  const key = node.value;
  if (RESERVED_KEYS.has(key)) {
    report(walk, CODES.reservedKey, node, `The key "${key}" is refused in every map.`, [
      "choose another name for the key",
    ]);
    return undefined;
  }
  if (key === "<<" && node.type === PLAIN) {
    report(walk, CODES.mergeKey, node, "The key << would merge another map into this one.", [
      "write the merged keys out",
    ]);
    return undefined;
  }
  refuseBrokenText(key, node, walk);
  return key;
}

/** Looking for the first place takes time, so it stops when nothing more will be shown. */
function reportDuplicate(key: Scalar, map: YAMLMap, walk: Walk): void {
  const detail = `The key "${shorten(String(key.value))}" stands in this map already.`;
  const made = problem(walk, CODES.duplicateKey, key, detail);
  if (walk.problems.length > walk.problemsMax) {
    walk.problems.push(made);
    return;
  }
  const first = map.items.find((pair) => isScalar(pair.key) && pair.key.value === key.value)
    ?.key as Scalar;
  const [start, end] = spanOf(first);
  walk.problems.push({
    ...made,
    help: ["remove one of the two"],
    related: { message: "first given here", start, end },
  });
}

function readScalar(node: Scalar, walk: Walk): JsonValue {
  refuseTag(node, walk);
  const value = node.value;
  if (typeof value === "number") return readNumber(value, node, walk);
  if (typeof value === "string") {
    refuseBrokenText(value, node, walk);
    if (node.type === PLAIN && value.length <= 3 && YES_NO.test(value)) {
      report(walk, CODES.yesNo, node, `The word ${value} is the text "${value}" here.`, [
        `write "${value}" in quotes for the text`,
        `write ${/^(?:yes|on)$/i.test(value)} for the boolean`,
      ]);
    }
    return value;
  }
  return typeof value === "boolean" ? value : null;
}

function readNumber(value: number, node: Scalar, walk: Walk): JsonValue {
  const source = node.source ?? String(value);
  const shown = shorten(source);
  if (/^[-+]?\.(?:inf|nan)$/i.test(source) || Number.isNaN(value)) {
    report(walk, CODES.notFinite, node, `The number ${shown} is not finite.`);
    return null;
  }
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) {
    report(walk, CODES.inexactNumber, node, `The number ${shown} cannot be kept exactly.`, [
      "quote it when it is text, or use a quantity with a suffix such as Gi",
    ]);
    return null;
  }
  if (node.type === PLAIN && OCTAL_LOOK.test(source)) {
    const digits = source.replace(/^[-+]?0+(?=.)/, "");
    report(walk, CODES.octal, node, `The number ${shown} is read as ${value}.`, [
      `write ${value} for the decimal number`,
      ...(/^[0-7]+$/.test(digits) ? [`write 0o${digits} for the octal number`] : []),
    ]);
  }
  // Negative zero would not survive the cache, which is JSON.
  return value === 0 ? 0 : value;
}

function refuseTag(node: Node, walk: Walk): void {
  const tag = node.tag;
  if (tag === undefined || tag === "!" || PLAIN_TAGS.has(tag)) return;
  report(walk, CODES.tag, node, `The tag ${shorten(tag)} is not one of plain data.`, [
    "remove the tag and write the value as plain YAML",
  ]);
}

function refuseBrokenText(text: string, node: Scalar, walk: Walk): void {
  if (node.type !== "QUOTE_DOUBLE" || !SURROGATE.test(text) || !LONE_SURROGATE.test(text)) return;
  report(walk, CODES.brokenText, node, "An escape in the text names half of a surrogate pair.");
}

function spanOf(node: Node): readonly [number, number] {
  const range = node.range;
  return range ? [range[0], range[1]] : [0, 0];
}

function problem(walk: Walk, entry: Problem["entry"], node: Node, detail: string): Problem {
  const [start, end] = spanOf(node);
  return { entry, start, end, detail, pointer: pointerOf(...walk.path) };
}

function report(
  walk: Walk,
  entry: Problem["entry"],
  node: Node,
  ...[detail, help]: readonly [string, (readonly string[])?]
): void {
  const made = problem(walk, entry, node, detail);
  walk.problems.push(help ? { ...made, help } : made);
}
