/**
 * Every string from outside passes through here before it reaches a terminal: control characters,
 * bidirectional overrides and zero-width characters become visible marks (threat T17, T18).
 */
const isHostile = (code: number): boolean =>
  code < 0x20 ||
  (code >= 0x7f && code <= 0x9f) ||
  (code >= 0x200b && code <= 0x200f) ||
  (code >= 0x2028 && code <= 0x202e) ||
  (code >= 0x2060 && code <= 0x206f) ||
  code === 0xfeff ||
  code === 0x061c ||
  code === 0x00ad;

function mark(code: number): string {
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return "␡";
  return `<U+${code.toString(16).toUpperCase().padStart(4, "0")}>`;
}

/** One line of text with nothing a terminal could obey; a tab becomes a space. */
export function cleanLine(text: string): string {
  let cleaned = "";
  let from = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (!isHostile(code)) continue;
    cleaned += text.slice(from, index) + (code === 0x09 ? " " : mark(code));
    from = index + 1;
  }
  return from === 0 ? text : cleaned + text.slice(from);
}

/** As `cleanLine`, but line feeds stay. */
export const cleanText = (text: string): string => text.split("\n").map(cleanLine).join("\n");
