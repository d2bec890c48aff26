import { isJsonObject, pointerKeys } from "../model/json.ts";
import type { JsonObject, JsonPointer } from "../model/json.ts";
import { isMap, isSeq } from "yaml";
import type { Document, Node, Pair } from "yaml";
import { CODES } from "./codes.ts";
import { exceedsBytes, shorten } from "./limits.ts";
import type { LoadLimits } from "./limits.ts";
import { entriesOf } from "./lists.ts";
import type { Chunk } from "./outline.ts";
import { parse } from "./parse.ts";
import type { Problem } from "./parse.ts";
import { valueOf } from "./values.ts";

/** One resource found in a chunk; offsets are relative to the start of the chunk. */
interface Found {
  readonly value: JsonObject;
  /** Where the resource is in the value of the chunk: empty, or an item of a list. */
  readonly pointer: JsonPointer;
  readonly start: number;
}

/** What one chunk of a text holds. */
export interface ChunkResult {
  readonly found: readonly Found[];
  readonly problems: readonly Problem[];
  /**
   * How many numbers the chunk takes in the order of documents: one for each item of a list, and
   * one where the chunk cannot be read.
   */
  readonly count: number;
}

export function readChunk(text: string, chunk: Chunk, limits: LoadLimits): ChunkResult {
  const source = text.slice(chunk.start, chunk.end);
  const refused = refusal(source, chunk, limits);
  if (refused !== undefined) return { found: [], problems: [refused], count: 1 };
  const parsed = parse(source, limits);
  if (parsed.is === "broken") return { found: [], problems: parsed.problems, count: 1 };
  const { value, problems } = valueOf(parsed.tree, limits);
  const isBroken = problems.some((problem) => problem.entry.severity === "error");
  if (isBroken) return { found: [], problems, count: 1 };
  if (value === null) return { found: [], problems, count: 1 };
  return readEntries({ tree: parsed.tree, value, problems });
}

/** Why a chunk is not even parsed. */
function refusal(source: string, chunk: Chunk, limits: LoadLimits): Problem | undefined {
  if (chunk.forbiddenAt >= 0) {
    const start = chunk.forbiddenAt - chunk.start;
    const hexadecimal = source.charCodeAt(start).toString(16).padStart(4, "0");
    return {
      entry: CODES.controlCharacter,
      start,
      end: start + 1,
      detail: `The character U+${hexadecimal.toUpperCase()} may not stand in a YAML text.`,
      help: ["remove it, or write it as an escape in double quotes"],
    };
  }
  if (!exceedsBytes(source, limits.documentBytesMax)) return undefined;
  return {
    entry: CODES.documentTooLarge,
    start: 0,
    end: 1,
    detail: `The document has more than ${limits.documentBytesMax} bytes and was not read.`,
    help: ["split it into several documents with lines of ---"],
  };
}

interface Whole {
  readonly tree: Document.Parsed;
  readonly value: Parameters<typeof entriesOf>[0];
  readonly problems: readonly Problem[];
}

function readEntries(whole: Whole): ChunkResult {
  const found: Found[] = [];
  const problems = [...whole.problems];
  const entries = entriesOf(whole.value);
  for (const { value, pointer } of entries) {
    const start = startOf(whole.tree, pointer);
    if (isJsonObject(value)) found.push({ value, pointer, start });
    else problems.push(notMap(pointer, start, value));
  }
  return { found, problems, count: entries.length };
}

function notMap(pointer: JsonPointer, start: number, value: unknown): Problem {
  const what = Array.isArray(value)
    ? "a list"
    : `the ${typeof value} ${JSON.stringify(shorten(String(value)))}`;
  return {
    entry: pointer === "" ? CODES.notMap : CODES.itemNotMap,
    start,
    end: start + 1,
    pointer,
    detail: `A resource is a map of keys and values; here is ${what}.`,
    help: ["write apiVersion:, kind: and metadata: as keys"],
  };
}

function startOf(tree: Document.Parsed, pointer: JsonPointer): number {
  const node = nodeAt(tree, pointerKeys(pointer));
  return (isMap(node) ? firstKey(node)?.range?.[0] : undefined) ?? node?.range?.[0] ?? 0;
}

function firstKey(map: Node): Node | undefined {
  return isMap(map) ? ((map.items[0] as Pair<Node> | undefined)?.key ?? undefined) : undefined;
}

function nodeAt(tree: Document.Parsed, keys: readonly string[]): Node | null | undefined {
  let node: Node | null | undefined = tree.contents;
  for (const key of keys) {
    if (isSeq(node)) node = node.items[Number(key)] as Node | undefined;
    else if (isMap(node)) node = node.get(key, true) as Node | undefined;
  }
  return node;
}
