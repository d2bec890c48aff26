import { describe, expect, test } from "vitest";
import { isSame } from "../../../../engine/place/basics/same.ts";

const shared = { deep: [1, { two: "2" }] };

describe("two trees", () => {
  test.for<readonly [string, unknown, unknown]>([
    ["numbers", 1, 1],
    ["texts", "a", "a"],
    ["what is shared", shared, shared],
    ["empty objects", {}, {}],
    ["empty lists", [], []],
    ["nested ones", { ...shared, more: undefined }, { deep: [1, { two: "2" }], more: undefined }],
  ])("are the same where they are equal: %s", ([, one, other]) => {
    expect(isSame(one, other)).toBe(true);
  });

  test.for<readonly [string, unknown, unknown]>([
    ["another number", 1, 2],
    ["another type", 1, "1"],
    ["null and an object", null, {}],
    ["a list and an object", [], {}],
    ["a list and an object with its members", ["a"], { 0: "a" }],
    ["a longer list", [1], [1, 2]],
    ["one member more", { one: 1 }, { one: 1, two: 2 }],
    ["one member less", { one: 1, two: 2 }, { one: 1 }],
    ["an undefined member and none", { one: undefined }, {}],
    ["an undefined member and another one", { one: undefined }, { two: undefined }],
    ["something deep within", { deep: [1, { two: "2" }] }, { deep: [1, { two: "3" }] }],
    ["what all objects inherit", { toString: undefined }, { valueOf: undefined }],
  ])("are not the same where they differ: %s", ([, one, other]) => {
    expect(isSame(one, other)).toBe(false);
    expect(isSame(other, one)).toBe(false);
  });
});
