import { expect, test } from "vitest";
import { loadText, problemsOf, valuesOf } from "./support.ts";

test("only the first 100 problems of a file are told, then how many are left", () => {
  const text = Array.from({ length: 150 }, (_, index) => `a: ${index}`).join("\n");
  const { diagnostics } = loadText(text);
  expect(diagnostics).toHaveLength(101);
  expect(diagnostics.at(-1)).toMatchObject({ code: "VP1007", severity: "note" });
  expect(diagnostics.at(-1)?.detail).toContain("49 further problems");
});

test("after too many broken documents the rest of the file is not read", () => {
  const { diagnostics } = loadText("- a\n---\n".repeat(300));
  expect(diagnostics.at(-1)?.detail).toContain("199 documents of it were not read");
});

test("T3: a document beyond 1 MiB is refused and the next one is read", () => {
  const text = `a: ${"x".repeat(1024 * 1024)}\n---\nb: 1\n`;
  expect(problemsOf(text)).toEqual(["VP1003 1:1"]);
  expect(valuesOf(text)).toEqual([{ b: 1 }]);
});

test("T3: the limit of a document counts bytes, not characters", () => {
  const limits = { documentBytesMax: 30 };
  expect(loadText(`a: ${"é".repeat(13)}`, { limits }).diagnostics).toEqual([]);
  expect(loadText(`a: ${"é".repeat(14)}`, { limits }).diagnostics[0]?.code).toBe("VP1003");
  expect(loadText(`a: ${"😀".repeat(6)}`, { limits }).diagnostics).toEqual([]);
  expect(loadText(`a: ${"😀".repeat(7)}`, { limits }).diagnostics[0]?.code).toBe("VP1003");
});

test("T3: too many values are refused", () => {
  const limits = { nodesMax: 10 };
  expect(loadText("a: [1, 2, 3, 4, 5, 6]\n", { limits }).diagnostics).toEqual([]);
  expect(loadText("a: [1, 2, 3, 4, 5, 6, 7, 8, 9]\n", { limits }).diagnostics[0]?.code).toBe(
    "VP1006",
  );
});

test("T3: too many documents are refused, the first ones are read", () => {
  const result = loadText("a: 1\n---\n".repeat(5), { limits: { documentsMax: 3 } });
  expect(result.value).toHaveLength(3);
  expect(result.diagnostics.map(({ code, source }) => [code, source?.line])).toEqual([
    ["VP1004", 6],
  ]);
});

test("details quote only the start of long texts", () => {
  const long = "x".repeat(10_000);
  const texts = [
    `a: !${long} 1`,
    `a: *${long}`,
    `${long.slice(0, 900)}: 1\n${long.slice(0, 900)}: 2`,
    `a: |${long}`,
    long,
  ];
  for (const text of texts) {
    const [diagnostic] = loadText(text).diagnostics;
    expect(diagnostic?.detail.length).toBeLessThan(250);
  }
});
