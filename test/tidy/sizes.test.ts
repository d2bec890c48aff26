import { parseSync } from "rolldown/utils";
import { expect, test } from "vitest";
import { allSources, productSources, type Source } from "../support/sources.ts";

const fileLinesMax = 300;
const functionLinesMax = 70;
const columnsMax = 100;

interface Part {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

interface Call extends Part {
  readonly callee: unknown;
  readonly arguments: readonly unknown[];
}

function isPart(value: unknown): value is Part {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}

const isCall = (value: unknown): value is Call =>
  isPart(value) && value.type === "CallExpression" && "callee" in value;

/** True for `describe(...)`, `describe.skipIf(...)(...)` and the like: a chapter, no function. */
function isChapter(call: Call, text: string): boolean {
  const { callee } = call;
  return isPart(callee) && text.slice(callee.start, callee.end).startsWith("describe");
}

function functionsIn(value: unknown, text: string): readonly Part[] {
  if (typeof value !== "object" || value === null) return [];
  const chapters = isCall(value) && isChapter(value, text) ? value.arguments : [];
  const inside = Object.values(value).flatMap((part) => functionsIn(part, text));
  const own = isPart(value) && /Function(Declaration|Expression)$/.test(value.type);
  const all = own ? [value, ...inside] : inside;
  return all.filter((part) => !chapters.includes(part));
}

const linesOf = (text: string): number => text.trimEnd().split("\n").length;

function longFiles({ path, text }: Source): readonly string[] {
  const lines = linesOf(text);
  return lines > fileLinesMax ? [`${path}: ${lines} lines: move one concept to its own file`] : [];
}

function longFunctions({ path, text }: Source): readonly string[] {
  const { program } = parseSync(path, text);
  return functionsIn(program, text)
    .map(({ start, end }) => ({ start, lines: linesOf(text.slice(start, end)) }))
    .filter(({ lines }) => lines > functionLinesMax)
    .map(({ start, lines }) => {
      const line = linesOf(text.slice(0, start + 1));
      return `${path}:${line}: function of ${lines} lines: push its loops down into leaf functions`;
    });
}

function longLines({ path, text }: Source): readonly string[] {
  return text.split("\n").flatMap((line, index) => {
    return line.length > columnsMax
      ? [`${path}:${index + 1}: ${line.length} columns: break it`]
      : [];
  });
}

test(`no file has more than ${fileLinesMax} lines, comments and tests included`, () => {
  const files = allSources();
  expect(files.length).toBeGreaterThan(1000);
  expect(files.flatMap(longFiles)).toEqual([]);
});

test(`no function has more than ${functionLinesMax} lines, comments and tests included`, () => {
  expect(allSources().flatMap(longFunctions)).toEqual([]);
});

test(`no line of the product has more than ${columnsMax} columns`, () => {
  expect(productSources().flatMap(longLines)).toEqual([]);
});

test("the measures count every line, and pass over chapters of tests alone", () => {
  const body = "  call();\n".repeat(40) + "\n// why\n".repeat(20);
  const text = `\nexport const f = (): void => {\n${body}};\n`;
  const told = "x.ts:2: function of 82 lines: push its loops down into leaf functions";
  expect(longFunctions({ path: "x.ts", text })).toEqual([told]);
  const chapter = (callee: string): string => `\n${callee}("a", () => {\n${body}});\n`;
  expect(longFunctions({ path: "x.ts", text: chapter("describe.skipIf(true)") })).toEqual([]);
  expect(longFunctions({ path: "x.ts", text: chapter("test") })).toEqual([told]);
  expect(longFiles({ path: "x.ts", text: "// why\n\n".repeat(150) + "call();\n" })).toEqual([
    "x.ts: 301 lines: move one concept to its own file",
  ]);
});
