import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { comparer, isSame, worstTiming } from "../../../engine/diff/structural.ts";
import type { FieldChange } from "../../../engine/model/change.ts";
import type { ChangeRules } from "../../../engine/model/desired.ts";
import type { JsonObject, JsonValue } from "../../../engine/model/json.ts";
import { pointerKeys } from "../../../engine/model/json.ts";

const RULES: ChangeRules = {
  timing: [
    { path: "", timing: "live" },
    { path: "/spec", timing: "replace" },
    { path: "/spec/containers/*/image", timing: "live" },
    { path: "/spec/cpu", timing: "power-off" },
  ],
  lists: [
    { path: "/spec/containers", by: { key: "name" } },
    { path: "/spec/zones", by: "set" },
  ],
  sensitive: [],
  replaceOrder: "delete-first",
};

const whole = comparer(RULES);
const compare = (before: JsonObject, after: JsonObject): readonly FieldChange[] =>
  whole(before, after, { ignoresUnset: false });
const short = (fields: readonly FieldChange[]): string[] =>
  fields.map(({ op, path, timing }) => `${op} ${path} ${timing}`);
const containers = (...items: JsonObject[]): JsonObject => ({ spec: { containers: items } });
const web = (image: string): JsonObject => ({ name: "web", image });
const log: JsonObject = { name: "log", image: "busybox" };

const cases: readonly { name: string; before: JsonObject; after: JsonObject; want: string[] }[] = [
  { name: "equal values", before: containers(web("a")), after: containers(web("a")), want: [] },
  {
    name: "the longest rule decides",
    before: containers(web("a")),
    after: containers(web("b")),
    want: ["replace /spec/containers/web/image live"],
  },
  {
    name: "a list with keys may be in any order",
    before: containers(web("a"), log),
    after: containers(log, web("a")),
    want: [],
  },
  {
    name: "an item that is new",
    before: containers(web("a")),
    after: containers(web("a"), log),
    want: ["add /spec/containers/log replace"],
  },
  {
    name: "an item that is gone",
    before: containers(web("a"), log),
    after: containers(web("a")),
    want: ["remove /spec/containers/log replace"],
  },
  {
    name: "a set may be in any order",
    before: { spec: { zones: ["a", "b"] } },
    after: { spec: { zones: ["b", "a"] } },
    want: [],
  },
  {
    name: "a set that differs is one field",
    before: { spec: { zones: ["a"] } },
    after: { spec: { zones: ["b"] } },
    want: ["replace /spec/zones replace"],
  },
  {
    name: "a plain list of texts is one field when its length differs",
    before: { args: ["a"] },
    after: { args: ["a", "b"] },
    want: ["replace /args live"],
  },
  {
    name: "a plain list of equal length is compared by place",
    before: { args: ["a", "b"] },
    after: { args: ["a", "c"] },
    want: ["replace /args/1 live"],
  },
  {
    name: "equal amounts in other words",
    before: { spec: { memory: "1Gi", cpu: "0.5" } },
    after: { spec: { memory: "1024Mi", cpu: "500m" } },
    want: [],
  },
  {
    name: "a number and its text are the same amount",
    before: { spec: { cpu: 2 } },
    after: { spec: { cpu: "2" } },
    want: [],
  },
  {
    name: "other amounts",
    before: { spec: { cpu: "1" } },
    after: { spec: { cpu: "2" } },
    want: ["replace /spec/cpu power-off"],
  },
  {
    name: "texts that only look like amounts",
    before: { tag: "v1" },
    after: { tag: "v2" },
    want: ["replace /tag live"],
  },
  { name: "undefined members are not there", before: { a: undefined }, after: {}, want: [] },
  {
    name: "nor do they hide a member of the other side",
    before: { a: undefined },
    after: { b: 1 },
    want: ["add /b live"],
  },
  { name: "null is a value", before: {}, after: { a: null }, want: ["add /a live"] },
  { name: "keys are escaped", before: {}, after: { "a/b~c": 1 }, want: ["add /a~1b~0c live"] },
];

describe("structural comparison", () => {
  test.for(cases)("$name", ({ before, after, want }) => {
    expect(short(compare(before, after))).toEqual(want);
  });

  test("only what is stated counts, when the other side knows more", () => {
    const fields = whole(
      { spec: { containers: [web("a"), log], uuid: "x" }, extra: 1 },
      { spec: { containers: [web("b")] } },
      { ignoresUnset: true },
    );
    expect(short(fields)).toEqual(["replace /spec/containers/web/image live"]);
  });

  test("the worst timing is that of the whole", () => {
    const fields = compare({ spec: { cpu: "1" } }, { spec: { cpu: "2", disk: "x" } });
    expect(worstTiming(fields)).toBe("replace");
    expect(worstTiming([])).toBe("live");
  });
});

/** Carries out the fields on `before`; lists are compared by place here. */
function apply(before: JsonObject, fields: readonly FieldChange[]): JsonValue {
  const result = structuredClone(before) as Record<string, JsonValue>;
  // Later places of a list go first, so that the earlier ones keep theirs.
  for (const { path, op, after } of [...fields].reverse()) {
    const keys = pointerKeys(path);
    const last = keys.pop() ?? "";
    let target: Record<string, JsonValue> | JsonValue[] = result;
    for (const key of keys) target = (target as Record<string, JsonValue>)[key] as typeof target;
    if (Array.isArray(target)) {
      if (op === "remove") target.splice(Number(last), 1);
      else target[Number(last)] = after as JsonValue;
    } else if (op === "remove") delete target[last];
    else target[last] = after as JsonValue;
  }
  return result;
}

const plain = comparer({ timing: [], lists: [], sensitive: [], replaceOrder: "delete-first" });
/** Texts that are no amounts, so that equal means equal. */
const text = fc.string({ maxLength: 5 }).map((value) => `t${value}`);
const value = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.boolean(),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(text, tie("value"), { maxKeys: 4 }),
  ),
})).value;
const object = fc.dictionary(text, value, {
  maxKeys: 5,
  noNullPrototype: true,
}) as fc.Arbitrary<JsonObject>;

describe("properties of the comparison", () => {
  test("x differs from x in nothing", () => {
    fc.assert(
      fc.property(object, (item) => {
        expect(plain(item, structuredClone(item), { ignoresUnset: false })).toEqual([]);
        expect(isSame(item, structuredClone(item))).toBe(true);
      }),
    );
  });

  test("the fields carried out on `before` give `after`", () => {
    fc.assert(
      fc.property(object, object, (before, after) => {
        const fields = plain(before, after, { ignoresUnset: false });
        expect(apply(before, fields)).toEqual(after);
      }),
      { numRuns: 300 },
    );
  });

  test("isSame agrees with deep equality", () => {
    fc.assert(
      fc.property(object, object, (left, right) => {
        expect(isSame(left, right)).toBe(plain(left, right, { ignoresUnset: false }).length === 0);
      }),
    );
  });
});
