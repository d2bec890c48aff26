import { describe, expect, test } from "vitest";
import { diff } from "../../../../engine/diff/diff.ts";
import {
  desiredState,
  host,
  observation,
  observedOf,
  pod,
  recordedOf,
  recordedState,
  resource,
} from "../../../support/builders.ts";
import { AFTER, BEFORE, decides, ID, type Row, RULES } from "./one-resource.ts";

const fields: readonly Row[] = [
  {
    name: "declared, nowhere else",
    wish: AFTER,
    action: "create",
    reasons: ["new"],
    needsHost: true,
    objectId: undefined,
  },
  {
    name: "all three agree",
    wish: AFTER,
    record: AFTER,
    world: AFTER,
    action: "noop",
    reasons: [],
    objectId: ID,
  },
  {
    name: "the document changed",
    wish: AFTER,
    record: BEFORE,
    world: BEFORE,
    action: "update",
    reasons: ["field-changed"],
    needsHost: false,
  },
  {
    name: "the world changed (V14)",
    wish: AFTER,
    record: AFTER,
    world: BEFORE,
    action: "update",
    reasons: ["drift"],
  },
  {
    name: "both changed to the same",
    wish: AFTER,
    record: BEFORE,
    world: AFTER,
    action: "noop",
    reasons: [],
  },
  {
    name: "a field forces a power-off",
    wish: { spec: { image: "a", cpus: 2 } },
    record: BEFORE,
    world: BEFORE,
    action: "update",
    reasons: ["power-off-needed"],
  },
  {
    name: "a power-off that is never allowed",
    wish: { spec: { image: "a", cpus: 2 } },
    behaviour: { allowPowerOff: "never" },
    record: BEFORE,
    world: BEFORE,
    action: "blocked",
    reasons: ["power-off-needed"],
  },
  {
    name: "a field forces a replacement",
    wish: { spec: { image: "b", size: 1 } },
    record: BEFORE,
    world: BEFORE,
    action: "replace",
    reasons: ["immutable-field"],
    needsHost: true,
    objectId: ID,
  },
  {
    name: "a protected resource is not replaced",
    wish: { spec: { image: "b" } },
    behaviour: { preventDestroy: true },
    record: BEFORE,
    world: BEFORE,
    action: "blocked",
    reasons: ["protected"],
  },
  {
    name: "nor one whose record is protected",
    wish: { spec: { image: "b" } },
    record: BEFORE,
    recordOver: { preventDestroy: true },
    world: BEFORE,
    action: "blocked",
    reasons: ["protected"],
  },
  {
    name: "protection asked for later reaches the record",
    wish: BEFORE,
    behaviour: { preventDestroy: true },
    record: BEFORE,
    recordOver: { preventDestroy: false },
    world: BEFORE,
    action: "update",
    reasons: ["field-changed"],
    objectId: ID,
  },
  {
    name: "protection taken back reaches the record",
    wish: BEFORE,
    record: BEFORE,
    recordOver: { preventDestroy: true },
    world: BEFORE,
    action: "update",
    reasons: ["field-changed"],
    objectId: ID,
  },
  {
    name: "a replica below the partition is not replaced",
    wish: { spec: { image: "b" } },
    workload: { rolloutWave: -1 },
    record: BEFORE,
    world: BEFORE,
    action: "noop",
    reasons: ["paused"],
  },
  {
    name: "--replace of an equal resource",
    wish: AFTER,
    record: AFTER,
    world: AFTER,
    replace: ["vm/shop/*"],
    action: "replace",
    reasons: ["replace-asked"],
  },
];

describe("the decision on what differs", () => {
  decides(fields);
});

test("a guest cluster that is replaced gets new nodes; a controller keeps its Pods", () => {
  for (const [owner, action] of [
    ["tkc/shop/dev", "replace"],
    ["cluster/shop/dev", "replace"],
    ["deployment/shop/dev", "noop"],
  ] as const) {
    const wishes = [
      resource(owner, { rules: RULES, attributes: { spec: { image: "b" } } }),
      pod("vm/shop/dev-0", { owner, attributes: BEFORE }),
    ];
    const records = wishes.map((wish) => recordedOf(wish, { attributes: BEFORE, host: "esx-a" }));
    const { changes } = diff({
      desired: desiredState(wishes),
      recorded: recordedState(records),
      observation: observation(
        records.map((record) => observedOf(record, { host: "esx-a" })),
        [host({ name: "esx-a" })],
      ),
      mode: "apply",
    }).value;
    expect(changes.map((change) => change.action)).toEqual(["replace", action]);
  }
});
