import { suggest } from "../../engine/diagnostics/suggest.ts";
import { usageError } from "../exit.ts";
import { cleanText } from "../views/clean.ts";
import type { Style } from "../views/style.ts";
import { ALL_CODES } from "../codes.ts";
import type { Answer } from "./answer.ts";

const LINE_COLUMNS = 88;

/** The text of one diagnostic code: what it means, why it matters, an example. */
export function explainCode(word: string, style: Style): Answer {
  const code = word.toUpperCase();
  const entry = ALL_CODES.find((candidate) => candidate.code === code);
  if (entry === undefined) {
    const near = suggest(
      code,
      ALL_CODES.map((candidate) => candidate.code),
    );
    throw usageError(
      `there is no code ${code}`,
      near === undefined ? "codes are VP and four digits" : `did you mean ${near}?`,
    );
  }
  const { severity, summary, explanation, example } = entry;
  const tone = severity === "error" ? "red" : "yellow";
  const text = [
    `${style.paint(["bold", tone], `${severity}[${code}]`)}: ${summary}`,
    "",
    ...wrap(explanation),
    "",
    "for example:",
    ...example.wrong.split("\n").map((line) => `  ${style.paint("red", "-")} ${line}`),
    ...example.right.split("\n").map((line) => `  ${style.paint("green", "+")} ${line}`),
    "",
  ].join("\n");
  const json = { code, severity, summary, explanation, example };
  return { subject: code, title: summary, json, text: style.color ? text : cleanText(text) };
}

/** Breaks a paragraph at blanks. */
export function wrap(text: string, columns: number = LINE_COLUMNS): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return line === "" ? lines : [...lines, line];
}
