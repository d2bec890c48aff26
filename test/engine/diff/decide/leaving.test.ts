import { describe } from "vitest";
import { AFTER, decides, FOREIGN, ID, type Row } from "./one-resource.ts";

const leaving: readonly Row[] = [
  {
    name: "left the documents",
    record: AFTER,
    world: AFTER,
    action: "delete",
    reasons: ["left-documents"],
    objectId: ID,
  },
  {
    name: "left the documents and is gone",
    record: AFTER,
    action: "forget",
    reasons: ["gone", "left-documents"],
  },
  {
    name: "left the documents and cannot be seen (B04)",
    record: AFTER,
    complete: false,
    action: "blocked",
    reasons: ["provider-unreachable", "left-documents"],
  },
  {
    name: "B04: left the documents, was on a host that the settings have no more",
    record: AFTER,
    recordOver: { host: "esx-gone" },
    type: "libvirt",
    action: "blocked",
    reasons: ["provider-unreachable", "left-documents"],
  },
  {
    name: "left the documents and is protected",
    record: AFTER,
    recordOver: { preventDestroy: true },
    world: AFTER,
    action: "blocked",
    reasons: ["protected", "left-documents"],
  },
  {
    name: "left the documents, its removal is open",
    record: AFTER,
    world: AFTER,
    open: "remove",
    action: "delete",
    reasons: ["left-documents", "unfinished"],
  },
  { name: "our object, neither recorded nor declared", world: AFTER, action: "nothing" },
  {
    name: "the same with its create still open",
    world: AFTER,
    open: "create",
    action: "delete",
    reasons: ["unfinished"],
  },
  { name: "an object that is not ours", world: AFTER, worldOver: FOREIGN, action: "nothing" },
  {
    name: "destroy: declared and recorded",
    mode: "destroy",
    wish: AFTER,
    record: AFTER,
    world: AFTER,
    action: "delete",
    reasons: ["destroy-asked"],
  },
  { name: "destroy: declared only", mode: "destroy", wish: AFTER, action: "nothing" },
  {
    name: "destroy: protected",
    mode: "destroy",
    wish: AFTER,
    behaviour: { preventDestroy: true },
    record: AFTER,
    world: AFTER,
    action: "blocked",
    reasons: ["protected", "destroy-asked"],
  },
  {
    name: "destroy: our object without a record",
    mode: "destroy",
    world: AFTER,
    action: "delete",
    reasons: ["destroy-asked"],
  },
  {
    name: "destroy: an object that is not ours (I14)",
    mode: "destroy",
    world: AFTER,
    worldOver: FOREIGN,
    action: "nothing",
  },
];

describe("the decision on what is no longer wished", () => {
  decides(leaving);
});
