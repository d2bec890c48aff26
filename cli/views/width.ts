/** Columns a text takes in a terminal: 2 for wide East Asian and emoji, 0 for combining marks. */
const isCombining = (code: number): boolean =>
  (code >= 0x300 && code <= 0x36f) ||
  (code >= 0x1ab0 && code <= 0x1aff) ||
  (code >= 0x20d0 && code <= 0x20ff) ||
  (code >= 0xfe00 && code <= 0xfe0f) ||
  code === 0x200d;

const WIDE: readonly (readonly [from: number, to: number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1faff],
  [0x20000, 0x3fffd],
];

/** Made when the first sign comes that is no plain text: making it takes 25 ms. */
let emoji: RegExp | undefined;

/** Also those outside the wide blocks: ⚡, flags, keycaps, and signs with an emoji selector. */
function isEmoji(grapheme: string): boolean {
  emoji ??= new RegExp(String.raw`^\p{RGI_Emoji}$`, "v");
  return emoji.test(grapheme);
}

/** Nearly every text: ASCII, Latin, Cyrillic, arrows, boxes and bars, one column a character. */
const PLAIN = new RegExp(
  `^[${[
    "\\u0020-\\u007e",
    "\\u00b1\\u00c0-\\u02af",
    "\\u0400-\\u0481\\u048a-\\u052f",
    "\\u2026\\u2190-\\u2193\\u2500-\\u259f\\u25b8",
  ].join("")}]*$`,
);

/** Made when the first text beyond ASCII comes: making one costs more than a small command. */
let segmenter: Intl.Segmenter | undefined;

function graphemesOf(text: string): Iterable<Intl.SegmentData> {
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return segmenter.segment(text);
}

function graphemeWidth(grapheme: string): number {
  const code = grapheme.codePointAt(0) ?? 0;
  if (isCombining(code)) return 0;
  if (isEmoji(grapheme)) return 2;
  return WIDE.some(([from, to]) => code >= from && code <= to) ? 2 : 1;
}

export function textWidth(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemesOf(text)) width += graphemeWidth(segment);
  return width;
}

export const padEnd = (text: string, width: number): string =>
  text + " ".repeat(Math.max(0, width - textWidth(text)));

export const padStart = (text: string, width: number): string =>
  " ".repeat(Math.max(0, width - textWidth(text))) + text;

/** Cuts to `width` columns; the last one is an ellipsis when something was cut. */
export function truncate(text: string, width: number, ellipsis = "…"): string {
  if (textWidth(text) <= width) return text;
  let kept = "";
  let used = textWidth(ellipsis);
  for (const { segment } of graphemesOf(text)) {
    const next = graphemeWidth(segment);
    if (used + next > width) break;
    kept += segment;
    used += next;
  }
  return kept + ellipsis;
}
