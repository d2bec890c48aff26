import { expect, test } from "vitest";
import { load } from "../../../engine/load/load.ts";
import { loadText, problemsOf, textOf, valuesOf } from "./support.ts";

const readable = [
  { name: "an empty text has no documents", given: "", want: [] },
  { name: "blank lines and comments are no document", given: "\n# a\n---\n# b\n---\n", want: [] },
  { name: "a null document is skipped", given: "---\n~\n---\na: 1\n", want: [{ a: 1 }] },
  {
    name: "documents are separated by ---",
    given: "a: 1\n---\nb: 2\n",
    want: [{ a: 1 }, { b: 2 }],
  },
  {
    name: "documents are ended by ...",
    given: "a: 1\n...\nb: 2\n...\n",
    want: [{ a: 1 }, { b: 2 }],
  },
  { name: "a document may start on its marker line", given: "--- {a: 1}\n", want: [{ a: 1 }] },
  {
    name: "CRLF line ends are line ends",
    given: "a: 1\r\n---\r\nb: x\r\n",
    want: [{ a: 1 }, { b: "x" }],
  },
  { name: "a byte order mark is skipped", given: "\ufeffa: 1\n", want: [{ a: 1 }] },
  {
    name: "JSON is read",
    given: '{"a": {"b": [1, true, null, "x"]}}',
    want: [{ a: { b: [1, true, null, "x"] } }],
  },
  { name: "tabs may separate but not indent", given: "a:\t1\n", want: [{ a: 1 }] },
  {
    name: "keys are always text",
    given: "1: a\ntrue: b\nnull: c\n",
    want: [{ 1: "a", true: "b", null: "c" }],
  },
  { name: "negative zero becomes zero", given: "a: -0\nb: -0.0\n", want: [{ a: 0, b: 0 }] },
  {
    name: "the largest safe integers are kept",
    given: "a: 9007199254740991\nb: -9007199254740991\n",
    want: [{ a: 9007199254740991, b: -9007199254740991 }],
  },
  {
    name: "times and quantities stay text",
    given: "a: 12:30:45\nb: 16Gi\nc: 2026-01-01\n",
    want: [{ a: "12:30:45", b: "16Gi", c: "2026-01-01" }],
  },
  {
    name: "templates are plain text",
    given: 'a: "${HOME} {{ x }} %{y}"\n',
    want: [{ a: "${HOME} {{ x }} %{y}" }],
  },
  {
    name: "tags of plain data are honoured",
    given: "a: !!str 1\nb: !!int '2'\n",
    want: [{ a: "1", b: 2 }],
  },
  {
    name: "a marker inside a block scalar is text when indented",
    given: "a: |\n  ---\n  x\n",
    want: [{ a: "---\nx\n" }],
  },
  {
    name: "the items of a List are documents",
    given: "kind: List\nitems:\n- kind: A\n- kind: B\n",
    want: [{ kind: "A" }, { kind: "B" }],
  },
  {
    name: "a list inside a List is flattened too",
    given: "kind: List\nitems:\n- kind: List\n  items:\n  - kind: A\n",
    want: [{ kind: "A" }],
  },
  { name: "an empty List has no documents", given: "kind: List\nitems: []\n", want: [] },
  {
    name: "items of a typed list get its kind",
    given: "apiVersion: v1\nkind: PodList\nitems:\n- metadata: {name: x}\n",
    want: [{ apiVersion: "v1", kind: "Pod", metadata: { name: "x" } }],
  },
  {
    name: "a kind that ends in List without items is an ordinary document",
    given: "kind: PriceList\n",
    want: [{ kind: "PriceList" }],
  },
] as const;

test.for(readable)("$name", ({ given, want }) => {
  const { value, diagnostics } = loadText(given);
  expect(diagnostics).toEqual([]);
  expect(value.map((document) => document.value)).toEqual(want);
});

