import { structuredPatch } from "diff";
import type { JsonValue } from "../../../engine/model/json.ts";
import { cleanLine } from "../clean.ts";
import type { Style } from "../style.ts";

/** Past these a line diff costs more than it tells. */
const EDITS_MAX = 500;
const TIMEOUT_MS = 200;
const LINES_SHOWN_MAX = 40;

/** A unified patch of two multi-line texts; undefined when either is not one. */
export function textDiff(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  style: Style,
): string[] | undefined {
  if (typeof before !== "string" || typeof after !== "string") return undefined;
  if (!before.includes("\n") && !after.includes("\n")) return undefined;
  const patch = structuredPatch("", "", before, after, "", "", {
    context: 1,
    maxEditLength: EDITS_MAX,
    timeout: TIMEOUT_MS,
  });
  const count = (text: string): number => text.split("\n").length;
  if (patch === undefined) return [`        replaced: ${count(before)} -> ${count(after)} lines`];
  const lines = patch.hunks.flatMap((hunk) => hunk.lines).map((line) => dress(line, style));
  const left = lines.length - LINES_SHOWN_MAX;
  return left > 0 ? [...lines.slice(0, LINES_SHOWN_MAX), `        … ${left} more lines`] : lines;
}

function dress(line: string, style: Style): string {
  const text = `        ${cleanLine(line)}`;
  if (line.startsWith("+")) return style.paint("green", text);
  if (line.startsWith("-")) return style.paint("red", text);
  return text;
}
