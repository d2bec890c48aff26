import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson } from "../../../../engine/model/canonical.ts";
import type { JsonValue } from "../../../../engine/model/json.ts";
import { Numbering } from "../../../../engine/place/classes/numbering.ts";

/** The same value with the members of all its objects the other way round. */
function reversed(value: JsonValue): JsonValue {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item: JsonValue) => reversed(item));
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, item]) => [key, reversed(item as JsonValue)]),
  );
}

/** Few names and values, so that many objects have the same parts in other places. */
const anyObject = fc
  .object({
    key: fc.constantFrom("a", "b", "c,", "}"),
    values: [fc.constantFrom(0, 1, "x", "1,2", "{", null)],
    maxDepth: 3,
  })
  .map((value) => value as { readonly [key: string]: JsonValue });

describe("numbers of objects", () => {
  test("are equal where the objects are, in whatever order their members come", () => {
    fc.assert(
      fc.property(fc.array(anyObject, { minLength: 2, maxLength: 12 }), (values) => {
        const numbers = new Numbering();
        const known = new Map<string, number>();
        for (const value of values.flatMap((each) => [each, reversed(each) as object])) {
          const text = canonicalJson(value as JsonValue);
          const number = numbers.of(value);
          expect(number).toBe(known.get(text) ?? known.size);
          known.set(text, number);
        }
      }),
    );
  });

  test("tell parts in other places apart", () => {
    const numbers = new Numbering();
    const one = { a: { x: 1 }, b: { y: 2 } };
    const other = { a: { y: 2 }, b: { x: 1 } };
    expect([numbers.of(one), numbers.of(other), numbers.of({ ...one })]).toEqual([0, 1, 0]);
  });
});
