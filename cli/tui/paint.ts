import { cleanLine } from "../views/clean.ts";
import type { Tone } from "../views/style.ts";
import { padEnd, textWidth, truncate } from "../views/width.ts";

/** A run of text in one dress. The frame is plain data; Ink only puts it on the screen. */
export interface Segment {
  readonly text: string;
  readonly tone?: Tone;
  readonly inverse?: boolean;
}

export type Line = readonly Segment[];

/** Text from outside is cleaned here, at the edge of every frame. */
export const seg = (text: string, tone?: Tone): Segment =>
  tone === undefined ? { text: cleanLine(text) } : { text: cleanLine(text), tone };

const lineWidth = (line: Line): number =>
  line.reduce((sum, segment) => sum + textWidth(segment.text), 0);

/** Cuts or fills a line to exactly `width` columns. */
export function fit(line: Line, width: number): Line {
  const kept: Segment[] = [];
  let left = width;
  for (const segment of line) {
    if (left <= 0) break;
    const text = truncate(segment.text, left);
    kept.push({ ...segment, text });
    left -= textWidth(text);
  }
  return left > 0 ? [...kept, { text: " ".repeat(left) }] : kept;
}

/** Breaks a line into lines of at most `width` columns, later ones indented; words stay whole. */
export function wrap(line: Line, width: number, indent: number): Line[] {
  if (lineWidth(line) <= width) return [line];
  const lines: Segment[][] = [[]];
  let left = width;
  const put = (segment: Segment): void => {
    if (textWidth(segment.text.trimEnd()) > left && left < width - indent) {
      lines.push([{ text: " ".repeat(indent) }]);
      left = width - indent;
    }
    // The space behind the last word of a line is not shown.
    const text = truncate(segment.text, left, "");
    lines.at(-1)?.push({ ...segment, text });
    left -= textWidth(text);
  };
  for (const segment of line) {
    const words = segment.text.split(/(?<= )/);
    for (const text of words.flatMap((word) => parts(word, width - indent))) {
      put({ ...segment, text });
    }
  }
  return lines;
}

/** A word as it is, or cut where it is wider than a whole line. */
function parts(word: string, width: number): string[] {
  const found: string[] = [];
  let rest = word;
  while (textWidth(rest.trimEnd()) > width) {
    const part = truncate(rest, Math.max(2, width), "");
    found.push(part);
    rest = rest.slice(part.length);
  }
  return [...found, rest];
}

export const inverse = (line: Line): Line => line.map((segment) => ({ ...segment, inverse: true }));

export interface PanelShape {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly footer: string;
  readonly focused: boolean;
  readonly ascii: boolean;
}

/** A box of exactly `height` lines around the lines given; what does not fit is left out. */
export function panel(lines: readonly Line[], shape: PanelShape): Line[] {
  const { width, height, title, footer, focused, ascii } = shape;
  const inner = width - 4;
  const edge: Tone = focused ? "cyan" : "dim";
  const [side, dash] = ascii ? ["|", "-"] : ["│", "─"];
  const corners = ascii ? ["+", "+", "+", "+"] : ["┌", "┐", "└", "┘"];
  const rule = (left: string, label: string, right: string): Line => {
    const text = label === "" ? "" : ` ${truncate(cleanLine(label), Math.max(0, width - 6))} `;
    const fill = dash.repeat(Math.max(0, width - 3 - textWidth(text)));
    return [{ text: `${left}${dash}${text}${fill}${right}`, tone: edge }];
  };
  const body = Array.from({ length: Math.max(0, height - 2) }, (_, index): Line => {
    const content = fit(lines[index] ?? [], inner);
    return [{ text: `${side} `, tone: edge }, ...content, { text: ` ${side}`, tone: edge }];
  });
  const [topLeft = "+", topRight = "+", bottomLeft = "+", bottomRight = "+"] = corners;
  return [rule(topLeft, title, topRight), ...body, rule(bottomLeft, footer, bottomRight)];
}

/** Two blocks of lines side by side; all lines of a block are equally wide. */
export const beside = (left: readonly Line[], right: readonly Line[]): Line[] =>
  left.map((line, index) => [...line, ...(right[index] ?? [])]);

export const plainText = (line: Line): string => line.map((segment) => segment.text).join("");

export const column = (text: string, width: number): string =>
  padEnd(truncate(cleanLine(text), width), width);
