import { parseSync } from "rolldown/utils";
import { expect, test } from "vitest";
import { productSources, type Source } from "../support/sources.ts";

const codeLinesMax = 300;
const functionLinesMax = 70;
const columnsMax = 100;

interface Part {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

function isPart(value: unknown): value is Part {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}

function functionsIn(value: unknown): readonly Part[] {
  if (typeof value !== "object" || value === null) return [];
  const inside = Object.values(value).flatMap(functionsIn);
  const own = isPart(value) && /Function(Declaration|Expression)$/.test(value.type);
  return own ? [value, ...inside] : inside;
}

/** Lines that hold code: neither blank nor only a comment. */
function codeLines(text: string): number {
  const withoutBlocks = text.replaceAll(/^\s*\/\*[\s\S]*?\*\//gm, "");
  return withoutBlocks.split("\n").filter((line) => !/^\s*(\/\/.*)?$/.test(line)).length;
}

function longFiles({ path, text }: Source): readonly string[] {
  const lines = codeLines(text);
  return lines > codeLinesMax
    ? [`${path}: ${lines} code lines: move one concept to its own file`]
    : [];
}

function longFunctions({ path, text }: Source): readonly string[] {
  const { program } = parseSync(path, text);
  return functionsIn(program)
    .map(({ start, end }) => ({ start, lines: codeLines(text.slice(start, end)) }))
    .filter(({ lines }) => lines > functionLinesMax)
    .map(({ start, lines }) => {
      const line = text.slice(0, start).split("\n").length;
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

const files = productSources();

test(`no file has more than ${codeLinesMax} code lines`, () => {
  expect(files.flatMap(longFiles)).toEqual([]);
});

test(`no function has more than ${functionLinesMax} lines`, () => {
  expect(files.flatMap(longFunctions)).toEqual([]);
});

test(`no line has more than ${columnsMax} columns`, () => {
  expect(files.flatMap(longLines)).toEqual([]);
});

test("the measures count code and not comments", () => {
  const body = "  call();\n".repeat(80);
  const text = `/**\n * Why.\n */\n// more\n\nexport const f = (): void => {\n${body}};\n`;
  expect(codeLines(text)).toBe(82);
  expect(longFunctions({ path: "x.ts", text })).toEqual([
    "x.ts:6: function of 82 lines: push its loops down into leaf functions",
  ]);
});
