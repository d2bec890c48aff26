import type { SourceRange } from "../diagnostics/diagnostic.ts";
import type { Chunk } from "./outline.ts";

export interface Position {
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 units. */
  readonly column: number;
}

const BYTE_ORDER_MARK = 0xfeff;

/** Line and column of an offset that lies in `chunk` or right behind it. */
export function positionAt(text: string, chunk: Chunk, offset: number): Position {
  const wanted = Math.min(Math.max(offset, chunk.start), text.length);
  let line = chunk.line;
  let lineStart = chunk.start;
  for (;;) {
    const newline = text.indexOf("\n", lineStart);
    if (newline < 0 || newline >= wanted) break;
    line += 1;
    lineStart = newline + 1;
  }
  return { line, column: wanted - lineStart + 1 };
}

/** A chunk that spans the whole text: for positions before anything is split. */
export function wholeText(text: string): Chunk {
  const start = text.charCodeAt(0) === BYTE_ORDER_MARK ? 1 : 0;
  return { start, end: text.length, line: 1, forbiddenAt: -1 };
}

/** The range between two offsets of `chunk`, as diagnostics carry it; at least one column wide. */
export function rangeAt(
  text: string,
  chunk: Chunk,
  span: { readonly start: number; readonly end: number },
): Required<Pick<SourceRange, "line" | "column" | "endLine" | "endColumn">> {
  const start = positionAt(text, chunk, span.start);
  const end = positionAt(text, chunk, Math.max(span.end, span.start));
  const isEmpty = end.line === start.line && end.column <= start.column;
  return {
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: isEmpty ? start.column + 1 : end.column,
  };
}