const broken = [
  {
    name: "an open quote is marked where it opens",
    given: 'a: 1\nb: "x\nc: 2\n',
    want: ["VP1010 2:4"],
  },
  {
    name: "an open bracket is marked where it opens",
    given: "a: [1, [2], {\n",
    want: ["VP1010 1:13"],
  },
  { name: "two colons in a line are an error", given: "a: b: c\n", want: ["VP1010 1:4"] },
  {
    name: "text after the end of a document is an error",
    given: "a: 1\n... b\n",
    want: ["VP1010 2:5"],
  },
  { name: "a tab that indents is an error", given: "a:\n\tb: 1\n", want: ["VP1011 2:1"] },
  {
    name: "an indentation that fits nothing is an error",
    given: "a:\n  b: 1\n c: 2\n",
    want: ["VP1012 3:1"],
  },
  {
    name: "a key given twice is an error at the second",
    given: "a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n",
    want: ["VP1020 5:3"],
  },
  {
    name: "every repeated key is told",
    given: "a: 1\na: 2\na: 3\n",
    want: ["VP1020 2:1", "VP1020 3:1"],
  },
  { name: "equal keys in other quotes are equal", given: "a: 1\n'a': 2\n", want: ["VP1020 2:1"] },
  {
    name: "T4: the keys that reach a prototype are refused",
    given: "__proto__: 1\na:\n  constructor: {prototype: 1}\n",
    want: ["VP1021 1:1", "VP1021 3:3"],
  },
  { name: "a list cannot be a key", given: "? [a]\n: 1\n", want: ["VP1022 1:3"] },
  { name: "merge keys are refused", given: "a:\n  <<: {b: 1}\n", want: ["VP1023 2:3"] },
  { name: "aliases are refused", given: "a: &x 1\nb: *x\n", want: ["VP1024 2:4"] },
  { name: "an alias of nothing is refused", given: "b: *x\n", want: ["VP1024 1:4"] },
  {
    name: "tags of a program are refused",
    given: "a: !!binary aGk=\nb: 1\n",
    want: ["VP1025 1:4"],
  },
  { name: "a tag on a map is refused", given: "a: !foo {b: 1}\n", want: ["VP1025 1:4"] },
  {
    name: "directives are refused",
    given: "%YAML 1.1\n---\na: no\n",
    want: ["VP1026 1:1", "VP1041 3:4"],
  },
  {
    name: "T5: integers beyond 2^53 are refused",
    given: "a: 9007199254740993\n",
    want: ["VP1030 1:4"],
  },
  {
    name: "T5: a number beyond all floats is refused",
    given: "a: 1e999\nb: -1e999\n",
    want: ["VP1030 1:4", "VP1030 2:4"],
  },
  {
    name: "T5: infinity and NaN are refused",
    given: "a: .inf\nb: -.INF\nc: .nan\n",
    want: ["VP1031 1:4", "VP1031 2:4", "VP1031 3:4"],
  },
  { name: "half a surrogate pair is refused", given: 'a: "\\ud800"\n', want: ["VP1032 1:4"] },
  { name: "octal-looking numbers are warned of", given: "mode: 0644\n", want: ["VP1040 1:7"] },
  {
    name: "bare yes, no, on and off are warned of",
    given: "a: yes\nb: 'no'\nc: off\n",
    want: ["VP1041 1:4", "VP1041 3:4"],
  },
  { name: "a list is no document", given: "- a\n", want: ["VP1050 1:1"] },
  { name: "a text is no document", given: "hello\n", want: ["VP1050 1:1"] },
  {
    name: "an item of a List must be a map",
    given: "kind: List\nitems:\n- a\n",
    want: ["VP1051 3:3"],
  },
  { name: "a NUL means that the file is not text", given: "a: 1\nb\0: 2\n", want: ["VP1001 2:2"] },
  { name: "T17: escape characters are refused", given: "a: \u001b[2J\n", want: ["VP1002 1:4"] },
  {
    name: "a byte order mark inside the text is refused",
    given: "a: 1\n---\n\ufeffb: 1\n",
    want: ["VP1002 3:1"],
  },
] as const;

test.for(broken)("$name", ({ given, want }) => {
  expect(problemsOf(given)).toEqual(want);
});

test("a broken document hides neither its neighbours nor other files", () => {
  const result = load(
    [
      textOf("a: 1\n---\nb: [\n---\nc: 3\n", "one.yaml"),
      textOf("d: 4\nd: 5\n---\ne: 6\n", "two.yaml"),
    ],
    { cache: new Map() },
  );
  expect(result.value.map(({ source, value }) => [source.path, source.index, value])).toEqual([
    ["one.yaml", 0, { a: 1 }],
    ["one.yaml", 2, { c: 3 }],
    ["two.yaml", 1, { e: 6 }],
  ]);
  expect(result.diagnostics.map(({ code, source }) => [code, source?.path])).toEqual([
    ["VP1010", "one.yaml"],
    ["VP1020", "two.yaml"],
  ]);
});

test("a document knows where it stands", () => {
  const text = "# head\n---\n  a: 1\n---\nkind: List\nitems:\n  - kind: A\n";
  const places = loadText(text).value.map(({ source }) => {
    const { index, line, column, startOffset, endOffset } = source;
    return { index, line, column, text: text.slice(startOffset, endOffset) };
  });
  expect(places).toEqual([
    { index: 0, line: 3, column: 3, text: "---\n  a: 1\n" },
    { index: 1, line: 7, column: 5, text: "---\nkind: List\nitems:\n  - kind: A\n" },
  ]);
});

test("a duplicate key shows where the first one is", () => {
  const [diagnostic] = loadText("a: 1\nb: 2\na: 3\n").diagnostics;
  expect(diagnostic?.related?.[0]?.source).toMatchObject({ line: 1, column: 1, endColumn: 2 });
});

test("row N11: documents of a read-only text are read-only", () => {
  const text = { ...textOf("a: 1\n"), readOnly: true };
  expect(load([text], { cache: new Map() }).value[0]?.readOnly).toBe(true);
});

test("a warned document is still a document", () => {
  expect(valuesOf("mode: 010\n")).toEqual([{ mode: 10 }]);
});

test("a text without diagnostics is kept, and the kept form gives the same documents", () => {
  const texts = [textOf("a: 1\n---\nkind: List\nitems: [{b: 2}, {c: -0}]\n")];
  const first = load(texts, { cache: new Map() });
  const cache = new Map(JSON.parse(JSON.stringify([...first.fresh])) as typeof first.fresh);
  const second = load(texts, { cache });
  expect(first.fresh.size).toBe(1);
  expect(second.fresh.size).toBe(0);
  expect(second.value).toEqual(first.value);
});

test("a kept text takes the path and the mark of the text it is asked for", () => {
  const first = load([textOf("a: 1\n")], { cache: new Map() });
  const moved = { ...textOf("a: 1\n"), path: "moved.yaml", readOnly: true };
  const [document] = load([moved], { cache: first.fresh }).value;
  expect(document).toMatchObject({ source: { path: "moved.yaml" }, readOnly: true });
});

test.for(["a: 010\n", "a: 1\na: 2\n", "- a\n", "a: [\n"])(
  "%j has a diagnostic and is not kept",
  (text) => {
    expect(loadText(text).fresh.size).toBe(0);
  },
);
