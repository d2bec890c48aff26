import { describe, expect, test } from "vitest";
import { LINEAGE } from "../../../support/builders.ts";
import {
  AFTER,
  BEFORE,
  changeOf,
  decides,
  FOREIGN,
  ID,
  OTHER_LINEAGE,
  type Row,
} from "./one-resource.ts";

const owners: readonly Row[] = [
  {
    name: "our object without a record is adopted (law 4)",
    wish: AFTER,
    world: AFTER,
    action: "adopt",
    reasons: ["found-own"],
    objectId: ID,
  },
  {
    name: "a name held by an object that is not ours",
    wish: AFTER,
    world: AFTER,
    worldOver: FOREIGN,
    action: "blocked",
    reasons: ["foreign-object"],
  },
  {
    name: "the same with leave to adopt it",
    wish: AFTER,
    behaviour: { adopt: "theirs" },
    world: BEFORE,
    worldOver: FOREIGN,
    action: "adopt",
    reasons: ["adopt-asked"],
    objectId: "theirs",
  },
  {
    name: "an object of another state is not adopted",
    wish: AFTER,
    behaviour: { adopt: "theirs" },
    world: AFTER,
    worldOver: OTHER_LINEAGE,
    action: "blocked",
    reasons: ["foreign-object"],
  },
  {
    name: "an object to adopt that does not exist",
    wish: AFTER,
    behaviour: { adopt: "lost" },
    action: "blocked",
    reasons: ["adopt-asked"],
  },
  {
    name: "paused resources are left alone",
    wish: AFTER,
    behaviour: { paused: true },
    record: BEFORE,
    world: BEFORE,
    action: "noop",
    reasons: ["paused"],
  },
  {
    name: "a platform document of a developer's run that is as it says (N11)",
    wish: AFTER,
    readOnly: true,
    record: AFTER,
    world: AFTER,
    action: "noop",
    reasons: ["protected"],
  },
  {
    name: "a platform document of a developer's run that would have to change (N11)",
    wish: AFTER,
    readOnly: true,
    record: BEFORE,
    world: BEFORE,
    action: "blocked",
    reasons: ["protected"],
  },
  {
    name: "a platform document that nobody has applied yet (N11)",
    wish: AFTER,
    readOnly: true,
    action: "blocked",
    reasons: ["protected"],
  },
];

describe("the decision on whose it is", () => {
  decides(owners);
});

test("objects of another lineage are never ours", () => {
  expect(LINEAGE).not.toBe("another");
  expect(changeOf({ mode: "destroy", world: AFTER, worldOver: OTHER_LINEAGE })).toBeUndefined();
});
