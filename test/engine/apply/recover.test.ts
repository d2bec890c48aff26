import { expect, test } from "vitest";
import { settleOpen } from "../../../engine/apply/recover.ts";
import type { ObservedObject } from "../../../engine/model/observation.ts";
import type { OpenOperation, RecordedResource } from "../../../engine/model/recorded.ts";
import {
  observation,
  observedOf,
  recordedOf,
  recordedState,
  resource,
} from "../../support/builders.ts";

const wish = recordedOf(resource("vm/a/x"), { revision: "", attributes: { size: 2 } });
const before = recordedOf(resource("vm/a/x"), { revision: "r1", attributes: { size: 1 } });
const OTHER = { ...before, id: "old-id" };

function open(over: Partial<OpenOperation> = {}): OpenOperation {
  const { address, id, provider } = wish;
  const what = { address, objectId: id, provider, intent: "run/s-1", wish };
  return { run: "run", step: "s-1", verb: "create", ...what, ...over };
}

/** The object behind the wish, last touched by this intent. */
function object(intent: string): ObservedObject {
  const tag = { lineage: "l", address: wish.address, fence: 1, intent };
  return observedOf(wish, { revision: "r5", host: "esx-1", tag });
}

const { wish: _wish, ...withoutWish } = open();

interface Case {
  readonly name: string;
  readonly operation: OpenOperation;
  readonly records?: readonly RecordedResource[];
  readonly objects?: readonly ObservedObject[];
  readonly isPartial?: boolean;
  /** Id and revision recorded afterwards. */
  readonly recorded: readonly string[];
  readonly open: readonly string[];
}

const CASES: readonly Case[] = [
  {
    name: "a create whose object is there is recorded",
    operation: open(),
    objects: [object("run/s-1")],
    recorded: [`${wish.id} r5`],
    open: [],
  },
  {
    name: "a create whose object is not listed stays open: the list may be stale",
    operation: open(),
    recorded: [],
    open: ["create"],
  },
  {
    name: "a create stays open when the reading is only a part",
    operation: open(),
    isPartial: true,
    recorded: [],
    open: ["create"],
  },
  {
    name: "an update whose intent is on the object is recorded",
    operation: open({ verb: "update" }),
    records: [before],
    objects: [object("run/s-1")],
    recorded: [`${wish.id} r5`],
    open: [],
  },
  {
    name: "an update whose intent is not on the object had no effect",
    operation: open({ verb: "update" }),
    records: [before],
    objects: [object("earlier/s-9")],
    recorded: [`${wish.id} r1`],
    open: [],
  },
  {
    name: "a removal whose object is not listed by a complete reading is done",
    operation: { ...withoutWish, verb: "remove" },
    records: [before],
    recorded: [],
    open: [],
  },
  {
    name: "a removal stays open when the reading is only a part",
    operation: { ...withoutWish, verb: "remove" },
    records: [before],
    isPartial: true,
    recorded: [`${wish.id} r1`],
    open: ["remove"],
  },
  {
    name: "a removal of a recorded object that is there had no effect: it is planned anew",
    operation: { ...withoutWish, verb: "remove" },
    records: [before],
    objects: [object("earlier/s-9")],
    recorded: [`${wish.id} r1`],
    open: [],
  },
  {
    name: "a removal that a replacement owes stays owed while the old object is there",
    operation: { ...withoutWish, verb: "remove", objectId: "old-id" },
    records: [before],
    objects: [{ ...object("earlier/s-9"), id: "old-id" }],
    recorded: [`${wish.id} r1`],
    open: ["remove"],
  },
  {
    name: "a replacement found made leaves the removal of the old object owed",
    operation: open(),
    records: [OTHER],
    objects: [object("run/s-1")],
    recorded: [`${wish.id} r5`],
    open: ["remove"],
  },
  {
    name: "a forget whose object has lost our mark is done",
    operation: { ...withoutWish, verb: "update" },
    records: [before],
    objects: [{ ...object(""), tag: undefined }],
    recorded: [],
    open: [],
  },
];

test.for(CASES)(
  "$name",
  ({ operation, records = [], objects = [], isPartial, recorded, open: left }) => {
    const state = recordedState(records, { openOperations: [operation] });
    const readings = [
      { provider: "sim", complete: isPartial !== true, asOf: "1", error: undefined },
    ];
    const settled = settleOpen(state, observation(objects, [], { readings }));
    const found = [...settled.resources.values()].map(({ id, revision }) => `${id} ${revision}`);
    expect(found).toEqual(recorded);
    expect(settled.openOperations.map(({ verb }) => verb)).toEqual(left);
    expect(state.openOperations).toEqual([operation]);
  },
);

test("what is recorded of a found object is the wish with what the platform decided", () => {
  const state = recordedState([], { openOperations: [open()] });
  const settled = settleOpen(state, observation([object("run/s-1")]));
  expect(settled.resources.get("vm/a/x")).toEqual({ ...wish, revision: "r5", host: "esx-1" });
});

test("a state without open operations is given back as it is", () => {
  const state = recordedState([before]);
  expect(settleOpen(state, observation([]))).toBe(state);
});

test("what a create has given is read again from the object when its answer was lost", () => {
  const state = recordedState([], { openOperations: [open()] });
  const given = { ...object("run/s-1"), outputs: { endpoint: "https://10.0.0.9:6443" } };
  const { resources } = settleOpen(state, observation([given]));
  expect(resources.get(wish.address)?.outputs).toEqual(given.outputs);
});
