import type { SourceDocument, SourcePointer } from "./model/document.ts";

interface Line {
  readonly line: number;
  readonly column: number;
}

/** Finds the line of a document. Where nothing is asked for, no index is made. */
export function lineFinder(
  documents: readonly SourceDocument[],
): (source: SourcePointer) => Line | undefined {
  let lines: Map<string, Line> | undefined;
  return (source) => {
    lines ??= linesOf(documents);
    return lines.get(keyOf(source.path, source.document));
  };
}

function linesOf(documents: readonly SourceDocument[]): Map<string, Line> {
  const lines = new Map<string, Line>();
  for (const { source } of documents) {
    const { line, column } = source;
    lines.set(keyOf(source.path, source.index), { line, column });
  }
  return lines;
}

const keyOf = (path: string, document: number): string => `${path}\u0000${document}`;
