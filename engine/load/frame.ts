import type { SourceRange } from "../diagnostics/diagnostic.ts";
import type { Chunk } from "./outline.ts";

/** Lines shown before and after the marked one, as far as the document has them. */
const LINES_BEFORE = 2;
const LINES_AFTER = 1;
/** Characters of a line that are shown; longer lines are cut to a window around the mark. */
const WINDOW = 96;
const WINDOW_BEFORE = 40;
const CUT = "...";

/** Controls, separators, direction overrides, zero-width characters and halves of pairs. */
const HIDDEN =
  /[\p{Cc}\p{Surrogate}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/u;
const COMBINING = /\p{Mark}/u;
/** First and last code points of blocks whose characters fill two terminal cells. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1faff],
  [0x20000, 0x3fffd],
];

/**
 * The lines around a range with line numbers, the range underlined with `^~~~`. It needs no more
 * than ASCII beyond what the file itself has, and carries no character that could act on a
 * terminal: such characters show as escapes. A range over several lines is marked on its first.
 */
export function frame(text: string, chunk: Chunk, range: SourceRange): string | undefined {
  const { line, column } = range;
  if (line === undefined || column === undefined) return undefined;
  const lines = linesAround(text, chunk, line);
  const marked = lines.find((each) => each.number === line);
  if (marked === undefined) return undefined;
  const gutter = String(lines.at(-1)?.number ?? line).length;
  const endColumn = range.endLine === line ? (range.endColumn ?? column) : marked.text.length + 1;
  const rows: string[] = [];
  for (const each of lines) {
    const isMarked = each === marked;
    const view = windowOf(each.text, isMarked ? column : 1);
    const number = String(each.number).padStart(gutter);
    rows.push(`${isMarked ? ">" : " "} ${number} | ${view.shown}`.trimEnd());
    if (!isMarked) continue;
    const mark = underline(each.text, view, { column, endColumn });
    rows.push(`  ${" ".repeat(gutter)} | ${mark}`);
  }
  return rows.join("\n");
}

interface Line {
  readonly number: number;
  readonly text: string;
}

/** The wanted line with its neighbours of the same document. */
function linesAround(text: string, chunk: Chunk, wanted: number): readonly Line[] {
  const lines: Line[] = [];
  let at = chunk.start;
  for (let number = chunk.line; number <= wanted + LINES_AFTER && at <= text.length; number++) {
    const isContext = number > wanted && at >= chunk.end;
    if (isContext) break;
    const newline = text.indexOf("\n", at);
    const end = newline < 0 ? text.length : newline;
    if (number >= wanted - LINES_BEFORE) {
      lines.push({ number, text: text.slice(at, end).replace(/\r$/, "") });
    }
    at = end + 1;
  }
  return lines;
}

interface View {
  readonly shown: string;
  /** Offset of the first character of the line that is shown. */
  readonly from: number;
  readonly to: number;
  /** Cells in front of the first character: those of the cut mark. */
  readonly indent: number;
}

function windowOf(line: string, column: number): View {
  if (line.length <= WINDOW) {
    return { shown: visible(line), from: 0, to: line.length, indent: 0 };
  }
  const from = wholeCharacter(line, Math.max(0, Math.min(column - 1 - WINDOW_BEFORE, line.length)));
  const to = wholeCharacter(line, Math.min(line.length, from + WINDOW));
  const head = from > 0 ? CUT : "";
  const tail = to < line.length ? CUT : "";
  const shown = `${head}${visible(line.slice(from, to))}${tail}`;
  return { shown, from, to, indent: head.length };
}

/** Moves an offset out of the middle of a surrogate pair. */
function wholeCharacter(line: string, offset: number): number {
  const unit = line.charCodeAt(offset);
  return offset > 0 && unit >= 0xdc00 && unit <= 0xdfff ? offset - 1 : offset;
}

function underline(
  line: string,
  view: View,
  mark: { readonly column: number; readonly endColumn: number },
): string {
  const start = Math.min(Math.max(mark.column - 1, view.from), view.to);
  const end = Math.min(Math.max(mark.endColumn - 1, start), view.to);
  const indent = view.indent + cells(line.slice(view.from, start));
  const width = Math.max(1, cells(line.slice(start, end)));
  return `${" ".repeat(indent)}^${"~".repeat(width - 1)}`;
}

/** The text with everything that cannot be seen, or acts on a terminal, shown as an escape. */
function visible(text: string): string {
  let shown = "";
  for (const character of text) shown += visibleCharacter(character);
  return shown;
}

function visibleCharacter(character: string): string {
  if (character === "\t") return "  ";
  if (!HIDDEN.test(character)) return character;
  const hexadecimal = (character.codePointAt(0) ?? 0).toString(16);
  return hexadecimal.length <= 2
    ? `\\x${hexadecimal.padStart(2, "0")}`
    : `\\u${hexadecimal.padStart(4, "0")}`;
}

function cells(text: string): number {
  let width = 0;
  for (const character of text) {
    const shown = visibleCharacter(character);
    if (shown !== character) width += shown.length;
    else if (COMBINING.test(character)) width += 0;
    else width += isWide(character) ? 2 : 1;
  }
  return width;
}

function isWide(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return code >= 0x1100 && WIDE.some(([first, last]) => code >= first && code <= last);
}
