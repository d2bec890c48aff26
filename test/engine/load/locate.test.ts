import { expect, test } from "vitest";
import { load } from "../../../engine/load/load.ts";
import { locate } from "../../../engine/load/locate.ts";
import { loadText, locatedAt, textOf } from "./support.ts";

const text = `# head
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: "nginx"
      args: [a, {b: c}]
  empty:
`;

const places = [
  { name: "a value", pointer: "/spec/containers/0/image", want: [9, 14, 9, 21] },
  { name: "a key", pointer: "/spec/containers/0/image", target: "key", want: [9, 7, 9, 12] },
  {
    name: "a value inside flow collections",
    pointer: "/spec/containers/0/args/1/b",
    want: [10, 21, 10, 22],
  },
  { name: "a missing key: the nearest key above", pointer: "/spec/nothing", want: [6, 1, 6, 5] },
  {
    name: "a missing key deep down: the nearest key above",
    pointer: "/spec/a/b/c",
    want: [6, 1, 6, 5],
  },
  {
    name: "a missing key of a list item: the item's first key",
    pointer: "/spec/containers/0/ports",
    want: [8, 7, 8, 11],
  },
  {
    name: "a missing list item: the key of the list",
    pointer: "/spec/containers/7",
    want: [7, 3, 7, 13],
  },
  { name: "an empty value: its key", pointer: "/spec/empty", want: [11, 3, 11, 8] },
  { name: "the document: its first key", pointer: "", want: [2, 1, 2, 11] },
  { name: "a missing key of the document: its first key", pointer: "/status", want: [2, 1, 2, 11] },
] as const;

test.for(places)("it marks $name", ({ pointer, want, ...rest }) => {
  const { source } = locatedAt(text, pointer, "target" in rest ? { target: rest.target } : {});
  expect([source?.line, source?.column, source?.endLine, source?.endColumn]).toEqual(want);
});

test("it finds items of lists, and documents behind lists and empty documents", () => {
  const many =
    "---\n# nothing\n---\nkind: List\nitems:\n- kind: A\n- kind: B\n  x: 1\n---\nkind: C\ny: 2\n";
  expect(loadText(many).value.map(({ source }) => source.index)).toEqual([0, 1, 2]);
  expect(locatedAt(many, "/x", { document: 1 }).source).toMatchObject({ line: 8, column: 6 });
  expect(locatedAt(many, "/z", { document: 1 }).source).toMatchObject({ line: 7, column: 3 });
  expect(locatedAt(many, "/y", { document: 2 }).source).toMatchObject({ line: 11, column: 4 });
});

test("pointers with ~ and / in their keys are found", () => {
  const escaped = 'metadata:\n  annotations:\n    "vpac.dev/a~b": x\n';
  const { source } = locatedAt(escaped, "/metadata/annotations/vpac.dev~1a~0b", { target: "key" });
  expect(source).toMatchObject({ line: 3, column: 5, endColumn: 19 });
});

test("edits and related places are located too", () => {
  const [located] = locate(
    [
      {
        severity: "error",
        code: "VP1500",
        summary: "made for a test",
        detail: "Made for a test.",
        help: [],
        source: { path: "web.yaml", document: 0, pointer: "/kind" },
        related: [{ message: "here", source: { path: "web.yaml", document: 0, pointer: "/spec" } }],
        fixes: [{ description: "name it", edits: [{ path: "/metadata/name", to: "x" }] }],
      },
    ],
    [textOf(text)],
  );
  expect(located?.related?.[0]?.source).toMatchObject({ line: 7, column: 3 });
  expect(located?.fixes?.[0]?.edits[0]).toMatchObject({ file: "web.yaml", line: 5, column: 9 });
});

test("diagnostics of unknown files and documents pass unchanged and in order", () => {
  const made = (path: string, document: number) =>
    ({
      severity: "error",
      code: "VP1500",
      summary: "made for a test",
      detail: path,
      help: [],
      source: { path, document, pointer: "/a" },
    }) as const;
  const given = [made("other.yaml", 0), made("web.yaml", 9)];
  expect(locate(given, [textOf(text)])).toEqual(given);
});

