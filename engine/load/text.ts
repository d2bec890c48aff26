import type { JsonPointer } from "../model/json.ts";
import type { Document } from "yaml";
import { readChunk } from "./document.ts";
import { LOAD_LIMITS } from "./limits.ts";
import { entriesOf, mayBeList } from "./lists.ts";
import { outline } from "./outline.ts";
import type { Chunk } from "./outline.ts";
import { parse } from "./parse.ts";
import type { Position } from "./positions.ts";
import { valueOf } from "./values.ts";

/** Where one document of a text is. */
interface DocumentPlace {
  readonly chunk: Chunk;
  readonly tree: Document.Parsed;
  /** Empty, or the pointer of the list item that the document is. */
  readonly pointer: JsonPointer;
}

/** A text that is looked at again because something in it is wrong. */
export interface OpenText {
  readonly text: string;
  readonly chunks: readonly Chunk[];
  /** Finds a document by its index; undefined where the text has no such readable document. */
  document(index: number): DocumentPlace | undefined;
  /** The first line of a document that is no comment, without parsing it. */
  startOf(index: number): Position | undefined;
}

export function openText(text: string): OpenText {
  const chunks = outline(text, LOAD_LIMITS.documentsMax);
  /** `starts[n]` is the index of the first document of chunk n; filled as far as needed. */
  const starts = [0];
  const trees = new Map<number, Document.Parsed | undefined>();
  const treeOf = (position: number, chunk: Chunk): Document.Parsed | undefined => {
    if (!trees.has(position)) {
      const parsed = parse(text.slice(chunk.start, chunk.end), LOAD_LIMITS);
      trees.set(position, parsed.is === "tree" ? parsed.tree : undefined);
    }
    return trees.get(position);
  };
  const chunkNumberOf = (index: number): number =>
    chunkNumber(index, starts, (at) => countOf(text, chunks[at]));
  const document = (index: number): DocumentPlace | undefined => {
    const position = chunkNumberOf(index);
    const chunk = chunks[position];
    const tree = chunk === undefined ? undefined : treeOf(position, chunk);
    if (chunk === undefined || tree === undefined) return undefined;
    const offset = index - (starts[position] ?? 0);
    return { chunk, tree, pointer: pointerOfEntry(tree, offset) };
  };
  const startOf = (index: number): Position | undefined => {
    const chunk = chunks[chunkNumberOf(index)];
    return chunk === undefined ? undefined : firstLine(text, chunk);
  };
  return { text, chunks, document, startOf };
}

/** The chunk that holds the document; chunks are counted only once and only as far as needed. */
function chunkNumber(
  index: number,
  starts: number[],
  count: (at: number) => number | undefined,
): number {
  for (let last = starts.at(-1) ?? 0; last <= index; last = starts.at(-1) ?? 0) {
    const documents = count(starts.length - 1);
    if (documents === undefined) break;
    starts.push(last + documents);
  }
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= index) low = middle;
    else high = middle - 1;
  }
  return low;
}

function countOf(text: string, chunk: Chunk | undefined): number | undefined {
  if (chunk === undefined) return undefined;
  const isPlain = !mayBeList(text.slice(chunk.start, chunk.end));
  return isPlain ? 1 : readChunk(text, chunk, LOAD_LIMITS).count;
}

function pointerOfEntry(tree: Document.Parsed, offset: number): JsonPointer {
  return entriesOf(valueOf(tree, LOAD_LIMITS).value)[offset]?.pointer ?? "";
}

function firstLine(text: string, chunk: Chunk): Position {
  let line = chunk.line;
  let start = chunk.start;
  while (start < chunk.end) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 || newline > chunk.end ? chunk.end : newline;
    const content = text.slice(start, end);
    const column = content.search(/\S/) + 1;
    const isMarker = content.startsWith("---") && content.trim() === "---";
    if (column > 0 && content[column - 1] !== "#" && !isMarker) return { line, column };
    line += 1;
    start = end + 1;
  }
  return { line: chunk.line, column: 1 };
}

/** The last chunk that starts at or before a line. */
export function chunkOfLine(chunks: readonly Chunk[], line: number): Chunk | undefined {
  let low = 0;
  let high = chunks.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((chunks[middle]?.line ?? 0) <= line) low = middle + 1;
    else high = middle;
  }
  return chunks[low - 1];
}
