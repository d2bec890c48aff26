import type { Style } from "./style.ts";

/** A bar of `cells` cells, filled to the nearest cell; over 100 % stays full. */
export function bar(percent: number, cells: number, style: Style): string {
  const filled = Math.max(0, Math.min(cells, Math.round((percent * cells) / 100)));
  const rich = "█".repeat(filled) + "░".repeat(cells - filled);
  const plain = `[${"#".repeat(filled)}${".".repeat(cells - filled)}]`;
  const text = style.glyph(rich, plain);
  if (percent >= 90) return style.paint("red", text);
  if (percent >= 80) return style.paint("yellow", text);
  return style.paint("green", text);
}

/** One square per host with its number: how warm it is, or that it takes no part. */
export function heat(percent: number, connection: string, style: Style): string {
  if (connection !== "connected") return style.glyph("⬜", "-");
  if (percent >= 90) return style.glyph("🟥", "hot");
  if (percent >= 80) return style.glyph("🟧", "warm");
  return percent >= 60 ? style.glyph("🟨", "mild") : style.glyph("🟩", "cool");
}
