/**
 * In: texts with their paths, and what earlier runs made of equal texts. Out: one plain value per
 * YAML document with its place, all problems of all texts, and what is worth keeping for the next
 * run. A broken document never hides another one. Never reads a file, never judges what a document
 * means, never throws on any text, and never gives a value that is not plain JSON.
 */
import { diagnose } from "../diagnostics/catalogue.ts";
import type { Diagnostic, Judged, SourceRange } from "../diagnostics/diagnostic.ts";
import type { CachedDocument, CachedText, SourceDocument, SourceText } from "../model/document.ts";
import { CODES } from "./codes.ts";
import { readChunk } from "./document.ts";
import { LOAD_LIMITS } from "./limits.ts";
import type { LoadLimits } from "./limits.ts";
import { outline } from "./outline.ts";
import type { Chunk } from "./outline.ts";
import type { Problem } from "./parse.ts";
import { positionAt, rangeAt, wholeText } from "./positions.ts";

export type { CachedText } from "../model/document.ts";

export interface LoadOptions {
  /** Texts parsed by earlier runs, by SHA-256. */
  readonly cache: ReadonlyMap<string, CachedText>;
  readonly limits?: Partial<LoadLimits>;
}

export interface LoadResult extends Judged<readonly SourceDocument[]> {
  /** Texts without any diagnostic that were not in the cache, by SHA-256. */
  readonly fresh: ReadonlyMap<string, CachedText>;
}

export function load(texts: readonly SourceText[], options: LoadOptions): LoadResult {
  const limits = { ...LOAD_LIMITS, ...options.limits };
  const value: SourceDocument[] = [];
  const diagnostics: Diagnostic[] = [];
  const fresh = new Map<string, CachedText>();
  for (const text of texts) {
    const known = options.cache.get(text.sha256) ?? fresh.get(text.sha256);
    const read = known === undefined ? readText(text, limits) : { ...known, diagnostics: [] };
    for (const document of read.documents) value.push(sourceDocument(text, document));
    for (const diagnostic of read.diagnostics) diagnostics.push(diagnostic);
    const isClean = known === undefined && read.diagnostics.length === 0;
    if (isClean) fresh.set(text.sha256, { documents: read.documents });
  }
  return { value, diagnostics, fresh };
}

function sourceDocument(text: SourceText, document: CachedDocument): SourceDocument {
  const { value, index, startOffset, endOffset, line, column } = document;
  return {
    source: { path: text.path, index, startOffset, endOffset, line, column },
    value,
    readOnly: text.readOnly ?? false,
  };
}

interface TextResult extends CachedText {
  readonly diagnostics: readonly Diagnostic[];
}

function readText(source: SourceText, limits: LoadLimits): TextResult {
  const { path, text } = source;
  const nulAt = text.indexOf("\0");
  if (nulAt >= 0) return { documents: [], diagnostics: [notText(source, nulAt)] };
  const chunks = outline(text, limits.documentsMax + 1);
  const documents: CachedDocument[] = [];
  const diagnostics: Diagnostic[] = [];
  let index = 0;
  let read = 0;
  let problems = 0;
  for (const chunk of chunks) {
    if (read >= limits.documentsMax || problems > limits.diagnosticsMax) break;
    const result = readChunk(text, chunk, limits);
    for (const problem of result.problems.slice(0, limits.diagnosticsMax - diagnostics.length)) {
      diagnostics.push(diagnosticOf(problem, { path, text, chunk, document: index }));
    }
    for (const [offset, { value, start }] of result.found.entries()) {
      const { start: startOffset, end: endOffset } = chunk;
      const position = positionAt(text, chunk, chunk.start + start);
      documents.push({ index: index + offset, startOffset, endOffset, ...position, value });
    }
    problems += result.problems.length;
    index += result.count;
    read += 1;
  }
  const unread = chunks[read];
  if (read >= limits.documentsMax && unread !== undefined) {
    diagnostics.unshift(tooMany(source, unread, limits));
  }
  const left = problems - limits.diagnosticsMax;
  if (left > 0) diagnostics.push(leftOut(path, left, chunks.length - read));
  return { documents, diagnostics };
}

interface Place {
  readonly path: string;
  readonly text: string;
  readonly chunk: Chunk;
  readonly document: number;
}

function diagnosticOf(problem: Problem, place: Place): Diagnostic {
  const { path, text, chunk, document } = place;
  const sourceAt = (span: { readonly start: number; readonly end: number }): SourceRange => ({
    path,
    document,
    ...rangeAt(text, chunk, { start: chunk.start + span.start, end: chunk.start + span.end }),
  });
  const { pointer, related } = problem;
  return diagnose(problem.entry, {
    detail: problem.detail,
    source: { ...sourceAt(problem), ...(pointer === undefined ? {} : { pointer }) },
    ...(problem.help === undefined ? {} : { help: problem.help }),
    ...(related === undefined
      ? {}
      : { related: [{ message: related.message, source: sourceAt(related) }] }),
  });
}

function notText({ path, text }: SourceText, nulAt: number): Diagnostic {
  return diagnose(CODES.notText, {
    detail: "The file holds a NUL character, so it is no YAML or JSON text.",
    source: { path, ...rangeAt(text, wholeText(text), { start: nulAt, end: nulAt + 1 }) },
    help: ["name only text files, or list the file in .vpacignore"],
  });
}

function tooMany({ path, text }: SourceText, chunk: Chunk, limits: LoadLimits): Diagnostic {
  return diagnose(CODES.tooManyDocuments, {
    detail: `The file has more than ${limits.documentsMax} documents; the rest was not read.`,
    source: { path, ...rangeAt(text, chunk, { start: chunk.start, end: chunk.start + 1 }) },
    help: ["split the file into several files of one folder"],
  });
}

function leftOut(path: string, problems: number, unread: number): Diagnostic {
  const rest = unread === 0 ? "" : ` ${unread} documents of it were not read.`;
  return diagnose(CODES.leftOut, {
    detail: `${problems} further problems were found in the file.${rest}`,
    source: { path, line: 1, column: 1, endLine: 1, endColumn: 2 },
  });
}
