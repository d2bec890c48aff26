import { describe, expect, test } from "vitest";
import { diff } from "../../../../engine/diff/diff.ts";
import type { JsonObject } from "../../../../engine/model/json.ts";
import { AFTER, BEFORE, changeOf, type Given, ID, inputOf } from "./one-resource.ts";

describe("drift", () => {
  const driftOf = (given: Given) => diff(inputOf(given)).value.drift;
  test("a changed field is told from recorded to observed", () => {
    expect(driftOf({ wish: AFTER, record: AFTER, world: BEFORE })).toMatchObject([
      { kind: "changed", fields: [{ path: "/spec/size", op: "replace", before: 2, after: 1 }] },
    ]);
  });
  test("fields that we never set are not drift", () => {
    const world = { spec: { image: "a", size: 2, uuid: "made by the server" }, extra: true };
    expect(driftOf({ wish: AFTER, record: AFTER, world })).toEqual([]);
    expect(changeOf({ wish: AFTER, record: AFTER, world })?.action).toBe("noop");
  });
  test("a document that changed is not drift", () => {
    expect(driftOf({ wish: AFTER, record: BEFORE, world: BEFORE })).toEqual([]);
  });
  test("an object that is gone, only if the reading is complete", () => {
    expect(driftOf({ wish: AFTER, record: AFTER })).toMatchObject([{ kind: "gone" }]);
    expect(driftOf({ wish: AFTER, record: AFTER, complete: false })).toEqual([]);
  });
  test("an object that was found", () => {
    expect(driftOf({ world: AFTER })).toMatchObject([{ kind: "found", objectId: ID }]);
  });
  test("a power state", () => {
    expect(
      driftOf({ wish: AFTER, record: AFTER, world: AFTER, worldOver: { power: "off" } }),
    ).toMatchObject([{ kind: "power", fields: [{ before: "on", after: "off" }] }]);
  });
  test("a move is never drift", () => {
    expect(
      driftOf({ wish: AFTER, record: AFTER, world: AFTER, worldOver: { host: "esx-b" } }),
    ).toEqual([]);
  });
  test("a label that somebody took away comes back", () => {
    const labels = (value: JsonObject): JsonObject => ({ metadata: { labels: value } });
    const given = {
      wish: labels({ a: "1", b: "2" }),
      record: labels({ a: "1", b: "2" }),
      world: labels({ a: "1" }),
    };
    expect(driftOf(given)).toMatchObject([
      { fields: [{ path: "/metadata/labels/b", op: "remove", before: "2" }] },
    ]);
    expect(changeOf(given)?.fields).toMatchObject([
      { path: "/metadata/labels/b", op: "add", after: "2" },
    ]);
  });
  test("a section that the provider does not hold is taken from the record", () => {
    const given = { wish: AFTER, record: AFTER, world: { spec: { size: 2 } } };
    expect(changeOf(given)?.action).toBe("noop");
    expect(driftOf(given)).toEqual([]);
  });
  test("a field that left the documents is removed", () => {
    const wish = { spec: { image: "a" } };
    expect(changeOf({ wish, record: BEFORE, world: BEFORE })?.fields).toEqual([
      { path: "/spec/size", op: "remove", before: 1, timing: "live" },
    ]);
  });
});
