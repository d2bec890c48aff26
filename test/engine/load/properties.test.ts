import fc from "fast-check";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { load } from "../../../engine/load/load.ts";
import { locate } from "../../../engine/load/locate.ts";
import { outline } from "../../../engine/load/outline.ts";
import { loadText, textOf } from "./support.ts";

/** The words of YAML, so that random texts are close to documents. */
const tokens = [
  "a",
  "b",
  "kind",
  "List",
  "items",
  "1",
  "010",
  "yes",
  "~",
  ".nan",
  "9007199254740993",
  "'x'",
  '"y"',
  '"',
  "'",
  ": ",
  ":",
  "- ",
  "-",
  "? ",
  "[",
  "]",
  "{",
  "}",
  ", ",
  "|",
  ">",
  "|-\n",
  "&a ",
  "*a",
  "!t ",
  "!!str ",
  "<<",
  "__proto__",
  "# c",
  "\n",
  "\n  ",
  "\n    ",
  "\n- ",
  "\n---\n",
  "\n...\n",
  "--- ",
  "%YAML 1.1\n",
  "\t",
  "\r\n",
  " ",
  "  ",
  "\\",
  "\u0085",
  "\u2028",
  "\ufeff",
  "\0",
  "\u001b",
  "é",
  "日",
  "😀",
  "\ud800",
];
const text = fc.array(fc.constantFrom(...tokens), { maxLength: 60 }).map((parts) => parts.join(""));

test("any text loads or is refused with typed, placed diagnostics", () => {
  fc.assert(
    fc.property(text, (given) => {
      const { value, diagnostics, fresh } = loadText(given);
      for (const { code, source, detail } of diagnostics) {
        expect(code).toMatch(/^VP1[0-3]\d\d$/);
        expect(detail).not.toBe("");
        expect(source?.line).toBeGreaterThan(0);
        expect(source?.column).toBeGreaterThan(0);
        expect(source?.endLine).toBeGreaterThanOrEqual(source?.line ?? 0);
      }
      for (const document of value) {
        expect(document.source.line).toBeGreaterThan(0);
        expect(JSON.parse(JSON.stringify(document.value))).toEqual(document.value);
      }
      expect(fresh.size).toBe(diagnostics.length === 0 ? 1 : 0);
    }),
    { numRuns: 1_500 },
  );
});

test("T4: no text changes what plain objects are", () => {
  fc.assert(
    fc.property(text, (given) => {
      loadText(given);
      expect(({} as { x?: unknown }).x).toBeUndefined();
      expect(Object.keys(Object.prototype)).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test("every document that is read can be located, and every diagnostic stays", () => {
  fc.assert(
    fc.property(text, (given) => {
      const { value, diagnostics } = loadText(given);
      const wanted = value.map(({ source }) => ({
        severity: "error" as const,
        code: "VP1500" as const,
        summary: "made for a test",
        detail: "Made for a test.",
        help: [],
        source: { path: source.path, document: source.index, pointer: "" },
      }));
      const located = locate([...diagnostics, ...wanted], [textOf(given)]);
      expect(located).toHaveLength(diagnostics.length + wanted.length);
      for (const [index, document] of value.entries()) {
        const source = located[diagnostics.length + index]?.source;
        expect([source?.line, source?.column]).toEqual([
          document.source.line,
          document.source.column,
        ]);
      }
    }),
    { numRuns: 700 },
  );
});

const json = fc
  .jsonValue({ maxDepth: 5 })
  .filter((value) => !/__proto__|constructor|prototype|\\ud[89a-f]/.test(JSON.stringify(value)));

test("any JSON object is read as JSON reads it", () => {
  fc.assert(
    fc.property(
      fc.dictionary(
        fc
          .string()
          .filter((key) => !["__proto__", "constructor", "prototype", "kind"].includes(key)),
        json,
      ),
      (value) => {
        const written = JSON.stringify(value);
        fc.pre(!/\p{Cc}|[\ufeff\ufffe\uffff]|e\+?\d{2,}|\d{16,}/u.test(written));
        expect(loadText(written).value.map((document) => document.value)).toEqual([
          JSON.parse(written),
        ]);
      },
    ),
    { numRuns: 300 },
  );
});

test("texts are cut where the parser itself would start a new document", () => {
  const plain = fc
    .array(
      fc.constantFrom(
        "a: 1",
        "b: |",
        "  ---",
        "---",
        "...",
        "--- # c",
        '"x',
        "- y",
        "# z",
        "",
        " - q",
        "---x",
        "...y",
        "[",
        "]",
      ),
      { maxLength: 14 },
    )
    .map((lines) => `${lines.join("\n")}\n`);
  fc.assert(
    fc.property(plain, (given) => {
      const whole = parseAllDocuments(given, {
        prettyErrors: false,
        logLevel: "silent",
        uniqueKeys: false,
      });
      const documents = "empty" in whole ? [] : whole;
      fc.pre(documents.every((document) => document.errors.length === 0));
      const values = documents
        .map((document) => document.toJS() as unknown)
        .filter((value) => value !== null);
      const chunks = outline(given, 100).flatMap((chunk) =>
        parseAllDocuments(given.slice(chunk.start, chunk.end)),
      );
      expect(
        chunks.map((document) => document.toJS() as unknown).filter((value) => value !== null),
      ).toEqual(values);
    }),
    { numRuns: 1_000 },
  );
});

test("the order of the texts does not change what is read of each", () => {
  fc.assert(
    fc.property(fc.array(text, { maxLength: 4 }), (given) => {
      const texts = given.map((each, at) => textOf(each, `${at}.yaml`));
      const forward = load(texts, { cache: new Map() });
      const backward = load(texts.toReversed(), { cache: new Map() });
      const byPath = (
        left: { source?: { path: string } | undefined },
        right: typeof left,
      ): number => ((left.source?.path ?? "") < (right.source?.path ?? "") ? -1 : 1);
      expect(backward.value.toSorted(byPath).length).toBe(forward.value.length);
      for (const { path } of texts) {
        const of = (result: typeof forward): unknown => [
          result.value.filter(({ source }) => source.path === path),
          result.diagnostics.filter(({ source }) => source?.path === path),
        ];
        expect(of(backward)).toEqual(of(forward));
      }
    }),
    { numRuns: 100 },
  );
});
