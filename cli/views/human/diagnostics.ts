import type { Diagnostic, SourceRange } from "../../../engine/diagnostics/diagnostic.ts";
import { cleanLine } from "../clean.ts";
import type { Style, Tone } from "../style.ts";
import { countText } from "../units.ts";

const TONES: Readonly<Record<Diagnostic["severity"], Tone>> = {
  error: "red",
  warning: "yellow",
  note: "blue",
};

/** More than this is no longer read; the rest is counted. */
const SHOWN_MAX = 100;

/** Diagnostics as a person reads them: summary, place with its lines, why, help, more. */
export function diagnosticsText(diagnostics: readonly Diagnostic[], style: Style): string {
  if (diagnostics.length === 0) return "";
  const blocks = diagnostics.slice(0, SHOWN_MAX).map((diagnostic) => block(diagnostic, style));
  const left = diagnostics.length - SHOWN_MAX;
  if (left > 0) blocks.push(`… ${left} more\n`);
  return `${blocks.join("\n")}\n${totals(diagnostics)}\n`;
}

function totals(diagnostics: readonly Diagnostic[]): string {
  const count = (severity: string): number =>
    diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
  const parts = [
    [count("error"), "error"],
    [count("warning"), "warning"],
    [count("note"), "note"],
  ] as const;
  return parts
    .filter(([number]) => number > 0)
    .map(([number, word]) => countText(number, word))
    .join(", ");
}

function block(diagnostic: Diagnostic, style: Style): string {
  const { severity, code, summary, address } = diagnostic;
  const head = style.paint(["bold", TONES[severity]], `${severity}[${code}]`);
  const subject = address === undefined ? "" : `: ${cleanLine(address)}`;
  const lines = [`${head}: ${cleanLine(summary)}${subject}`];
  const place = placeText(diagnostic.source);
  if (place !== undefined) lines.push(`  ${style.paint("cyan", place)}`);
  if (diagnostic.snippet !== undefined) {
    for (const line of diagnostic.snippet.split("\n")) lines.push(`  ${cleanLine(line)}`);
  }
  lines.push(`  why:  ${cleanLine(diagnostic.detail)}`);
  for (const { message, source } of diagnostic.related ?? []) {
    lines.push(`  also: ${cleanLine(message)} (${placeText(source) ?? cleanLine(source.path)})`);
  }
  for (const help of diagnostic.help) lines.push(`  help: ${cleanLine(help)}`);
  if (severity === "error") lines.push(style.paint("dim", `  more: vpac explain ${code}`));
  return `${lines.join("\n")}\n`;
}

/** `file:line:column`, as editors open it. */
function placeText(source: SourceRange | undefined): string | undefined {
  if (source === undefined) return undefined;
  const path = cleanLine(source.path);
  if (source.line === undefined) return path;
  return `${path}:${source.line}:${source.column ?? 1}`;
}
