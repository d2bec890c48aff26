import { expect, test } from "vitest";
import { load } from "../../../engine/load/load.ts";
import { loadText, problemsOf, textOf } from "./support.ts";

const tooDeep = "VP1005";

/** Threat T2: each of these once ended the whole process, beyond any catch. */
const shapes = [
  { name: "[", text: (depth: number) => "[".repeat(depth) },
  { name: "[ closed", text: (depth: number) => `a: ${"[".repeat(depth)}${"]".repeat(depth)}` },
  { name: "{a:", text: (depth: number) => "{a: ".repeat(depth) },
  { name: "{a: closed", text: (depth: number) => `${"{a: ".repeat(depth)}1${"}".repeat(depth)}` },
  { name: "-", text: (depth: number) => "- ".repeat(depth) },
  { name: "?", text: (depth: number) => "? ".repeat(depth) },
  { name: ":", text: (depth: number) => ": ".repeat(depth) },
  { name: "- ?", text: (depth: number) => "- ? ".repeat(depth) },
  { name: "- below a key", text: (depth: number) => `a:\n  ${"- ".repeat(depth)}x` },
  { name: "a: b: c:", text: (depth: number) => "a: ".repeat(depth) },
  { name: "JSON lists and maps", text: (depth: number) => '{"a":['.repeat(depth) },
  { name: "[ on lines", text: (depth: number) => "[\n".repeat(depth) },
  { name: "[ with tags and anchors", text: (depth: number) => "!a &b [".repeat(depth) },
] as const;

test.for(shapes)("T2: $name is refused at every depth, round after round", ({ text }) => {
  for (let round = 0; round < 4; round++) {
    for (const depth of [1_000, 10_000, 100_000]) {
      const [diagnostic] = loadText(text(depth)).diagnostics;
      expect(diagnostic?.code).toBe(tooDeep);
      expect(diagnostic?.source?.line).toBeGreaterThan(0);
    }
  }
});

test("T2: maps nested by indentation are refused", () => {
  const text = Array.from({ length: 1_000 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n");
  expect(problemsOf(text)).toEqual([`${tooDeep} 65:67`]);
});

test("T2: two deep documents in one file and two deep files are each refused", () => {
  const deep = `${"- ".repeat(1_000)}\n---\n${"- ".repeat(1_000)}\n---\na: 1\n`;
  const result = load([textOf(deep, "one.yaml"), textOf(deep, "two.yaml")], { cache: new Map() });
  expect(result.diagnostics.map(({ code }) => code)).toEqual(Array(4).fill(tooDeep));
  expect(result.value.map(({ value }) => value)).toEqual([{ a: 1 }, { a: 1 }]);
});

test("T2: fifty rounds of deep texts in one process end well", () => {
  for (let round = 0; round < 50; round++) {
    for (const { text } of shapes) expect(loadText(text(1_500)).diagnostics[0]?.code).toBe(tooDeep);
  }
});

const edges = [
  {
    name: "flow lists",
    text: (depth: number) => `a: ${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}`,
  },
  { name: "flow maps", text: (depth: number) => `${"{a: ".repeat(depth)}1${"}".repeat(depth)}` },
  { name: "compact lists", text: (depth: number) => `a:\n${"- ".repeat(depth - 1)}1` },
  {
    name: "indented maps",
    text: (depth: number) =>
      Array.from({ length: depth }, (_, at) => `${" ".repeat(at)}a:`).join("\n"),
  },
] as const;

test.for(edges)("T2: 64 levels of $name are read, 65 are refused", ({ text }) => {
  expect(loadText(text(64)).diagnostics).toEqual([]);
  expect(loadText(text(65)).diagnostics.map(({ code }) => code)).toEqual([tooDeep]);
});

test("T1: a bomb of aliases is refused at its first alias", () => {
  const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"];
  for (let level = 1; level <= 9; level++) {
    lines.push(
      `a${level}: &a${level} [${Array(9)
        .fill(`*a${level - 1}`)
        .join(", ")}]`,
    );
  }
  const { value, diagnostics } = loadText(lines.join("\n"));
  expect(value).toEqual([]);
  expect(diagnostics[0]).toMatchObject({ code: "VP1024", source: { line: 2 } });
});

test("T1: a cyclic alias and a bomb of merge keys are refused", () => {
  expect(problemsOf("a: &a [*a]\n")).toEqual(["VP1024 1:8"]);
  expect(problemsOf("a: &a {b: 1}\nc:\n  <<: [*a, *a]\n")).toContain("VP1023 3:3");
});
