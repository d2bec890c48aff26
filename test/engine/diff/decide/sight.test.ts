import { describe } from "vitest";
import { AFTER, BEFORE, decides, ID, type Row } from "./one-resource.ts";

const sight: readonly Row[] = [
  {
    name: "the object is gone",
    wish: AFTER,
    record: AFTER,
    action: "create",
    reasons: ["gone"],
    needsHost: true,
  },
  {
    name: "the object cannot be seen, the reading is incomplete",
    wish: AFTER,
    record: AFTER,
    complete: false,
    action: "blocked",
    reasons: ["provider-unreachable"],
  },
  {
    name: "B04: the object was on a host that the settings have no more",
    wish: AFTER,
    record: AFTER,
    recordOver: { host: "esx-gone" },
    type: "libvirt",
    action: "blocked",
    reasons: ["provider-unreachable"],
  },
  {
    name: "the object was on a host that the platform has no more",
    wish: AFTER,
    record: AFTER,
    recordOver: { host: "esx-gone" },
    action: "create",
    reasons: ["gone"],
    needsHost: true,
  },
  {
    name: "a new resource at an incomplete provider",
    wish: AFTER,
    complete: false,
    action: "blocked",
    reasons: ["provider-unreachable"],
  },
  {
    name: "an incomplete reading that has the object is good enough",
    wish: AFTER,
    record: BEFORE,
    world: BEFORE,
    complete: false,
    action: "update",
    reasons: ["field-changed"],
  },
];

const calls: readonly Row[] = [
  {
    name: "an open create without object is sent again",
    wish: AFTER,
    open: "create",
    action: "create",
    reasons: ["unfinished"],
    objectId: ID,
  },
  {
    name: "an open create with its object is sent again",
    wish: AFTER,
    world: AFTER,
    open: "create",
    action: "create",
    reasons: ["unfinished"],
    objectId: ID,
    needsHost: false,
  },
  {
    name: "an open update is sent again",
    wish: AFTER,
    record: AFTER,
    world: AFTER,
    open: "update",
    action: "update",
    reasons: ["unfinished"],
    objectId: ID,
  },
  {
    name: "what the platform calls unfinished is finished",
    wish: AFTER,
    record: AFTER,
    world: AFTER,
    worldOver: { unfinished: "its disks are not complete" },
    action: "update",
    reasons: ["unfinished"],
    objectId: ID,
    needsHost: false,
  },
];

describe("the decision on what is not seen", () => {
  decides(sight);
});

describe("the decision on what was begun", () => {
  decides(calls);
});
