/**
 * In: diagnostics that name a document and a pointer, and the texts they are about. Out: the same
 * diagnostics with line, column and a code frame. Only the documents that something is wrong with
 * are parsed again, and of a flood only the first thousand, errors before warnings: the others get
 * the place where their document starts. Never drops, adds or reorders a diagnostic.
 */
import type { Diagnostic, Edit, SourceRange } from "../diagnostics/diagnostic.ts";
import type { SourceText } from "../model/document.ts";
import { frame } from "./frame.ts";
import type { Chunk } from "./outline.ts";
import { chunkOfLine, openText } from "./text.ts";
import type { OpenText } from "./text.ts";
import { spanAt } from "./spans.ts";
import { positionAt, rangeAt, wholeText } from "./positions.ts";

/** Nobody reads more code frames than this; parsing for more would cost more than the plan. */
const LOCATED_MAX = 1000;

export function locate(
  diagnostics: readonly Diagnostic[],
  texts: readonly SourceText[],
): Diagnostic[] {
  const byPath = new Map(texts.map((text) => [text.path, text]));
  const opened = new Map<string, OpenText>();
  const open = (path: string): OpenText | undefined => {
    const known = opened.get(path);
    const text = byPath.get(path);
    if (known !== undefined || text === undefined) return known;
    const made = openText(text.text);
    opened.set(path, made);
    return made;
  };
  const isExact = exactOnes(diagnostics);
  return diagnostics.map((diagnostic, index) =>
    isExact(index) ? located(diagnostic, open) : roughlyLocated(diagnostic, open),
  );
}

/** Says which diagnostics are worth a parse: all, or the first ones with the errors in front. */
function exactOnes(diagnostics: readonly Diagnostic[]): (index: number) => boolean {
  if (diagnostics.length <= LOCATED_MAX) return () => true;
  const isError = (index: number): boolean => diagnostics[index]?.severity === "error";
  const order = [...diagnostics.keys()];
  const inOrder = [...order.filter(isError), ...order.filter((index) => !isError(index))];
  const exact = new Set(inOrder.slice(0, LOCATED_MAX));
  return (index) => exact.has(index);
}

function roughlyLocated(diagnostic: Diagnostic, open: Open): Diagnostic {
  const { source } = diagnostic;
  if (source === undefined || source.line !== undefined || source.document === undefined) {
    return diagnostic;
  }
  const start = open(source.path)?.startOf(source.document);
  return start === undefined ? diagnostic : { ...diagnostic, source: { ...source, ...start } };
}

type Open = (path: string) => OpenText | undefined;

function located(diagnostic: Diagnostic, open: Open): Diagnostic {
  const { source, related, fixes } = diagnostic;
  if (source === undefined) return diagnostic;
  const text = open(source.path);
  const range = rangeOf(source, open);
  const snippet = diagnostic.snippet ?? (text === undefined ? undefined : snippetOf(text, range));
  return {
    ...diagnostic,
    source: range,
    ...(snippet === undefined ? {} : { snippet }),
    ...(related === undefined
      ? {}
      : { related: related.map((each) => ({ ...each, source: rangeOf(each.source, open) })) }),
    ...(fixes === undefined
      ? {}
      : {
          fixes: fixes.map((fix) => ({
            ...fix,
            edits: fix.edits.map((edit) => placedEdit(edit, range, open)),
          })),
        }),
  };
}

function rangeOf(source: SourceRange, open: Open): SourceRange {
  if (source.line !== undefined || source.document === undefined) return source;
  const text = open(source.path);
  const place = text?.document(source.document);
  if (text === undefined || place === undefined) return source;
  const span = spanAt(place.tree, `${place.pointer}${source.pointer ?? ""}`, {
    target: source.target ?? "value",
    depthMin: place.pointer.split("/").length - 1,
  });
  const { chunk } = place;
  const [start, end] = [chunk.start + span.start, chunk.start + span.end];
  return { ...source, ...rangeAt(text.text, chunk, { start, end }) };
}

function snippetOf(text: OpenText, range: SourceRange): string | undefined {
  if (range.line === undefined) return undefined;
  const chunk: Chunk = chunkOfLine(text.chunks, range.line) ?? wholeText(text.text);
  const last = positionAt(text.text, chunk, chunk.end).line;
  return frame(text.text, range.line > last ? wholeText(text.text) : chunk, range);
}

/** An edit of the same document learns its place from its pointer. */
function placedEdit(edit: Edit, source: SourceRange, open: Open): Edit {
  const isElsewhere = edit.line !== undefined || (edit.file ?? source.path) !== source.path;
  if (isElsewhere || source.document === undefined) return edit;
  const { path, document } = source;
  const { line, column } = rangeOf({ path, document, pointer: edit.path }, open);
  return line === undefined || column === undefined ? edit : { ...edit, file: path, line, column };
}
