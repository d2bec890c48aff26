/** One YAML document of a text, not yet parsed: where it starts and ends. */
export interface Chunk {
  /** UTF-16 offsets into the text; a leading `---` line belongs to the chunk. */
  readonly start: number;
  readonly end: number;
  /** 1-based line of `start`. */
  readonly line: number;
  /** Offset of the first character that YAML allows in no text, or -1. */
  readonly forbiddenAt: number;
}

const TAB = 0x09;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const HASH = 0x23;
const DASH = 0x2d;
const DOT = 0x2e;
const BYTE_ORDER_MARK = 0xfeff;

/**
 * Splits a text at its document markers. A `---` or `...` at the start of a line and followed by
 * white space ends a document wherever it stands, inside quotes and block scalars too, so no
 * syntax has to be understood. One pass over the text; documents of blank lines and comments are
 * left out and take no memory. It ends after `chunksMax` documents.
 */
export function outline(text: string, chunksMax: number): readonly Chunk[] {
  const chunks: Chunk[] = [];
  const first = text.charCodeAt(0) === BYTE_ORDER_MARK ? 1 : 0;
  let forbiddenAt = -1;
  let start = first;
  let startLine = 1;
  let line = 1;
  let hasContent = false;
  const close = (end: number): void => {
    if (hasContent) chunks.push({ start, end, line: startLine, forbiddenAt });
    hasContent = false;
    forbiddenAt = -1;
  };
  for (let at = first; at < text.length && chunks.length < chunksMax; line++) {
    const marker = markerAt(text, at);
    if (marker === DASH) {
      close(at);
      start = at;
      startLine = line;
    }
    const scan = scanLine(text, marker === 0 ? at : at + 3);
    if (forbiddenAt < 0) forbiddenAt = scan.forbiddenAt;
    if (marker === DOT) {
      close(at);
      // Text after `...` is a syntax error that the parser has to see.
      start = scan.hasContent ? at : scan.next;
      startLine = scan.hasContent ? line : line + 1;
    }
    if (scan.hasContent) hasContent = true;
    at = scan.next;
  }
  if (chunks.length < chunksMax) close(text.length);
  return chunks;
}

/** The first character of a document marker at the start of a line, or 0. */
function markerAt(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  if (unit !== DASH && unit !== DOT) return 0;
  if (text.charCodeAt(at + 1) !== unit || text.charCodeAt(at + 2) !== unit) return 0;
  if (at + 3 >= text.length) return unit;
  const after = text.charCodeAt(at + 3);
  return after === SPACE || after === TAB || after === NEWLINE || after === RETURN ? unit : 0;
}

interface LineScan {
  /** Offset of the next line, or the length of the text. */
  readonly next: number;
  readonly hasContent: boolean;
  readonly forbiddenAt: number;
}

function scanLine(text: string, from: number): LineScan {
  let hasContent = false;
  let inComment = false;
  let forbiddenAt = -1;
  let at = from;
  for (; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === NEWLINE) return { next: at + 1, hasContent, forbiddenAt };
    if (forbiddenAt < 0 && isForbidden(unit)) forbiddenAt = at;
    if (hasContent || inComment || unit === SPACE || unit === TAB || unit === RETURN) continue;
    if (unit === HASH) inComment = true;
    else hasContent = true;
  }
  return { next: at, hasContent, forbiddenAt };
}

/**
 * Characters outside the printable set of YAML 1.2 (its production 1), surrogates apart, and byte
 * order marks: at the start of a text one is skipped, elsewhere they hide in keys and values.
 */
function isForbidden(unit: number): boolean {
  if (unit < SPACE) return unit !== TAB && unit !== NEWLINE && unit !== RETURN;
  if (unit < 0x7f) return false;
  return (
    (unit <= 0x9f && unit !== 0x85) ||
    unit === 0xfffe ||
    unit === 0xffff ||
    unit === BYTE_ORDER_MARK
  );
}
