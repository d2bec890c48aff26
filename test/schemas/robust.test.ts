import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import type { JsonObject, JsonValue } from "../../engine/model/json.ts";
import { isJsonObject } from "../../engine/model/json.ts";
import { validate } from "../../engine/validate/validate.ts";
import { kinds, prepareKinds } from "../../schemas/index.ts";
import { documentOf } from "../support/documents.ts";
import { exampleOf, folders } from "./support.ts";

beforeAll(() => prepareKinds());

/** The value with whatever stands at one of its places replaced. */
function withReplaced(value: JsonValue, path: readonly number[], by: JsonValue): JsonValue {
  const [step, ...rest] = path;
  if (step === undefined || typeof value !== "object" || value === null) return by;
  const keys = Object.keys(value);
  const key = keys[step % Math.max(1, keys.length)];
  if (key === undefined) return by;
  const old = (value as JsonObject)[key] ?? null;
  const item = withReplaced(old, rest, by);
  if (!isJsonObject(value)) return (value as JsonValue[]).with(Number(key), item);
  return { ...value, [key]: item };
}

test.for(folders)("a damaged %s is told, never thrown, and what passes can be used", (folder) => {
  const example = exampleOf(folder);
  const paths = fc.array(fc.nat(20), { minLength: 2, maxLength: 7 });
  fc.assert(
    fc.property(paths, fc.jsonValue({ maxDepth: 2 }), (path, by) => {
      const damaged = withReplaced(example, path, by as JsonValue);
      if (!isJsonObject(damaged)) return;
      const { value, diagnostics } = validate([documentOf(damaged)], { kinds });
      expect(value.length > 0 || diagnostics.length > 0).toBe(true);
      for (const spec of value) {
        const kind = kinds.byKey(spec.kindKey);
        expect(kind?.normalise(spec.value)).toBeDefined();
        expect(kind?.references(spec.value)).toBeDefined();
      }
    }),
    { numRuns: 60, seed: 7 },
  );
});
