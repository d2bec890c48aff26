/** What one text and one document may cost; a document beyond a limit is refused, never cut. */
export interface LoadLimits {
  /** UTF-8 bytes of one document. */
  readonly documentBytesMax: number;
  /** Collections inside each other, the root counted. */
  readonly depthMax: number;
  /** Keys, values and list entries of one document. */
  readonly nodesMax: number;
  /** Documents in one text, entries of a `kind: List` not counted. */
  readonly documentsMax: number;
  /** Problems told of one text; the others are only counted. */
  readonly diagnosticsMax: number;
}

/** The limits in force unless a caller gives others (threats T1 to T3). */
export const LOAD_LIMITS: LoadLimits = {
  documentBytesMax: 1024 * 1024,
  depthMax: 64,
  nodesMax: 50_000,
  documentsMax: 100_000,
  diagnosticsMax: 100,
};

/**
 * Syntax tokens per node that a document may have: a node of ordinary YAML takes three to five,
 * white space and line breaks counted.
 */
export const TOKENS_PER_NODE_MAX = 6;

/** Syntax problems told of one document: the later ones mostly follow from the first. */
export const SYNTAX_PROBLEMS_MAX = 5;

const SHOWN_CHARS_MAX = 60;

/** The start of a text of the user, short enough for a sentence. */
export function shorten(text: string): string {
  return text.length > SHOWN_CHARS_MAX ? `${text.slice(0, SHOWN_CHARS_MAX)}…` : text;
}

/**
 * Bytes of `text` in UTF-8, counted only as far as needed to tell whether `bytesMax` is passed.
 * A UTF-16 unit becomes one to three bytes, so most texts are judged by their length alone.
 */
export function exceedsBytes(text: string, bytesMax: number): boolean {
  if (text.length > bytesMax) return true;
  if (text.length * 3 <= bytesMax) return false;
  let bytes = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    // Each half of a surrogate pair stands for two of the four bytes.
    else bytes += unit >= 0xd800 && unit <= 0xdfff ? 2 : 3;
  }
  return bytes > bytesMax;
}
