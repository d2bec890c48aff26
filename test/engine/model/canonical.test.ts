import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalJson } from "../../../engine/model/canonical.ts";
import type { JsonObject, JsonValue } from "../../../engine/model/json.ts";

const cases: readonly { name: string; value: JsonValue; text: string }[] = [
  {
    name: "keys come in code-unit order",
    value: { b: 1, a: { d: 2, c: 3 } },
    text: '{"a":{"c":3,"d":2},"b":1}',
  },
  {
    name: "keys that look like numbers do too",
    value: { 9: 1, 10: 2, a: 3 },
    text: '{"10":2,"9":1,"a":3}',
  },
  {
    name: "so do those deep inside a list",
    value: [{ x: [{ 9: 1, 10: 2 }] }],
    text: '[{"x":[{"10":2,"9":1}]}]',
  },
  { name: "upper case comes before lower case", value: { a: 1, B: 2 }, text: '{"B":2,"a":1}' },
];

test.for(cases)("$name", ({ value, text }) => {
  expect(canonicalJson(value)).toBe(text);
});

test("members that are undefined are left out", () => {
  expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
});

test("many keys are sorted like few", () => {
  const keys = Array.from({ length: 40 }, (_, index) => `k${(index * 7) % 40}`);
  const value = Object.fromEntries(keys.map((key) => [key, 1]));
  expect(Object.keys(JSON.parse(canonicalJson(value)) as JsonObject)).toEqual([...keys].sort());
});

function reversed(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, reversed(item as JsonValue)]),
  );
}

test("equal values give equal bytes, and the bytes read back as the value", () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      const plain = JSON.parse(JSON.stringify(value)) as JsonValue;
      const text = canonicalJson(plain);
      expect(canonicalJson(reversed(plain))).toBe(text);
      expect(JSON.parse(text)).toEqual(plain);
    }),
  );
});

/** The definition, written as plainly as it can be. */
function plainCanonical(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map((item) => plainCanonical(item)).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  const parts = entries.map(
    ([key, item]) => `${JSON.stringify(key)}:${plainCanonical(item ?? null)}`,
  );
  return `{${parts.join(",")}}`;
}

test("the fast text is the text of the plain definition, whatever the keys", () => {
  const value = fc.jsonValue({ maxDepth: 5 }) as fc.Arbitrary<JsonValue>;
  const keyed = fc.dictionary(
    fc.oneof(fc.string(), fc.constantFrom("10", "9", "a", "B", "toString", "é", "")),
    value,
  ) as fc.Arbitrary<JsonValue>;
  fc.assert(
    fc.property(fc.oneof(value, keyed), (given) => {
      expect(canonicalJson(given)).toBe(plainCanonical(given));
    }),
    { numRuns: 1000 },
  );
});