test("a code frame shows the lines around, with the range underlined", () => {
  expect(locatedAt(text, "/spec/containers/0/image").snippet).toBe(
    [
      "   7 |   containers:",
      "   8 |     - name: web",
      '>  9 |       image: "nginx"',
      "     |              ^~~~~~~",
      "  10 |       args: [a, {b: c}]",
    ].join("\n"),
  );
});

test("a code frame keeps to its document", () => {
  const { snippet } = locatedAt("a: 1\n---\nb: 2\n---\nc: 3\n", "/b", { document: 1 });
  expect(snippet).toBe(["  2 | ---", "> 3 | b: 2", "    |    ^"].join("\n"));
});

test("T17, T18: a code frame shows control, bidi and zero-width characters as escapes", () => {
  const { snippet } = locatedAt('a: "\u202eb\u200bc" # \u0085\n', "/a");
  expect(snippet).toBe(
    ['> 1 | a: "\\u202eb\\u200bc" # \\x85', `    |    ^${"~".repeat(15)}`].join("\n"),
  );
  const [control] = locate(loadText("a: \u001b[2J\n").diagnostics, [textOf("a: \u001b[2J\n")]);
  expect(control?.snippet).toBe(["> 1 | a: \\x1b[2J", "    |    ^~~~"].join("\n"));
});

test("a code frame counts wide characters as two cells and marks as none", () => {
  const { snippet } = locatedAt("{日本: e\u0301x, b: 1}\n", "/b");
  expect(snippet?.split("\n")[1]).toBe(
    `    | ${" ".repeat("{".length + 4 + ": ".length + 2 + ", b: ".length)}^`,
  );
});

test("a long line is cut to a window around the mark", () => {
  const { snippet } = locatedAt(`{a: ${"x".repeat(500)}, b: here, c: ${"y".repeat(500)}}\n`, "/b");
  const [line = "", mark = ""] = snippet?.split("\n") ?? [];
  expect(line.length).toBeLessThan(120);
  expect(line).toMatch(/\.\.\.x+, b: here, c: y+\.\.\.$/);
  expect(mark.indexOf("^")).toBe(line.indexOf("here"));
  expect(mark.trimEnd().endsWith("^~~~")).toBe(true);
});

test("every problem of a text that is found while loading gets a frame", () => {
  const texts = ["a: [", "a: 1\na: 2", "\tx: 1", "a\0", "- a", 'a: "', "%X\n---\n", "a: *b"].map(
    (each, at) => textOf(each, `${at}.yaml`),
  );
  const { diagnostics } = load(texts, { cache: new Map() });
  expect(new Set(diagnostics.map(({ source }) => source?.path)).size).toBe(texts.length);
  for (const diagnostic of locate(diagnostics, texts))
    expect(diagnostic.snippet).toMatch(/^> +\d+ \|/m);
});

test("of a flood the errors get frames first, the rest the start of their documents", () => {
  const flood = Array.from(
    { length: 1_500 },
    (_, at) => `# ${at}\n---\n  kind: A\n  b: ${at}\n`,
  ).join("");
  const given = Array.from({ length: 1_500 }, (_, document) => ({
    severity: document < 750 ? ("warning" as const) : ("error" as const),
    code: "VP1500" as const,
    summary: "made for a test",
    detail: "Made for a test.",
    help: [],
    source: { path: "web.yaml", document, pointer: "/b" },
  }));
  const located = locate(given, [textOf(flood)]);
  const placed = located.map(({ source, snippet }) => [
    source?.line,
    source?.column,
    snippet !== undefined,
  ]);
  expect(placed[0]).toEqual([4, 6, true]);
  expect(placed[249]).toEqual([249 * 4 + 4, 6, true]);
  expect(placed[250]).toEqual([250 * 4 + 3, 3, false]);
  expect(placed[1_499]).toEqual([1_499 * 4 + 4, 6, true]);
});
